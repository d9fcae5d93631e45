//! Who may do what: five roles, each with everything the one below it may do.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A role. The order is the rule: whoever has one may do all that a smaller one may.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees everything in the plant.
    Viewer,
    /// Acknowledges alarms, confirms loads, asks for access windows.
    Operator,
    /// Releases, holds and resumes; shelves alarms; reads the audit.
    Supervisor,
    /// Switches devices between off, simulated, shadow and real; works on the plant folder.
    Engineer,
    /// Gives and takes accounts and tokens.
    Admin,
}

impl Role {
    /// All of them, least first.
    pub const ALL: [Role; 5] = [
        Role::Viewer,
        Role::Operator,
        Role::Supervisor,
        Role::Engineer,
        Role::Admin,
    ];
    /// The word used in files and messages.
    pub fn word(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Operator => "operator",
            Role::Supervisor => "supervisor",
            Role::Engineer => "engineer",
            Role::Admin => "admin",
        }
    }
}

/// What a route asks of its caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// At least this role.
    Role(Role),
    /// At least [`Role::Viewer`], and what [`crate::Act::needs`] says about the act in the body.
    Act,
    /// What [`crate::Scrape`] says.
    Scrape,
}

/// One row of the table of rights.
#[derive(Clone, Copy, Debug)]
pub struct Right {
    /// HTTP method.
    pub method: &'static str,
    /// Path as in the OpenAPI document.
    pub path: &'static str,
    /// What it asks.
    pub needs: Needs,
}

const fn right(method: &'static str, path: &'static str, needs: Needs) -> Right {
    Right {
        method,
        path,
        needs,
    }
}

/// Every route there is. A route that is not here is refused, and a test holds this table against
/// the OpenAPI document.
pub const RIGHTS: &[Right] = &[
    right("GET", "/", Needs::Nothing),
    right("GET", "/{file}", Needs::Nothing),
    right("GET", "/health", Needs::Nothing),
    right("GET", "/metrics", Needs::Scrape),
    right("GET", "/api/openapi.json", Needs::Nothing),
    right("GET", "/api/v1/health", VIEWER),
    right("GET", "/api/v1/plant", VIEWER),
    right("GET", "/api/v1/view", VIEWER),
    right("GET", "/api/v1/feed", VIEWER),
    right("GET", "/api/v1/history", VIEWER),
    right("GET", "/api/v1/history/view", VIEWER),
    right("GET", "/api/v1/history/feed", VIEWER),
    right("GET", "/api/v1/timelines", VIEWER),
    right("GET", "/api/v1/timelines/orders", VIEWER),
    right("GET", "/api/v1/lots", VIEWER),
    right("GET", "/api/v1/lots/{id}", VIEWER),
    right("GET", "/api/v1/racks", VIEWER),
    right("GET", "/api/v1/racks/{aisle}", VIEWER),
    right("GET", "/api/v1/forecast", VIEWER),
    right("POST", "/api/v1/forecast", VIEWER),
    right("GET", "/api/v1/forecast/view", VIEWER),
    right("GET", "/api/v1/forecast/feed", VIEWER),
    right("POST", "/api/v1/forecast/price", VIEWER),
    right("GET", "/api/v1/promises", VIEWER),
    right("POST", "/api/v1/promises", VIEWER),
    right("POST", "/api/v1/promises/{reference}", SUPERVISOR),
    right("GET", "/api/v1/model", ENGINEER),
    right("GET", "/api/v1/model/files/{name}", ENGINEER),
    right("POST", "/api/v1/model/check", ENGINEER),
    right("GET", "/api/v1/model/simulation", ENGINEER),
    right("POST", "/api/v1/model/simulation", ENGINEER),
    right("DELETE", "/api/v1/model/simulation", ENGINEER),
    right("POST", "/api/v1/model/save", ENGINEER),
    right("GET", "/api/v1/vehicles", VIEWER),
    right("GET", "/api/v1/vehicles/{name}", VIEWER),
    right("GET", "/api/v1/stations", VIEWER),
    right("GET", "/api/v1/stations/{name}", VIEWER),
    right("GET", "/api/v1/transports", VIEWER),
    right("GET", "/api/v1/access", VIEWER),
    right("GET", "/api/v1/orders", VIEWER),
    right("POST", "/api/v1/orders", Needs::Act),
    right("GET", "/api/v1/alarms", VIEWER),
    right("GET", "/api/v1/alarms/figures", VIEWER),
    right("POST", "/api/v1/alarms/{alarm}", Needs::Act),
    right("GET", "/api/v1/devices", VIEWER),
    right("POST", "/api/v1/devices/{name}/mode", Needs::Act),
    right("POST", "/api/v1/commands", Needs::Act),
    right("GET", "/api/v1/audit", SUPERVISOR),
    right("GET", "/api/v1/setup", Needs::Nothing),
    right("POST", "/api/v1/setup", Needs::Nothing),
    right("POST", "/api/v1/session", Needs::Nothing),
    right("GET", "/api/v1/session", VIEWER),
    right("DELETE", "/api/v1/session", VIEWER),
    right("POST", "/api/v1/session/password", VIEWER),
    right("GET", "/api/v1/users", ADMIN),
    right("POST", "/api/v1/users", ADMIN),
    right("PATCH", "/api/v1/users/{name}", ADMIN),
    right("GET", "/api/v1/tokens", ADMIN),
    right("POST", "/api/v1/tokens", ADMIN),
    right("DELETE", "/api/v1/tokens/{id}", ADMIN),
];
const VIEWER: Needs = Needs::Role(Role::Viewer);
const SUPERVISOR: Needs = Needs::Role(Role::Supervisor);
const ENGINEER: Needs = Needs::Role(Role::Engineer);
const ADMIN: Needs = Needs::Role(Role::Admin);

/// What a route asks; `None` for a route that is not in [`RIGHTS`].
pub fn needs(method: &str, path: &str) -> Option<Needs> {
    // What may be read may be asked about.
    let method = if method == "HEAD" { "GET" } else { method };
    let found = RIGHTS
        .iter()
        .find(|right| right.method == method && right.path == path);
    found.map(|right| right.needs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_ordered_and_speak_as_they_serialise() {
        for pair in Role::ALL.windows(2) {
            assert!(pair[0] < pair[1]);
        }
        for role in Role::ALL {
            let text = serde_json::to_string(&role).expect("a word");
            assert_eq!(text, format!("{:?}", role.word()));
        }
    }

    #[test]
    fn no_route_stands_twice_in_the_table() {
        for (i, one) in RIGHTS.iter().enumerate() {
            let same = |other: &&Right| (other.method, other.path) == (one.method, one.path);
            assert_eq!(RIGHTS.iter().position(|other| same(&other)), Some(i));
        }
    }
}
