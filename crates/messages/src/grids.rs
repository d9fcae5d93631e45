//! What is wrong with an instance of the grid regime or with a run of one, by code.

use crate::sentence::{Row, row};
use crate::{Lang, Sentence};

/// The sentences of a code with its arguments; `None` if the code is unknown.
pub fn grid(code: &str, args: &[(&str, String)], lang: Lang) -> Option<Sentence> {
    Sentence::of(ROWS, code, args, lang)
}

/// The codes of the catalogue.
pub fn grid_codes() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.code)
}

#[rustfmt::skip]
static ROWS: &[Row] = &[
    row("grid/text", ["it is no text", "give a text file; docs/grid.md shows the formats"],
        ["这不是文本文件", "请给出文本文件；格式见 docs/grid.md"]),
    row("grid/json", ["it is no JSON: {detail}", "give the JSON file of an instance, or of a run that fenhe grid --out wrote; docs/grid.md shows both"],
        ["这不是 JSON：{detail}", "请给出算例的 JSON 文件，或 fenhe grid --out 写出的运行结果；两者见 docs/grid.md"]),
    row("grid/key", ["{key} is missing or no text", "name the file: \"{key}\": \"...\", its path beginning at the folder of the instance"],
        ["缺少 {key}，或其值不是文字", "请写明文件：\"{key}\": \"...\"，路径从算例所在文件夹算起"]),
    row("grid/size", ["teamSize is missing or no whole number from 1", "write how many robots take part: \"teamSize\": 100"],
        ["缺少 teamSize，或其值不是不小于 1 的整数", "请写明机器人数量：\"teamSize\": 100"]),
    row("grid/strategy", ["tasks are given out by {value}, which is not supported", "use \"roundrobin\" (rules of 2023), or leave taskAssignmentStrategy out (rules of 2024)"],
        ["任务分配方式 {value} 不受支持", "请用 \"roundrobin\"（2023 年规则），或去掉 taskAssignmentStrategy（2024 年规则）"]),
    row("grid/reveal", ["numTasksReveal is no number from 0 to 1000000", "write how many tasks are revealed a robot: \"numTasksReveal\": 1.5"],
        ["numTasksReveal 不是 0 到 1000000 之间的数", "请写明每台机器人公布的任务数：\"numTasksReveal\": 1.5"]),
    row("grid/head", ["the head of the map does not say height and width", "begin with the lines: type octile, height 32, width 32, map; at most 16777216 cells"],
        ["地图开头没有写明 height 与 width", "开头应为：type octile、height 32、width 32、map 各一行；最多 16777216 格"]),
    row("grid/row", ["this row of the map has {found} cells instead of {columns}", "correct the row, or width in the head"],
        ["地图的这一行有 {found} 格，应为 {columns} 格", "请改正该行，或开头的 width"]),
    row("grid/rows", ["the map has {found} rows instead of {rows}", "add the rows that are missing, or correct height in the head"],
        ["地图只有 {found} 行，应为 {rows} 行", "请补齐缺少的行，或改正开头的 height"]),
    row("grid/count", ["the file begins neither with a count nor with the line: {head}", "begin with how many lines follow (Start-Kit), or with that line (CSV of the EPIBT set)"],
        ["文件开头既不是行数，也不是：{head}", "首行请写后续行数（Start-Kit 格式），或写该表头（EPIBT 集的 CSV）"]),
    row("grid/few", ["{count} lines are announced, {found} follow", "add the lines that are missing, or correct the count"],
        ["声明了 {count} 行，实际只有 {found} 行", "请补齐缺少的行，或改正行数"]),
    row("grid/number", ["{value} is no location", "a location is row x width + column, from 0; in the CSV of robots: id,row,column"],
        ["{value} 不是位置", "位置 = 行 × 宽 + 列，从 0 编号；机器人 CSV 的每行为：编号,行,列"]),
    row("grid/blocked", ["location {value} is blocked", "use a free cell of the map (any sign but @ and T)"],
        ["位置 {value} 是障碍", "请使用地图上的可通行格（@ 与 T 以外的字符）"]),
    row("grid/outside", ["location {value} is outside of the map", "the last location is {most}; is it another instance's map?"],
        ["位置 {value} 在地图之外", "最后一个位置是 {most}；请确认地图属于该算例"]),
    row("grid/robots", ["teamSize is {size}, but only {found} robots have a place", "add robots, or lower teamSize in the instance"],
        ["teamSize 为 {size}，但只有 {found} 台机器人有起点", "请补充机器人，或减小算例中的 teamSize"]),
    row("grid/twice", ["the robot of line {other} stands here already", "give each robot a cell of its own"],
        ["第 {other} 行的机器人已占用此格", "每台机器人须有各自的起始格"]),
    row("grid/empty", ["there is no task", "add at least one line of locations"],
        ["没有任务", "请至少写一行位置"]),
    row("run/key", ["{key} is missing or has not the form that it should have", "give a run in the format of Start-Kit v2.1.2 with all lists (docs/grid.md); is it a run of this instance?"],
        ["缺少 {key}，或其格式不对", "请给出 Start-Kit v2.1.2 格式、包含全部列表的运行结果（见 docs/grid.md），并确认它属于该算例"]),
    row("run/path", ["actualPaths of robot {robot}: other letters than F, R, C, W and T, or another number of steps than robot 0", "write one letter a step, with commas between"],
        ["机器人 {robot} 的 actualPaths 含有 F、R、C、W、T 以外的字符，或步数与 0 号不同", "每步写一个字母，以逗号分隔"]),
    row("run/schedule", ["actualSchedule of robot {robot} is no list of step:task by rising steps", "write for instance 1:7,45:12; -1 is no task"],
        ["机器人 {robot} 的 actualSchedule 不是按步递增的 步:任务 列表", "写法如 1:7,45:12；-1 表示没有任务"]),
    row("run/start", ["robot {robot} does not start where the instance says", "is it a run of another instance?"],
        ["机器人 {robot} 的起点与算例不符", "请确认运行结果属于该算例"]),
    row("run/task", ["task {task} has other errands than in the instance", "is it a run of another instance?"],
        ["任务 {task} 的作业点与算例不符", "请确认运行结果属于该算例"]),
    row("run/revealed", ["task {task} should be revealed at the end of step {step} and is not", "tasks are revealed in the order of the file as soon as fewer than numTasksReveal x teamSize are open"],
        ["任务 {task} 应在第 {step} 步末公布，却没有", "未完成的任务少于 numTasksReveal × teamSize 时，须立即按文件顺序公布"]),
    row("run/wall", ["step {step}: robot {robot} drives to row {row}, column {column}, which is blocked or outside", "the step is not allowed"],
        ["第 {step} 步：机器人 {robot} 驶向第 {row} 行第 {column} 列，该处为障碍或在图外", "该步不允许"]),
    row("run/vertex", ["step {step}: robots {other} and {robot} are on one cell", "the step is not allowed"],
        ["第 {step} 步：机器人 {other} 与 {robot} 在同一格", "该步不允许"]),
    row("run/edge", ["step {step}: robots {other} and {robot} change places", "the step is not allowed"],
        ["第 {step} 步：机器人 {other} 与 {robot} 互换位置", "该步不允许"]),
    row("run/left", ["step {step}: robot {robot} leaves a task that it has opened", "a task stays with its robot once its first errand is done"],
        ["第 {step} 步：机器人 {robot} 放弃了已开始的任务", "任务的第一个作业点完成后，须由同一机器人做完"]),
    row("run/not-open", ["step {step}: robot {robot} takes task {task}, which is not revealed yet, finished, or opened by another", "a robot may take any task that is revealed and that nobody has opened"],
        ["第 {step} 步：机器人 {robot} 领取任务 {task}，但它尚未公布、已完成或已被他人开始", "只能领取已公布且无人开始的任务"]),
    row("run/shared", ["step {step}: robots {other} and {robot} both have task {task}", "a task has one robot at a time"],
        ["第 {step} 步：机器人 {other} 与 {robot} 同时持有任务 {task}", "同一时刻一项任务只能属于一台机器人"]),
    row("run/events", ["step {step}: events tells {said} errands, the replay finds {found}, or others", "an event is step, robot, task, errands done; at most one errand a robot and step"],
        ["第 {step} 步：events 记录了 {said} 次作业，重放得到 {found} 次，或内容不同", "每个事件依次为：步、机器人、任务、已完成作业数；每台机器人每步最多一次"]),
    row("run/count", ["numTaskFinished is {said}, the replay counts {found}", "correct numTaskFinished; all steps hold"],
        ["numTaskFinished 为 {said}，重放得到 {found}", "请改正 numTaskFinished；各步均成立"]),
    row("run/late", ["{count} events are behind the last step", "remove them, or add the steps"],
        ["有 {count} 个事件晚于最后一步", "请删除它们，或补齐各步"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_speaks_both_languages() {
        for code in grid_codes() {
            for lang in Lang::ALL {
                let said = grid(code, &[], lang).expect("in the catalogue");
                assert!(!said.what.is_empty() && !said.remedy.is_empty());
            }
        }
    }
}
