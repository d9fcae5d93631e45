//! The tracks as a plan, coloured by how long vehicles wait on each edge.

use crate::charts::escape;
use fenhe_plant::{Owner, Plant};
use fenhe_study::EdgeRow;
use std::collections::BTreeMap;
use std::fmt::Write;

/// An SVG of the tracks: grey where nobody waits, through amber to red where most waiting is.
pub fn svg(plant: &Plant, edges: &[EdgeRow]) -> String {
    let tracks = &plant.tracks;
    let waits: BTreeMap<&str, &EdgeRow> = edges.iter().map(|row| (row.id.as_str(), row)).collect();
    let most = edges.iter().map(|row| row.waiting).fold(0.0, f64::max);
    let x = |mm: i64| mm as f64 / 1000.0;
    let xs = || tracks.nodes.iter().map(|node| x(node.x.0));
    let ys = || tracks.nodes.iter().map(|node| x(node.y.0));
    let fold = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((f64::MAX, f64::MIN), |(low, high), v| {
            (low.min(v), high.max(v))
        })
    };
    let ((left, right), (bottom, top)) = (fold(&mut xs()), fold(&mut ys()));
    let mut svg = format!(
        r#"<svg class="plan" viewBox="{:.1} {:.1} {:.1} {:.1}" role="img">"#,
        left - 3.0,
        -top - 3.0,
        right - left + 6.0,
        top - bottom + 6.0
    );
    for edge in &tracks.edges {
        let (a, b) = (&tracks.nodes[edge.from], &tracks.nodes[edge.to]);
        let row = waits.get(edge.name.as_str());
        let heat = row.map_or(0.0, |row| if most > 0.0 { row.waiting / most } else { 0.0 });
        let tip = row.map_or(String::new(), |row| {
            format!(
                "{:.1} /h, {:.2} %",
                row.passes_per_hour,
                row.waiting * 100.0
            )
        });
        let _ = write!(
            svg,
            r#"<line x1="{:.2}" y1="{:.2}" x2="{:.2}" y2="{:.2}" stroke="{}" stroke-width="{:.2}"><title>{}: {tip}</title></line>"#,
            x(a.x.0),
            -x(a.y.0),
            x(b.x.0),
            -x(b.y.0),
            colour(heat),
            0.25 + 0.75 * heat,
            escape(&edge.name)
        );
    }
    let mut mark = |node: fenhe_contract::NodeId, colour: &str, name: &str| {
        let node = &tracks.nodes[node];
        let _ = write!(
            svg,
            r#"<rect x="{:.2}" y="{:.2}" width="0.8" height="0.8" fill="{colour}"><title>{}</title></rect>"#,
            x(node.x.0) - 0.4,
            -x(node.y.0) - 0.4,
            escape(name)
        );
    };
    for place in &plant.places {
        if let (Owner::Buffer(buffer), Some(node)) = (place.owner, place.node) {
            mark(node, "#2f6f8f", &plant.buffers[buffer].name);
        }
    }
    for charger in &plant.chargers {
        mark(charger.node, "#3d9a84", &charger.name);
    }
    svg + "</svg>"
}

/// From grey (0) through amber to red (1).
fn colour(heat: f64) -> String {
    let mix = |a: [f64; 3], b: [f64; 3], t: f64| {
        let c = [0, 1, 2].map(|i| (a[i] + (b[i] - a[i]) * t) as u8);
        format!("#{:02x}{:02x}{:02x}", c[0], c[1], c[2])
    };
    let (grey, amber, red) = (
        [190.0, 190.0, 188.0],
        [217.0, 170.0, 60.0],
        [184.0, 50.0, 40.0],
    );
    if heat < 0.5 {
        mix(grey, amber, heat * 2.0)
    } else {
        mix(amber, red, heat * 2.0 - 1.0)
    }
}
