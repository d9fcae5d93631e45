//! What of a building no sketch holds.

use super::carry::Level;
use super::yaml::Yaml;
use crate::note::Notes;

/// Sections of a level: what is read, and what is told under which code.
const READ: [&str; 6] = [
    "vertices",
    "lanes",
    "doors",
    "measurements",
    "fiducials",
    "elevation",
];
const TOLD: [(&str, &str); 14] = [
    ("walls", "left/walls"),
    ("floors", "left/walls"),
    ("holes", "left/walls"),
    ("models", "left/models"),
    ("drawing", "left/drawing"),
    ("layers", "left/survey"),
    ("features", "left/survey"),
    ("constraints", "left/survey"),
    ("human_lanes", "left/human-lanes"),
    ("flattened_x_offset", "left/drawing"),
    ("flattened_y_offset", "left/drawing"),
    ("x_meters", "left/drawing"),
    ("y_meters", "left/drawing"),
    ("environment", "left/models"),
];

/// Sections of a level that are not carried over, and vertices with a meaning and no lane.
pub fn level(level: &Level<'_>, notes: &mut Notes) {
    for (key, value) in level.at.rows().filter(|(key, _)| !READ.contains(key)) {
        let code = TOLD
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, code)| *code);
        let scalar = value.text().is_some_and(|text| !text.is_empty());
        if value.len() == 0 && !scalar {
            continue;
        }
        let name = match value.len() {
            0 => format!("{}.{key}", level.name),
            count => format!("{}.{key} ({count})", level.name),
        };
        notes.left(code.unwrap_or("left/unknown"), &name);
    }
    for (i, vertex) in level.vertices.iter().enumerate() {
        let on_lane = level
            .lanes
            .iter()
            .any(|lane| lane.from == i || lane.to == i);
        if !on_lane && vertex.params.names().next().is_some() {
            notes.left("left/vertex-no-lane", &level.called(i));
        }
    }
}

/// Lifts, crowds and sections that nobody knows.
pub fn building(root: &Yaml, levels: &[Level<'_>], notes: &mut Notes) {
    const READ: [&str; 5] = [
        "name",
        "building_name",
        "levels",
        "coordinate_system",
        "reference_level_name",
    ];
    for (key, value) in root.rows().filter(|(key, _)| !READ.contains(key)) {
        if value.len() == 0 {
            continue;
        }
        match key {
            "lifts" => lifts(value, notes),
            "crowd_sim" => notes.left("left/crowd", key),
            key => notes.left("left/unknown", key),
        }
    }
    let floors = levels.iter().filter(|level| !level.graphs().is_empty());
    let graphs: usize = floors.map(|level| level.graphs().len()).sum();
    if graphs > 1 {
        notes.left_with("left/together", "", vec![("folders", graphs.to_string())]);
    }
}

fn lifts(all: &Yaml, notes: &mut Notes) {
    for (name, lift) in all.rows() {
        let floors = lift.get("level_doors").map(|doors| {
            let names: Vec<&str> = doors.rows().map(|(level, _)| level).collect();
            names.join(", ")
        });
        notes.left_with(
            "left/lift",
            name,
            vec![("floors", floors.unwrap_or_default())],
        );
    }
}
