//! The factsheet, written. What is not known is written as the least that can be.

use super::model::{Factsheet, Version};
use super::write::{begin, put};
use alloc::string::String;
use alloc::vec::Vec;
use serde_json::{Map, Value as Json, json};

/// Writes a factsheet.
pub fn factsheet(sheet: &Factsheet, version: Version) -> Json {
    let v3 = version == Version::V3_0;
    let mut object = begin(&sheet.header);
    put(&mut object, "typeSpecification", kind(sheet, v3));
    put(&mut object, "physicalParameters", body(sheet, v3));
    put(&mut object, "protocolLimits", limits(sheet, v3));
    put(&mut object, "protocolFeatures", features(sheet, v3));
    let geometry = if v3 {
        "mobileRobotGeometry"
    } else {
        "agvGeometry"
    };
    put(&mut object, geometry, json!({}));
    put(&mut object, "loadSpecification", json!({}));
    Json::Object(object)
}

fn kind(sheet: &Factsheet, v3: bool) -> Json {
    let (kinematic, class, mass) = if v3 {
        (
            "mobileRobotKinematics",
            "mobileRobotClass",
            "maximumLoadMass",
        )
    } else {
        ("agvKinematic", "agvClass", "maxLoadMass")
    };
    json!({
        "seriesName": sheet.series, kinematic: if v3 { "DIFFERENTIAL" } else { "DIFF" }, class: "CARRIER",
        mass: 0, "localizationTypes": ["GRID"], "navigationTypes": ["VIRTUAL_LINE_GUIDED"],
    })
}

fn body(sheet: &Factsheet, v3: bool) -> Json {
    let metres = |value: Option<f64>| value.unwrap_or(0.0);
    let (speed, width, length) = (
        metres(sheet.speed),
        metres(sheet.width),
        metres(sheet.length),
    );
    if v3 {
        json!({
            "minimumSpeed": 0.0, "maximumSpeed": speed, "maximumAcceleration": 0.0, "maximumDeceleration": 0.0,
            "minimumHeight": 0.0, "maximumHeight": 0.0, "width": width, "length": length,
        })
    } else {
        json!({
            "speedMin": 0.0, "speedMax": speed, "accelerationMax": 0.0, "decelerationMax": 0.0,
            "heightMax": 0.0, "width": width, "length": length,
        })
    }
}

fn limits(sheet: &Factsheet, v3: bool) -> Json {
    let (mut strings, mut arrays) = (Map::new(), Map::new());
    if let Some(bytes) = sheet.max_message {
        let key = if v3 { "maximumMessageLength" } else { "msgLen" };
        put(&mut strings, key, bytes);
    }
    if let Some(nodes) = sheet.max_nodes {
        put(&mut arrays, "order.nodes", nodes);
    }
    if v3 {
        let timing = json!({"minimumOrderInterval": 0.0, "minimumStateInterval": 0.0});
        json!({"maximumStringLengths": strings, "maximumArrayLengths": arrays, "timing": timing})
    } else {
        let timing = json!({"minOrderInterval": 0.0, "minStateInterval": 0.0});
        json!({"maxStringLens": strings, "maxArrayLens": arrays, "timing": timing})
    }
}

/// Fields left out in 2.1: `blockingTypes`, which its schema makes impossible.
fn features(sheet: &Factsheet, v3: bool) -> Json {
    let one = |name: &String| {
        let of_node = matches!(name.as_str(), "pick" | "drop" | "startCharging");
        let scope = if of_node { "NODE" } else { "INSTANT" };
        if v3 {
            json!({"actionType": name, "actionScopes": [scope], "pauseAllowed": false, "cancelAllowed": of_node})
        } else {
            json!({"actionType": name, "actionScopes": [scope]})
        }
    };
    let actions: Vec<Json> = sheet.actions.iter().map(one).collect();
    let key = if v3 {
        "mobileRobotActions"
    } else {
        "agvActions"
    };
    json!({"optionalParameters": [], key: actions})
}
