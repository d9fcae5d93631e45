//! What every answer says: headers, languages, limits, counts, the page.

use crate::client::Served;
use fenhe_server::Role;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_loads_nothing_from_elsewhere_and_may_run_only_its_own() {
    let served = Served::new().await;
    for path in ["/", "/app.js", "/app.css", "/icon.svg"] {
        let answer = served.call("GET", path, &[], None).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.text.len() > 200, "{path}");
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        let known = [("if-none-match", answer.header("etag"))];
        let again = served.call("GET", path, &known, None).await;
        assert_eq!((again.status, again.text.len()), (304, 0), "{path}");
    }
    let page = served.call("GET", "/", &[], None).await.text;
    assert!(!page.contains("<style") && !page.contains("onclick"));
    let own = |target: &&str| target.starts_with("./");
    for name in ["src=\"", "href=\""] {
        let targets = page
            .split(name)
            .skip(1)
            .filter_map(|rest| rest.split('"').next());
        assert!(targets.clone().count() > 0, "{page}");
        assert!(targets.clone().all(|target| own(&target)), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_never_answers_for_the_api() {
    let served = Served::new().await;
    for path in ["/api", "/api/v1/plants", "/api/v1/../index.html", "/no.js"] {
        let answer = served.call("GET", path, &[], None).await;
        assert_eq!(
            (answer.status, answer.code()),
            (404, "request/route"),
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_speak_the_callers_language_and_say_what_to_do() {
    let served = Served::new().await;
    let chinese = [("accept-language", "zh-CN,zh;q=0.9,en;q=0.5")];
    let answer = served.call("GET", "/api/v1/view", &chinese, None).await;
    assert_eq!((answer.status, answer.code()), (401, "auth/nobody"));
    assert_eq!(answer.json["message"], json!("尚未登录"));
    assert_eq!(answer.header("content-language"), "zh-CN");
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    let none = served.call("GET", "/no/such", &[], None).await;
    assert_eq!((none.status, none.code()), (404, "request/route"));
    assert_eq!(none.json["remedy"], json!("see /api/openapi.json"));
    let method = served.ask(Role::Admin, "PUT", "/api/v1/orders", None).await;
    assert_eq!((method.status, method.header("allow")), (405, "GET, POST"));
    let order = json!({"reference": "a", "product": "cell", "quantity": "many", "due": ""});
    let field = served
        .ask(Role::Admin, "POST", "/api/v1/orders", Some(order))
        .await;
    assert_eq!((field.status, field.code()), (422, "request/body"));
    assert_eq!(field.json["place"], json!("quantity"));
    let large = json!({"reference": "x".repeat(70_000)});
    let large = served
        .ask(Role::Admin, "POST", "/api/v1/orders", Some(large))
        .await;
    assert_eq!((large.status, large.code()), (413, "request/too-large"));
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_and_the_plant_are_there_for_machines() {
    let served = Served::new().await;
    served.call("GET", "/api/v1/view", &[], None).await;
    let counts = served.call("GET", "/metrics", &[], None).await;
    assert_eq!(counts.status, 200, "this machine may");
    for line in [
        "fenhe_http_refusals_total{code=\"auth/nobody\"} 1",
        "fenhe_http_requests_total{method=\"GET\",route=\"/api/v1/view\",status=\"401\"} 1",
        "fenhe_vehicles{state=\"parked\"}",
        "# EOF",
    ] {
        assert!(counts.text.contains(line), "{line} in\n{}", counts.text);
    }
    let plant = served.ask(Role::Viewer, "GET", "/api/v1/plant", None).await;
    let of = crate::engine::plant();
    assert_eq!(
        plant.json["edges"].as_array().map(Vec::len),
        Some(of.tracks.edges.len())
    );
    let bearer = format!("Bearer {}", served.token(Role::Viewer));
    let tag = plant.header("etag").to_string();
    let headers = [
        ("authorization", bearer.as_str()),
        ("if-none-match", tag.as_str()),
    ];
    let same = served.call("GET", "/api/v1/plant", &headers, None).await;
    assert_eq!((same.status, same.text.len()), (304, 0));
    let headers = [
        ("authorization", bearer.as_str()),
        ("accept-encoding", "gzip, br"),
    ];
    let packed = served.call("GET", "/api/v1/plant", &headers, None).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert_eq!(packed.header("etag"), tag);
    assert_eq!(packed.json, plant.json);
    assert_eq!(
        served.call("GET", "/health", &[], None).await.json,
        json!({"status": "good"})
    );
}
