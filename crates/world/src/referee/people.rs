//! Bodies and people: judged from bodies and the outline on the floor, or by the nodes and edges by
//! which an area was given; never by what control believes.

use super::*;
use fenhe_plant::Area;

/// Where a body is, or what it sweeps in one motion [mm]: centre, unit vector, half extents.
#[derive(Clone, Copy)]
struct Sweep {
    x: f64,
    y: f64,
    ux: f64,
    uy: f64,
    along: f64,
    across: f64,
}

impl Referee {
    /// People went into an area (`true`) or came out.
    pub fn walk<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        tables: &Tables,
        (area, inside): (AreaId, bool),
    ) {
        let Some(people) = self.people.get(area).copied() else {
            return;
        };
        self.people[area] = match inside {
            true => people + 1,
            false => people.saturating_sub(1),
        };
        for v in ctx.plant.vehicles.ids() {
            self.among_people(ctx, tables, v);
        }
    }

    /// A breach if the motion of this vehicle touches people.
    #[cold]
    pub fn among_people<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        tables: &Tables,
        v: VehicleId,
    ) {
        if !self.motions[v].judged() {
            return;
        }
        for (id, area) in ctx.plant.areas.pairs() {
            if self.people[id] > 0 && self.touches(tables, v, area) {
                self.breach(ctx, Breach::AmongPeople(v, id));
            }
        }
    }

    /// Whether a body on the resources of its motion is on one of these.
    pub fn on(&self, tables: &Tables, v: VehicleId, resources: &[ResourceId]) -> bool {
        // Areas of motions are numbered as resources are: edges, then nodes.
        let at = ResourceId(self.motions[v].area(tables));
        resources.binary_search(&at).is_ok()
    }

    /// Whether a motion touches an area.
    pub fn touches(&self, tables: &Tables, v: VehicleId, area: &Area) -> bool {
        if area.outline.is_empty() {
            return self.on(tables, v, &area.inside);
        }
        let sweep = self.sweep(tables, v);
        let point = |n: usize| {
            let (x, y) = area.outline[n % area.outline.len()];
            (x.0 as f64, y.0 as f64)
        };
        let sides = || (0..area.outline.len()).map(|n| (point(n), point(n + 1)));
        let crosses = |&((ax, ay), (bx, by)): &((f64, f64), (f64, f64))| {
            (ay > sweep.y) != (by > sweep.y)
                && sweep.x < ax + (sweep.y - ay) * (bx - ax) / (by - ay)
        };
        sides().filter(crosses).count() % 2 == 1 || sides().any(|side| sweep.meets(side))
    }

    fn sweep(&self, tables: &Tables, v: VehicleId) -> Sweep {
        let motion = &self.motions[v];
        let (long, wide) = tables.kin[v].half;
        let pose = motion.pose(tables, v, motion.since);
        let still = Sweep {
            x: pose.x,
            y: pose.y,
            ux: pose.ux,
            uy: pose.uy,
            along: long,
            across: wide,
        };
        match motion.course {
            Course::Stand(_) | Course::Told(_) => still,
            Course::Turn(..) => {
                let round = libm::hypot(long, wide);
                Sweep {
                    along: round,
                    across: round,
                    ..still
                }
            }
            Course::Drive(edge, _) => {
                let way = &tables.ways[edge];
                let half = way.length * way.scale / 2.0;
                Sweep {
                    x: way.x + half * way.ux,
                    y: way.y + half * way.uy,
                    ux: way.ux,
                    uy: way.uy,
                    along: long + half,
                    across: wide,
                }
            }
        }
    }
}

impl Sweep {
    /// Separating axes of a rectangle and a segment; touching by less than a millimetre is none.
    fn meets(&self, ((ax, ay), (bx, by)): ((f64, f64), (f64, f64))) -> bool {
        let local = |x: f64, y: f64| {
            let (dx, dy) = (x - self.x, y - self.y);
            (dx * self.ux + dy * self.uy, dy * self.ux - dx * self.uy)
        };
        let ((ax, ay), (bx, by)) = (local(ax, ay), local(bx, by));
        let (along, across) = (self.along - 1.0, self.across - 1.0);
        let apart = |a: f64, b: f64, half: f64| a.min(b) > half || a.max(b) < -half;
        let (nx, ny) = (by - ay, ax - bx);
        let reach = along * nx.abs() + across * ny.abs();
        let off = (nx * ax + ny * ay).abs();
        !(apart(ax, bx, along) || apart(ay, by, across) || off > reach)
    }
}
