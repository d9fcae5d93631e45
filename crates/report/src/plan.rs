//! The tracks as a plan, coloured by how long vehicles wait on each edge.

use crate::charts::{escape, number};
use fenhe_contract::NodeId;
use fenhe_messages::{Lang, Word, fill};
use fenhe_plant::{Owner, Plant};
use fenhe_study::EdgeRow;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Width at which the plan is drawn for the screen [px]: line widths are told in these.
const SCREEN: f64 = 1130.0;

/// The plan with its legend: the colour of a free track, of a little and of the most waiting.
pub fn figure(plant: &Plant, edges: &[EdgeRow], lang: Lang) -> String {
    let most = most(edges);
    let mut html = String::from("<p class=\"legend\">");
    if most > 0.0 {
        html += "<span>0<svg class=\"ramp\" viewBox=\"0 0 90 12\">";
        for i in 0..30u32 {
            let colour = colour(f64::from(i) / 29.0);
            let x = 3 * i;
            let _ = write!(
                html,
                r#"<rect x="{x}" width="3" height="12" fill="{colour}"/>"#
            );
        }
        let scale = escape(Word::CongestionScale.text(lang));
        let _ = write!(html, "</svg>{}</span> <span>{scale}</span> ", number(most));
    } else {
        let _ = write!(html, "<span>{}</span> ", Word::CongestionNone.text(lang));
    }
    for (class, word) in [("port", Word::LoadPort), ("charger", Word::Charger)] {
        let key = format!(
            "<svg viewBox=\"0 0 12 12\"><rect class=\"{class}\" width=\"12\" height=\"12\"/></svg>"
        );
        let _ = write!(html, "<span>{key}{}</span> ", word.text(lang));
    }
    let plan = svg(plant, edges, lang);
    format!("{html}</p><div class=\"wide\">{plan}</div>")
}

fn most(edges: &[EdgeRow]) -> f64 {
    edges.iter().map(|row| row.waiting).fold(0.0, f64::max)
}

/// Millimetres of the plant in metres of the plan.
fn metres(mm: i64) -> f64 {
    mm as f64 / 1000.0
}

/// An SVG of the tracks in metres: the more waiting, the redder and the wider; the most on top.
pub fn svg(plant: &Plant, edges: &[EdgeRow], lang: Lang) -> String {
    let tracks = &plant.tracks;
    let range = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((f64::MAX, f64::MIN), |(low, high), v| {
            (low.min(v), high.max(v))
        })
    };
    let (left, right) = range(&mut tracks.nodes.iter().map(|node| metres(node.x.0)));
    let (bottom, top) = range(&mut tracks.nodes.iter().map(|node| metres(node.y.0)));
    let px = (right - left).max((top - bottom) / 2.0).max(1.0) / SCREEN;
    let margin = 14.0 * px;
    let (width, height) = (
        right - left + 2.0 * margin,
        top - bottom + 2.0 * margin + 18.0 * px,
    );
    let mut svg = format!(
        r#"<svg class="plan" viewBox="{:.2} {:.2} {width:.2} {height:.2}" role="img" aria-label="{}">"#,
        left - margin,
        -top - margin,
        escape(Word::Congestion.text(lang))
    );
    svg += &streets(plant, edges, px, lang);
    svg += &marks(plant, px);
    svg + &scale((left, -bottom + margin + 8.0 * px), right - left, px) + "</svg>"
}

/// All edges, those with the most waiting last.
fn streets(plant: &Plant, edges: &[EdgeRow], px: f64, lang: Lang) -> String {
    let tracks = &plant.tracks;
    let rows: BTreeMap<&str, &EdgeRow> = edges.iter().map(|row| (row.id.as_str(), row)).collect();
    let most = most(edges);
    let mut drawn: Vec<_> = tracks
        .edges
        .iter()
        .map(|edge| {
            let row = rows.get(edge.name.as_str()).copied();
            let waiting = row.map_or(0.0, |row| row.waiting);
            (if most > 0.0 { waiting / most } else { 0.0 }, edge, row)
        })
        .collect();
    drawn.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut svg = String::new();
    for (heat, edge, row) in drawn {
        let (a, b) = (&tracks.nodes[edge.from], &tracks.nodes[edge.to]);
        let args = [
            ("edge", edge.name.clone()),
            ("passes", number(row.map_or(0.0, |row| row.passes_per_hour))),
            ("waiting", number(row.map_or(0.0, |row| row.waiting))),
        ];
        let paint = if heat < 0.02 {
            r#"class="free""#.to_string()
        } else {
            format!(r#"stroke="{}" stroke-linecap="round""#, colour(heat))
        };
        let _ = write!(
            svg,
            r#"<line x1="{:.2}" y1="{:.2}" x2="{:.2}" y2="{:.2}" {paint} stroke-width="{:.3}"><title>{}</title></line>"#,
            metres(a.x.0),
            -metres(a.y.0),
            metres(b.x.0),
            -metres(b.y.0),
            (0.9 + 4.0 * heat) * px,
            escape(&fill(Word::CongestionTip.text(lang), &args))
        );
    }
    svg
}

/// Load ports and chargers.
fn marks(plant: &Plant, px: f64) -> String {
    let mut svg = String::new();
    let mut mark = |node: NodeId, class: &str, name: &str| {
        let node = &plant.tracks.nodes[node];
        let side = 4.0 * px;
        let _ = write!(
            svg,
            r#"<rect class="{class}" x="{:.2}" y="{:.2}" width="{side:.2}" height="{side:.2}"><title>{}</title></rect>"#,
            metres(node.x.0) - side / 2.0,
            -metres(node.y.0) - side / 2.0,
            escape(name)
        );
    };
    for place in &plant.places {
        if let (Owner::Buffer(buffer), Some(node)) = (place.owner, place.node) {
            mark(node, "port", &plant.buffers[buffer].name);
        }
    }
    for charger in &plant.chargers {
        mark(charger.node, "charger", &charger.name);
    }
    svg
}

/// A bar of a round length with that length beside it.
fn scale((x, y): (f64, f64), width: f64, px: f64) -> String {
    let wanted = width / 8.0;
    let power = 10f64.powf(wanted.max(1e-3).log10().floor());
    let steps = [5.0, 2.0, 1.0].map(|step| step * power);
    let length = steps.into_iter().find(|step| *step <= wanted);
    let length = length.unwrap_or(power);
    format!(
        r#"<line class="scale" x1="{x:.2}" y1="{y:.2}" x2="{:.2}" y2="{y:.2}" stroke-width="{:.3}"/><text x="{:.2}" y="{:.2}" font-size="{:.2}">{} m</text>"#,
        x + length,
        2.0 * px,
        x + length + 6.0 * px,
        y + 4.0 * px,
        12.0 * px,
        number(length)
    )
}

/// From grey (0) through amber to red (1).
fn colour(heat: f64) -> String {
    let mix = |a: [f64; 3], b: [f64; 3], t: f64| {
        let c = [0, 1, 2].map(|i| (a[i] + (b[i] - a[i]) * t) as u8);
        format!("#{:02x}{:02x}{:02x}", c[0], c[1], c[2])
    };
    let (grey, amber, red) = (
        [190.0, 190.0, 188.0],
        [222.0, 160.0, 40.0],
        [184.0, 40.0, 34.0],
    );
    if heat < 0.5 {
        mix(grey, amber, heat * 2.0)
    } else {
        mix(amber, red, heat * 2.0 - 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heat_runs_from_grey_to_red() {
        assert_eq!(colour(0.0), "#bebebc");
        assert_eq!(colour(1.0), "#b82822");
    }

    #[test]
    fn the_scale_is_round_and_at_most_an_eighth_of_the_plan() {
        assert!(scale((0.0, 0.0), 400.0, 0.3).ends_with(">50 m</text>"));
        assert!(scale((0.0, 0.0), 399.0, 0.3).ends_with(">20 m</text>"));
        assert!(scale((0.0, 0.0), 9.0, 0.01).ends_with(">1 m</text>"));
    }
}
