//! From a drawing's pixels to millimetres, as Open-RMF's own map tools do it: the reference level by its
//! measurements, the others by the fiducials they share with it.
//!
//! Source: open-rmf/rmf_traffic_editor, `building_map/level.py` and `transform.py` (Apache-2.0), read for what they do.

use super::read::{Reader, Vertex};
use super::yaml::Yaml;

/// Turns, scales and moves a point, in this order.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Transform {
    /// Millimetres for a unit of the drawing.
    pub scale: f64,
    angle: f64,
    shift: (f64, f64),
    /// North is down in a drawing.
    flip: f64,
}

/// A point that several levels have.
#[derive(Clone, Debug)]
pub struct Fiducial {
    name: String,
    x: f64,
    y: f64,
}

impl Transform {
    /// Of coordinates that are metres already.
    pub fn metres() -> Transform {
        Transform {
            flip: 1.0,
            ..Transform::scaled(1_000.0)
        }
    }

    /// Of a drawing by its scale alone.
    pub fn scaled(scale: f64) -> Transform {
        Transform {
            scale,
            angle: 0.0,
            shift: (0.0, 0.0),
            flip: -1.0,
        }
    }

    /// Of a drawing that lies over another one.
    pub fn over(reference: f64, pairs: &[(Fiducial, Fiducial)]) -> Option<Transform> {
        let (mut sines, mut cosines, mut ratio, mut count) = (0.0, 0.0, 0.0, 0.0);
        for (i, one) in pairs.iter().enumerate() {
            for other in &pairs[i + 1..] {
                let ours = (other.0.x - one.0.x, other.0.y - one.0.y);
                let theirs = (other.1.x - one.1.x, other.1.y - one.1.y);
                let turn = libm::atan2(theirs.1, theirs.0) - libm::atan2(ours.1, ours.0);
                sines += libm::sin(turn);
                cosines += libm::cos(turn);
                ratio += libm::hypot(theirs.0, theirs.1) / libm::hypot(ours.0, ours.1);
                count += 1.0;
            }
        }
        let ratio = ratio / count;
        if !(ratio.is_finite() && ratio > 0.0) {
            return None;
        }
        let angle = -libm::atan2(sines, cosines);
        let scale = reference / ratio;
        let turned = Transform {
            angle,
            ..Transform::scaled(scale)
        };
        let mut shift = (0.0, 0.0);
        for (ours, theirs) in pairs {
            // Fiducials are flipped already.
            let (x, y) = turned.turned(theirs.x, theirs.y);
            shift.0 += (ours.x * reference - x) / pairs.len() as f64;
            shift.1 += (ours.y * reference - y) / pairs.len() as f64;
        }
        Some(Transform { shift, ..turned })
    }

    fn turned(&self, x: f64, y: f64) -> (f64, f64) {
        let (sin, cos) = (libm::sin(self.angle), libm::cos(self.angle));
        (
            (cos * x - sin * y) * self.scale,
            (sin * x + cos * y) * self.scale,
        )
    }

    /// A point of the drawing [mm].
    pub fn point(&self, x: f64, y: f64) -> (f64, f64) {
        let (x, y) = self.turned(x, self.flip * y);
        (x + self.shift.0, y + self.shift.1)
    }
}

/// Millimetres a pixel by the mean of the measurements of a level; none without any.
pub fn measured(reader: &mut Reader<'_>, level: &Yaml, vertices: &[Vertex<'_>]) -> Option<f64> {
    let mut scales = Vec::new();
    for line in reader.lines(level, "measurements", vertices.len()) {
        let (a, b) = (&vertices[line.from], &vertices[line.to]);
        let pixels = libm::hypot(b.x - a.x, b.y - a.y);
        let metres = line
            .params
            .number("distance")
            .filter(|metres| *metres > 0.0);
        let scale = metres.map(|metres| metres * 1e3 / pixels);
        match scale.filter(|scale| scale.is_finite()) {
            Some(scale) => scales.push(scale),
            None => {
                let problem = reader.problem("import/measurement", line.at);
                reader.problems.push(problem);
            }
        }
    }
    let count = scales.len() as f64;
    (!scales.is_empty()).then(|| scales.iter().sum::<f64>() / count)
}

/// The fiducials of a level, north up.
pub fn fiducials(reader: &mut Reader<'_>, level: &Yaml) -> Vec<Fiducial> {
    let mut all = Vec::new();
    for row in reader.rows(level, "fiducials") {
        let (x, y) = (reader.number(row, 0), reader.number(row, 1));
        let name = row.list().get(2).and_then(Yaml::text);
        if let (Some(x), Some(y), Some(name)) = (x, y, name) {
            all.push(Fiducial {
                name: name.to_string(),
                x,
                y: -y,
            });
        }
    }
    all
}

/// Fiducials that two levels have.
pub fn shared(reference: &[Fiducial], level: &[Fiducial]) -> Vec<(Fiducial, Fiducial)> {
    let of = |one: &Fiducial| level.iter().find(|other| other.name == one.name).cloned();
    reference
        .iter()
        .filter_map(|one| Some((one.clone(), of(one)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_laid_over_the_reference_by_its_fiducials() {
        let mark = |x: f64, y: f64| Fiducial {
            name: "f".into(),
            x,
            y,
        };
        // The other drawing is twice as large, turned by a quarter and moved.
        let there = |x: f64, y: f64| mark(-2.0 * y + 7.0, 2.0 * x - 3.0);
        let points = [(0.0, 0.0), (10.0, 0.0), (4.0, -6.0)];
        let pairs: Vec<_> = points
            .iter()
            .map(|&(x, y)| (mark(x, y), there(x, y)))
            .collect();
        let transform = Transform::over(50.0, &pairs).expect("fiducials");
        assert!((transform.scale - 25.0).abs() < 1e-9);
        for (ours, theirs) in pairs {
            let (x, y) = transform.point(theirs.x, -theirs.y);
            assert!((x - 50.0 * ours.x).abs() < 1e-6 && (y - 50.0 * ours.y).abs() < 1e-6);
        }
        assert_eq!(Transform::over(50.0, &[]), None);
    }
}
