//! The OpenAPI document is the one of the routes, and the table of rights names each of them.

use fenhe_server::{RIGHTS, openapi};
use serde_json::Value;
use std::collections::BTreeSet;

/// What is served and is no part of the API.
const NOT_API: [&str; 3] = ["/", "/{file}", "/api/openapi.json"];

#[test]
fn the_document_in_the_repository_is_that_of_the_routes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let now = openapi().to_pretty_json().expect("a document") + "\n";
    if std::env::var_os("FENHE_WRITE").is_some() {
        std::fs::write(path, &now).expect("written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == now,
        "docs/openapi.json is old: FENHE_WRITE=1 cargo test -p fenhe-server --test api openapi"
    );
}

#[test]
fn each_route_is_in_the_document_and_in_the_table_of_rights() {
    let document: Value = serde_json::to_value(openapi()).expect("a document");
    assert_eq!(document["openapi"], "3.1.0");
    let (mut routes, mut names) = (BTreeSet::new(), BTreeSet::new());
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            routes.insert((method.to_uppercase(), path.clone()));
            let place = format!("{method} {path}");
            assert!(operation["responses"]["default"].is_object(), "{place}");
            assert!(operation["summary"].is_string(), "{place}");
            assert!(
                names.insert(operation["operationId"].to_string()),
                "{place}"
            );
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            for parameter in parameters.filter(|one| one["in"] == "path") {
                let name = parameter["name"].as_str().expect("a name");
                assert!(path.contains(&format!("{{{name}}}")), "{place}: {name}");
            }
        }
    }
    let rights = RIGHTS.iter().filter(|right| !NOT_API.contains(&right.path));
    let rights: BTreeSet<_> = rights
        .map(|right| (right.method.to_string(), right.path.to_string()))
        .collect();
    assert_eq!(routes, rights);
}

#[test]
fn each_reference_of_the_document_leads_somewhere() {
    fn visit(value: &Value, whole: &Value, count: &mut usize) {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(to)) = map.get("$ref") {
                    let pointer = to.strip_prefix('#').expect("inside");
                    assert!(whole.pointer(pointer).is_some(), "{to}");
                    *count += 1;
                }
                map.values().for_each(|inner| visit(inner, whole, count));
            }
            Value::Array(list) => list.iter().for_each(|inner| visit(inner, whole, count)),
            _ => {}
        }
    }
    let document = serde_json::to_value(openapi()).expect("a document");
    let mut count = 0;
    visit(&document, &document, &mut count);
    assert!(count > 50, "{count}");
}
