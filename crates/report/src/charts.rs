//! Charts as inline SVG: no script, no font, no outside reference.

use crate::figures::grouped;
use std::fmt::Write;

/// A share of a whole with its colour class, for [`stacked_bar`].
#[derive(Clone, Debug)]
pub struct Part {
    /// What it is, already in the reader's language.
    pub label: String,
    /// 0 to 1.
    pub share: f64,
    /// CSS class that colours it (`state-execute`).
    pub class: &'static str,
}

/// What the axes of a chart show, with unit.
#[derive(Clone, Copy, Debug)]
pub struct Axis<'a> {
    /// Below.
    pub x: &'a str,
    /// At the left.
    pub y: &'a str,
}

/// Text made safe for HTML and SVG.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// A horizontal bar of parts, 100 % wide, each part with its figure as tooltip.
pub fn stacked_bar(parts: &[Part]) -> String {
    let mut svg = String::from(
        r#"<svg class="bar" viewBox="0 0 1000 18" preserveAspectRatio="none" role="img">"#,
    );
    let mut x = 0.0;
    for part in parts.iter().filter(|part| part.share > 0.0) {
        let width = part.share * 1000.0;
        let _ = write!(
            svg,
            r#"<rect class="{}" x="{x:.2}" y="0" width="{width:.2}" height="18"><title>{} {:.2} %</title></rect>"#,
            part.class,
            escape(&part.label),
            part.share * 100.0
        );
        x += width;
    }
    svg + "</svg>"
}

/// Room above the plot area, for the label of the y axis.
const TOP: f64 = 26.0;

/// The frame of a chart: plot area and a linear scale on each axis.
struct Frame {
    width: f64,
    height: f64,
    left: f64,
    bottom: f64,
    x: (f64, f64),
    y: (f64, f64),
}

impl Frame {
    fn new(x: (f64, f64), y: (f64, f64)) -> Frame {
        let wide = |(low, high): (f64, f64)| {
            if high > low {
                (low, high)
            } else {
                (low, low + 1.0)
            }
        };
        Frame {
            width: 1130.0,
            height: 260.0,
            left: 70.0,
            bottom: 40.0,
            x: wide(x),
            y: wide(y),
        }
    }
    fn px(&self, x: f64) -> f64 {
        self.left + (x - self.x.0) / (self.x.1 - self.x.0) * (self.width - self.left - 12.0)
    }
    fn py(&self, y: f64) -> f64 {
        let usable = self.height - self.bottom - TOP;
        TOP + usable - (y - self.y.0) / (self.y.1 - self.y.0) * usable
    }
    fn open(&self, axis: Axis) -> String {
        let (w, h) = (self.width, self.height);
        let (x_label, y_label) = (escape(axis.x), escape(axis.y));
        let mut svg = format!(
            r#"<svg class="chart" viewBox="0 0 {w} {h}" role="img" aria-label="{y_label} / {x_label}">"#
        );
        for tick in ticks(self.y.0, self.y.1) {
            let y = self.py(tick);
            let _ = write!(
                svg,
                r#"<line class="grid" x1="{}" x2="{}" y1="{y:.1}" y2="{y:.1}"/><text class="tick" x="{}" y="{:.1}" text-anchor="end">{}</text>"#,
                self.left,
                w - 12.0,
                self.left - 6.0,
                y + 4.0,
                number(tick)
            );
        }
        for tick in ticks(self.x.0, self.x.1) {
            let _ = write!(
                svg,
                r#"<text class="tick" x="{:.1}" y="{}" text-anchor="middle">{}</text>"#,
                self.px(tick),
                h - 24.0,
                number(tick)
            );
        }
        let _ = write!(
            svg,
            r#"<text class="axis" x="{}" y="{}" text-anchor="end">{}</text><text class="axis" x="4" y="14">{}</text>"#,
            w - 12.0,
            h - 4.0,
            x_label,
            y_label
        );
        svg
    }
}

/// Of an axis that begins at zero: its end over the highest value.
const HEADROOM: f64 = 1.06;

/// Lines over a common x: each series is a list of points, drawn in the order given.
pub fn lines(series: &[Vec<(f64, f64)>], axis: Axis) -> String {
    let points = || series.iter().flatten();
    let x = bounds(points().map(|p| p.0));
    let y = bounds(points().map(|p| p.1));
    let frame = Frame::new(x, (y.0.min(0.0), y.1 * HEADROOM));
    let mut svg = frame.open(axis);
    for line in series {
        let path: Vec<String> = line
            .iter()
            .map(|&(x, y)| format!("{:.1},{:.1}", frame.px(x), frame.py(y)))
            .collect();
        let _ = write!(
            svg,
            r#"<polyline class="line" points="{}"/>"#,
            path.join(" ")
        );
    }
    svg + "</svg>"
}

/// A histogram: `(left edge, right edge, count)` per bin.
pub fn histogram(bins: &[(f64, f64, f64)], axis: Axis) -> String {
    let x = bounds(bins.iter().flat_map(|bin| [bin.0, bin.1]));
    let y = bounds(bins.iter().map(|bin| bin.2));
    let frame = Frame::new(x, (0.0, y.1 * HEADROOM));
    let mut svg = frame.open(axis);
    for &(left, right, count) in bins {
        let (x0, x1, top) = (frame.px(left), frame.px(right), frame.py(count));
        let _ = write!(
            svg,
            r#"<rect class="column" x="{x0:.1}" y="{top:.1}" width="{:.1}" height="{:.1}"><title>{} - {}: {}</title></rect>"#,
            (x1 - x0 - 0.5).max(0.5),
            (frame.py(0.0) - top).max(0.0),
            number(left),
            number(right),
            number(count)
        );
    }
    svg + "</svg>"
}

/// Values with an interval at discrete places: `(x, mean, low, high)`, joined by a line, and an
/// optional horizontal goal.
pub fn intervals(points: &[(f64, f64, f64, f64)], goal: Option<f64>, axis: Axis) -> String {
    let x = bounds(points.iter().map(|p| p.0));
    let y = bounds(points.iter().flat_map(|p| [p.2, p.3]).chain(goal));
    let pad = ((y.1 - y.0) * 0.1).max(y.1.abs() * 1e-3);
    let frame = Frame::new(x, (y.0 - pad, y.1 + pad));
    let mut svg = frame.open(axis);
    if let Some(goal) = goal {
        let y = frame.py(goal);
        let _ = write!(
            svg,
            r#"<line class="goal" x1="{}" x2="{}" y1="{y:.1}" y2="{y:.1}"/>"#,
            frame.left,
            frame.width - 12.0
        );
    }
    let path: Vec<String> = points
        .iter()
        .map(|p| format!("{:.1},{:.1}", frame.px(p.0), frame.py(p.1)))
        .collect();
    let _ = write!(
        svg,
        r#"<polyline class="line" points="{}"/>"#,
        path.join(" ")
    );
    for &(x, mean, low, high) in points {
        let x = frame.px(x);
        let _ = write!(
            svg,
            r#"<line class="whisker" x1="{x:.1}" x2="{x:.1}" y1="{:.1}" y2="{:.1}"/><circle class="dot" cx="{x:.1}" cy="{:.1}" r="3"/>"#,
            frame.py(low),
            frame.py(high),
            frame.py(mean)
        );
    }
    svg + "</svg>"
}

fn bounds(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let mut range = (f64::INFINITY, f64::NEG_INFINITY);
    for value in values.filter(|value| value.is_finite()) {
        range = (range.0.min(value), range.1.max(value));
    }
    if range.0 <= range.1 {
        range
    } else {
        (0.0, 1.0)
    }
}

/// About five round numbers between two bounds.
fn ticks(low: f64, high: f64) -> Vec<f64> {
    let rough = (high - low) / 5.0;
    let magnitude = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .map(|m| m * magnitude)
        .into_iter()
        .find(|step| *step >= rough)
        .unwrap_or(magnitude * 10.0);
    let first = (low / step).ceil();
    (0..12)
        .map(|i| (first + f64::from(i)) * step)
        .take_while(|t| *t <= high + step * 1e-9)
        .collect()
}

/// A number as short as it may be for an axis or tooltip.
pub fn number(value: f64) -> String {
    let value = if value == 0.0 { 0.0 } else { value };
    let digits = match value.abs() {
        v if v >= 100.0 || v == 0.0 => 0,
        v if v >= 10.0 => 1,
        v if v >= 0.1 => 2,
        _ => 4,
    };
    let text = grouped(value, digits);
    if digits > 0 {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(ticks(0.0, 10.0), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(ticks(0.0, 0.7), [0.0, 0.2, 0.4, 0.6000000000000001]);
    }

    #[test]
    fn markup_in_names_stays_text() {
        let part = Part {
            label: "<b>&".into(),
            share: 1.0,
            class: "state-idle",
        };
        assert!(stacked_bar(&[part]).contains("&lt;b&gt;&amp; 100.00 %"));
    }

    #[test]
    fn bars_fill_the_width_they_stand_for() {
        let part = |share| Part {
            label: String::new(),
            share,
            class: "a",
        };
        let svg = stacked_bar(&[part(0.25), part(0.75)]);
        assert!(svg.contains(r#"x="0.00" y="0" width="250.00""#));
        assert!(svg.contains(r#"x="250.00" y="0" width="750.00""#));
    }

    #[test]
    fn empty_charts_do_not_break() {
        let axis = Axis { x: "x", y: "y" };
        assert!(histogram(&[], axis).ends_with("</svg>"));
        assert!(lines(&[], axis).ends_with("</svg>"));
        assert!(intervals(&[], None, axis).ends_with("</svg>"));
    }
}
