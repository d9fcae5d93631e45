//! Gantt charts: a page with a drawing, and signs on a terminal.

use super::Instance;
use fenhe_messages::{Lang, Word, fill};
use fenhe_planner::schedule::{Done, Shop, critical};
use std::fmt::Write;

/// Height of a row and width of the drawing, in pixels.
pub const ROW: usize = 22;
pub const WIDTH: f64 = 1600.0;
/// Signs of jobs, over and over.
const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

fn makespan(plan: &[Done]) -> u32 {
    plan.iter().map(|done| done.end).max().unwrap_or(0)
}

/// One line a machine, one column so many units of time; a column shows what it is busy with longest.
pub fn text(shop: &Shop, plan: &[Done], width: usize, lang: Lang) -> String {
    let names = shop.machines.saturating_sub(1).to_string().len();
    let columns = width.saturating_sub(names + 1).max(10);
    let unit = makespan(plan).div_ceil(columns as u32).max(1);
    let columns = makespan(plan).div_ceil(unit) as usize;
    let mut rows = vec![vec![(0_u32, b'.'); columns]; shop.machines as usize];
    for (op, done) in plan.iter().enumerate() {
        let sign = SIGNS[shop.job_of(op) % SIGNS.len()];
        for at in done.begin / unit..done.end.div_ceil(unit) {
            let from = done.begin.max(at * unit);
            let long = done.end.min((at + 1) * unit).saturating_sub(from);
            let cell = &mut rows[done.machine as usize][at as usize];
            if long > cell.0 {
                *cell = (long, sign);
            }
        }
    }
    let mut text = String::new();
    for (machine, row) in rows.iter().enumerate() {
        let signs: String = row.iter().map(|(_, sign)| char::from(*sign)).collect();
        let _ = writeln!(text, "{machine:>names$} {signs}");
    }
    text + &fill(Word::GanttLegend.text(lang), &[("unit", unit.to_string())])
}

/// A page that needs nothing else.
pub fn page(instance: &Instance, plan: &[Done], lang: Lang) -> String {
    let shop = &instance.shop;
    let (left, scale) = (110.0, WIDTH / f64::from(makespan(plan).max(1)));
    let height = shop.machines as usize * ROW + 30;
    let mut marked = vec![false; plan.len()];
    for op in critical(shop, plan) {
        marked[op] = true;
    }
    let mut drawing = String::new();
    for machine in 0..shop.machines as usize {
        let name = fill(
            Word::GanttRow.text(lang),
            &[("machine", machine.to_string())],
        );
        let y = machine * ROW + 15;
        let _ = writeln!(drawing, "<text x=\"0\" y=\"{y}\">{name}</text>");
    }
    for (op, done) in plan.iter().enumerate() {
        let (x, y) = (
            left + f64::from(done.begin) * scale,
            done.machine as usize * ROW,
        );
        let width = f64::from(done.end - done.begin) * scale;
        let hue = (shop.job_of(op) * 137) % 360;
        let class = if marked[op] { " class=\"c\"" } else { "" };
        let _ = writeln!(
            drawing,
            "<rect x=\"{x:.2}\" y=\"{y}\" width=\"{width:.2}\" height=\"{}\" fill=\"hsl({hue} 60% 65%)\"{class}><title>{}</title></rect>",
            ROW - 3,
            tip(shop, op, done, lang)
        );
    }
    let title = format!("{}: {}", escaped(&instance.name), makespan(plan));
    let note = Word::GanttNote.text(lang);
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{title}</title>\n\
         <style>body{{font:14px sans-serif;margin:16px}}text{{font-size:13px}}rect.c{{stroke:#000;stroke-width:1.5}}</style></head>\n\
         <body><h1>{title}</h1><p>{note}</p>\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{height}\" role=\"img\" aria-label=\"{title}\">\n{drawing}</svg></body></html>\n",
        lang.tag(),
        WIDTH + left + 10.0,
    )
}

fn tip(shop: &Shop, op: usize, done: &Done, lang: Lang) -> String {
    let job = shop.job_of(op);
    let args = [
        ("job", job.to_string()),
        ("operation", (op - shop.ops_of(job).start).to_string()),
        ("start", done.begin.to_string()),
        ("end", done.end.to_string()),
    ];
    fill(Word::GanttTip.text(lang), &args)
}

/// As it may stand in a page.
pub fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('"', "&quot;")
}
