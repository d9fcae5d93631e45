//! Accounts over the wire: the first admin, logins, cookies, tokens - and what is refused.

use crate::client::{Answer, PASSWORD, Served};
use crate::engine::Running;
use fenhe_server::auth::{Accounts, MemoryAccounts};
use fenhe_server::{CSRF, Config, MemoryAudit, Role, Server};
use serde_json::json;
use tokio::net::TcpListener;

/// A session: its cookie and its csrf value.
struct Session {
    cookie: String,
    csrf: String,
}

async fn login(served: &Served, name: &str, password: &str) -> Answer {
    let body = json!({"name": name, "password": password});
    served
        .call("POST", "/api/v1/session", &[], Some(body))
        .await
}

async fn session(served: &Served, role: Role) -> Session {
    let answer = login(served, &format!("u-{}", role.word()), PASSWORD).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let cookie = answer.header("set-cookie").to_string();
    for word in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    let csrf = answer.json["csrf"].as_str().expect("csrf").to_string();
    let cookie = cookie.split(';').next().expect("a pair").to_string();
    Session { cookie, csrf }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_reads_but_changes_only_with_the_value_of_its_page() {
    let served = Served::new().await;
    let Session { cookie, csrf } = session(&served, Role::Admin).await;
    let seen = served
        .call("GET", "/api/v1/session", &[("cookie", &cookie)], None)
        .await;
    assert_eq!((seen.status, &seen.json["name"]), (200, &json!("u-admin")));
    assert_eq!(seen.json["csrf"], json!(csrf));
    let body = || Some(json!({"name": "li", "role": "viewer", "password": null}));
    let path = "/api/v1/users";
    // A page of another site: the browser sends the cookie, but not the value.
    let replayed = served
        .call("POST", path, &[("cookie", &cookie)], body())
        .await;
    assert_eq!((replayed.status, replayed.code()), (403, "auth/csrf"));
    let other = session(&served, Role::Admin).await;
    let headers = [("cookie", cookie.as_str()), (CSRF, other.csrf.as_str())];
    let foreign = served.call("POST", path, &headers, body()).await;
    assert_eq!(foreign.code(), "auth/csrf", "of another session");
    let headers = [
        ("cookie", cookie.as_str()),
        (CSRF, csrf.as_str()),
        ("origin", "https://evil.example"),
    ];
    let foreign = served.call("POST", path, &headers, body()).await;
    assert_eq!((foreign.status, foreign.code()), (403, "auth/origin"));
    let own = format!("http://{}", served.address);
    let headers = [
        ("cookie", cookie.as_str()),
        (CSRF, csrf.as_str()),
        ("origin", own.as_str()),
    ];
    assert_eq!(
        served.call("POST", path, &headers, body()).await.status,
        204
    );
    let lines = served.audit("POST /api/v1/users").await;
    let codes: Vec<_> = lines.iter().map(|line| line.refused.as_deref()).collect();
    assert_eq!(
        codes,
        [Some("auth/csrf"), Some("auth/csrf"), Some("auth/origin")]
    );
    let made = served.audit("create_user").await;
    assert_eq!(
        (made.len(), made[0].object.as_deref()),
        (1, Some("user li"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_logout_by_time_and_with_its_user() {
    let served = Served::new().await;
    let read = async |session: &Session| {
        let headers = [("cookie", session.cookie.as_str())];
        served.call("GET", "/api/v1/view", &headers, None).await
    };
    let one = session(&served, Role::Operator).await;
    let headers = [("cookie", one.cookie.as_str()), (CSRF, one.csrf.as_str())];
    let out = served
        .call("DELETE", "/api/v1/session", &headers, None)
        .await;
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(read(&one).await.code(), "auth/unknown", "logged out");
    let two = session(&served, Role::Operator).await;
    assert_eq!(read(&two).await.status, 200);
    served.hand.forward(31 * 60);
    assert_eq!(read(&two).await.code(), "auth/expired");
    let three = session(&served, Role::Operator).await;
    let body = Some(json!({"disabled": true}));
    let off = served
        .ask(Role::Admin, "PATCH", "/api/v1/users/u-operator", body)
        .await;
    assert_eq!(off.status, 204, "{off:?}");
    assert_eq!(read(&three).await.status, 401);
    assert_eq!(
        login(&served, "u-operator", PASSWORD).await.code(),
        "auth/wrong"
    );
    let lines = served.audit("alter_user").await;
    assert_eq!(lines[0].from["disabled"], json!(false));
    assert_eq!(lines[0].to["disabled"], json!(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_shown_once_and_ends_by_time_or_word() {
    let served = Served::new().await;
    let body = json!({"name": "mes", "role": "supervisor", "days": 2});
    let made = served
        .ask(Role::Admin, "POST", "/api/v1/tokens", Some(body))
        .await;
    assert_eq!(made.status, 201);
    let (id, token) = (
        &made.json["id"],
        made.json["token"].as_str().expect("a token"),
    );
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    let use_it = || served.call("GET", "/api/v1/orders", &headers, None);
    assert_eq!(use_it().await.status, 200);
    let list = served.ask(Role::Admin, "GET", "/api/v1/tokens", None).await;
    assert!(list.text.contains("mes") && !list.text.contains(token));
    // The tests' own tokens hold for one day.
    let fresh = session(&served, Role::Admin).await;
    served.hand.forward(29 * 60);
    let path = format!("/api/v1/tokens/{}", id.as_str().expect("an id"));
    let admin = [
        ("cookie", fresh.cookie.as_str()),
        (CSRF, fresh.csrf.as_str()),
    ];
    assert_eq!(served.call("DELETE", &path, &admin, None).await.status, 204);
    let replayed = use_it().await;
    assert_eq!((replayed.status, replayed.code()), (401, "auth/revoked"));
    let lines = served.audit("GET /api/v1/orders").await;
    assert_eq!(lines[0].refused.as_deref(), Some("auth/revoked"));
    served.hand.forward(24 * 3_600);
    let expired = served.ask(Role::Viewer, "GET", "/api/v1/view", None).await;
    assert_eq!((expired.status, expired.code()), (401, "auth/expired"));
    let days = json!({"name": "mes", "role": "viewer", "days": 0});
    let fresh = session(&served, Role::Admin).await;
    let admin = [
        ("cookie", fresh.cookie.as_str()),
        (CSRF, fresh.csrf.as_str()),
    ];
    let bad = served
        .call("POST", "/api/v1/tokens", &admin, Some(days))
        .await;
    assert_eq!(bad.code(), "act/range");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_wait_longer_and_longer() {
    let served = Served::new().await;
    for _ in 0..5 {
        let wrong = login(&served, "u-viewer", "not the password").await;
        assert_eq!((wrong.status, wrong.code()), (401, "auth/wrong"));
    }
    let wait = login(&served, "u-viewer", PASSWORD).await;
    assert_eq!(
        (wait.status, wait.code(), wait.header("retry-after")),
        (429, "auth/wait", "1")
    );
    served.hand.forward(2);
    assert_eq!(login(&served, "u-viewer", PASSWORD).await.status, 200);
    let nobody = login(&served, "nobody-at-all", PASSWORD).await;
    assert_eq!(nobody.code(), "auth/wrong", "names are not told");
    let lines = served.audit("login").await;
    assert_eq!(lines.len(), 8);
    assert!(lines.iter().all(|line| line.object.is_some()));
    assert_eq!(
        lines.iter().filter(|line| line.refused.is_none()).count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_admin_needs_the_printed_token_and_there_is_only_one_first() {
    let served = Served::new().await;
    let accounts = Accounts::open(
        MemoryAccounts::default(),
        served.hand.clock(),
        crate::client::CHEAP,
    );
    let accounts = accounts.expect("opened");
    let printed = accounts
        .setup_token()
        .expect("random")
        .expect("no admin yet");
    let audit = MemoryAudit::new(100);
    let server = Server::new(served.running.clone(), accounts, audit, Config::default());
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let mut empty = Served::new().await;
    empty.address = listener.local_addr().expect("bound");
    let stopped = empty.stop.subscribe();
    let serving = server.clone();
    tokio::spawn(async move { serving.serve(listener, None, false, stopped).await });
    let set_up = async |token: &str, name: &str, password: &str| {
        let body = json!({"token": token, "name": name, "password": password});
        empty.call("POST", "/api/v1/setup", &[], Some(body)).await
    };
    assert_eq!(
        set_up("fhi_00", "li", PASSWORD).await.code(),
        "auth/unknown"
    );
    assert_eq!(
        set_up(&printed, "li", "short").await.code(),
        "user/bad-password"
    );
    let vehicle = crate::engine::plant().vehicles.as_slice()[0].name.clone();
    assert_eq!(
        set_up(&printed, &vehicle, PASSWORD).await.code(),
        "user/bad-name"
    );
    assert_eq!(set_up(&printed, "li", PASSWORD).await.status, 204);
    assert_eq!(
        set_up(&printed, "wang", PASSWORD).await.code(),
        "auth/unknown",
        "replayed"
    );
    assert_eq!(login(&empty, "li", PASSWORD).await.status, 200);
    assert_eq!(server.accounts().setup_token().expect("random"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_admin_stays_and_own_passwords_ask_for_the_old_one() {
    let served = Served::new().await;
    let admin = session(&served, Role::Admin).await;
    let headers = [
        ("cookie", admin.cookie.as_str()),
        (CSRF, admin.csrf.as_str()),
    ];
    for change in [json!({"disabled": true}), json!({"role": "viewer"})] {
        let refused = served
            .call("PATCH", "/api/v1/users/u-admin", &headers, Some(change))
            .await;
        assert_eq!((refused.status, refused.code()), (409, "user/last-admin"));
    }
    let new = |old: &str, new: &str| Some(json!({"old": old, "new": new}));
    let path = "/api/v1/session/password";
    let wrong = served
        .call(
            "POST",
            path,
            &headers,
            new("not the old one", "another long one"),
        )
        .await;
    assert_eq!(wrong.code(), "auth/wrong");
    let short = served
        .call("POST", path, &headers, new(PASSWORD, "short"))
        .await;
    assert_eq!(short.code(), "user/bad-password");
    let done = served
        .call("POST", path, &headers, new(PASSWORD, "another long one"))
        .await;
    assert_eq!(done.status, 204);
    let old = served.call("GET", "/api/v1/view", &headers, None).await;
    assert_eq!(old.status, 401, "all sessions end");
    assert_eq!(
        login(&served, "u-admin", PASSWORD).await.code(),
        "auth/wrong"
    );
    assert_eq!(
        login(&served, "u-admin", "another long one").await.status,
        200
    );
    let audit = served
        .ask(Role::Supervisor, "GET", "/api/v1/audit?limit=1000", None)
        .await;
    for secret in [PASSWORD, "another long one", "argon2", "not the old one"] {
        assert!(!audit.text.contains(secret), "no secret is written");
    }
}

#[test]
fn the_plants_of_these_tests_are_not_kept_alive() {
    // A running plant ends with its last user, or tests would pile up threads.
    let running = Running::start(1, 10);
    let weak = std::sync::Arc::downgrade(&running);
    running.halt();
    drop(running);
    let gone = (0..500).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        weak.upgrade().is_none()
    });
    assert!(gone);
}
