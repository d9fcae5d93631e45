//! Who may do what: every route, every role, and nobody.

use crate::client::Served;
use fenhe_server::{Needs, NewOrder, RIGHTS, Role, What};
use serde_json::json;

/// A route with its gaps filled by what is not there.
fn filled(path: &str) -> String {
    let path = path.replace("{alarm}", "999999");
    path.replace("{name}", "nobody-x").replace("{id}", "none")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_lets_in_its_roles_and_nobody_else() {
    let served = Served::new().await;
    for right in RIGHTS {
        let path = filled(right.path);
        // A body that no route takes: whoever is let in gets no further than that.
        let body = (right.method != "GET" && right.method != "DELETE").then(|| json!([1]));
        for role in Role::ALL {
            if (right.method, right.path) == ("DELETE", "/api/v1/session") {
                continue; // A token has no session to end; see the accounts.
            }
            let answer = served.ask(role, right.method, &path, body.clone()).await;
            let refused = matches!(answer.status, 401 | 403);
            let least = match right.needs {
                Needs::Nothing | Needs::Scrape | Needs::Act => Role::Viewer,
                Needs::Role(least) => least,
            };
            let place = format!("{} {} as {role:?}: {answer:?}", right.method, right.path);
            assert_eq!(refused, role < least, "{place}");
            if refused {
                assert_eq!(answer.code(), "auth/role", "{place}");
            }
            assert!(answer.status < 500, "{place}");
        }
        let nobody = served.call(right.method, &path, &[], body.clone()).await;
        let open = matches!(right.needs, Needs::Nothing | Needs::Scrape);
        assert_eq!(nobody.status == 401, !open, "{right:?} {nobody:?}");
        let wrong = [("authorization", "Bearer fht_0000")];
        let wrong = served.call(right.method, &path, &wrong, body).await;
        assert_eq!(wrong.status == 401, !open, "{right:?} {wrong:?}");
    }
    let strangers = served.audit("GET /api/v1/view").await;
    let codes: Vec<_> = strangers
        .iter()
        .map(|line| line.refused.as_deref())
        .collect();
    assert_eq!(codes, [Some("auth/nobody"), Some("auth/unknown")]);
    let roles = served.audit("GET /api/v1/users").await;
    let low: Vec<_> = roles.iter().filter_map(|line| line.role).collect();
    assert_eq!(low, Role::ALL[..4], "each refused role is written");
}

/// One act of each kind.
fn one_of_each() -> Vec<What> {
    let order = || "o-1".to_string();
    let reason = || "because".to_string();
    let (vehicle, station) = (|| "v".to_string(), || "s".to_string());
    vec![
        What::ReleaseOrder(NewOrder {
            reference: order(),
            product: "p".into(),
            quantity: 1,
            due: "2026-12-31T00:00:00Z".into(),
        }),
        What::HoldOrder { order: order() },
        What::ResumeOrder { order: order() },
        What::CancelOrder { order: order() },
        What::PrioritiseOrder {
            order: order(),
            priority: 1,
        },
        What::SendVehicle {
            vehicle: vehicle(),
            to: Some(fenhe_server::SendTo::Charger),
        },
        What::WithdrawVehicle { vehicle: vehicle() },
        What::HoldVehicle {
            vehicle: vehicle(),
            reason: reason(),
        },
        What::ResumeVehicle { vehicle: vehicle() },
        What::ReadmitVehicle { vehicle: vehicle() },
        What::HoldStation {
            station: station(),
            reason: reason(),
        },
        What::ResumeStation { station: station() },
        What::AcknowledgeAlarm { alarm: 999_999 },
        What::ShelveAlarm {
            alarm: 999_999,
            seconds: 60,
            why: fenhe_server::ShelfWhy::Trial,
        },
        What::UnshelveAlarm { alarm: 999_999 },
        What::OutOfService {
            object: "vehicle v".into(),
            code: fenhe_server::AlarmKind::Held,
            out: true,
        },
        What::SetMode {
            device: "d".into(),
            mode: fenhe_server::DeviceMode::Shadow,
        },
        What::ConfirmLoad {
            transport: 999_999,
            at: fenhe_server::LoadAt::Gone,
        },
        What::CountSlot {
            slot: "s.1-1-1-1".into(),
            carrier: None,
        },
        What::RequestAccess {
            zone: "z".into(),
            reason: reason(),
        },
        What::WithdrawAccess { zone: "z".into() },
        What::Pause,
        What::GoOn,
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_act_is_refused_below_its_role_and_written_down() {
    let served = Served::new().await;
    for what in one_of_each() {
        let mut body = serde_json::to_value(&what).expect("an act");
        body["revision"] = json!(77);
        for role in Role::ALL {
            let answer = served
                .ask(role, "POST", "/api/v1/commands", Some(body.clone()))
                .await;
            let place = format!("{what:?} as {role:?}: {answer:?}");
            assert_eq!(answer.code() == "auth/role", role < what.needs(), "{place}");
            assert!(answer.status >= 400 && answer.status < 500, "{place}");
        }
        let lines = served.audit(what.word()).await;
        assert_eq!(lines.len(), Role::ALL.len(), "{what:?}");
        for (line, role) in lines.iter().zip(Role::ALL) {
            assert_eq!(line.role, Some(role));
            assert_eq!(line.object.as_deref(), Some(what.object().as_str()));
            assert_eq!(
                line.refused.as_deref() == Some("auth/role"),
                role < what.needs()
            );
            assert!(line.refused.is_some());
        }
    }
}
