//! What is wrong with a text of a shop or with a schedule, by code.

use crate::sentence::{Row, row};
use crate::{Lang, Sentence};

/// The sentences of a code with its arguments; `None` if the code is unknown.
pub fn schedule(code: &str, args: &[(&str, String)], lang: Lang) -> Option<Sentence> {
    Sentence::of(ROWS, code, args, lang)
}

/// The codes of the catalogue.
pub fn schedule_codes() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.code)
}

#[rustfmt::skip]
static ROWS: &[Row] = &[
    row("shop/text", ["it is no text", "give a text file of a job shop or a flexible job shop; docs/schedule.md shows both formats"],
        ["这不是文本文件", "请给出作业车间或柔性作业车间的文本文件；两种格式见 docs/schedule.md"]),
    row("shop/head", ["the first line does not say how many jobs and machines there are", "begin with two whole numbers: jobs and machines, both at least 1, at most {most} machines"],
        ["首行没有说明作业数与机器数", "首行应为两个整数：作业数与机器数，均不小于 1，机器最多 {most} 台"]),
    row("shop/number", ["something in this line is no whole number, or too large", "times and machines are whole numbers from 0 to 4294967295"],
        ["该行有内容不是整数，或数值过大", "时间与机器均为 0 到 4294967295 之间的整数"]),
    row("shop/machine", ["this line names a machine that the first line does not count", "raise the number of machines in the first line, or correct the machine; a job shop counts machines from 0"],
        ["该行引用了首行未计入的机器", "请增大首行的机器数，或改正机器编号；作业车间的机器从 0 编号"]),
    row("shop/length", ["this line ends in the middle of an operation, or has more than it announced", "job shop: pairs of machine and time; flexible: the number of operations, then for each the number of its machines and that many pairs. Does --format say what the file is?"],
        ["该行在一道工序中间结束，或内容多于所声明的", "作业车间：机器与时间成对；柔性：先写工序数，每道工序先写可选机器数，再写同样多的成对数值。请确认 --format 与文件一致"]),
    row("shop/jobs", ["the first line announces more jobs than the {jobs} that follow", "add the lines that are missing, or correct the first line"],
        ["首行声明的作业多于其后的 {jobs} 个", "请补齐缺少的行，或改正首行"]),
    row("shop/too-long", ["all times together are more than can be counted", "use a coarser unit of time: their sum must stay below 1073741823"],
        ["全部时间之和超出可计范围", "请使用更粗的时间单位：总和须小于 1073741823"]),
    row("shop/either", ["this can be read as a job shop and as a flexible job shop", "say which with --format jsp or --format fjsp"],
        ["该文件既可按作业车间、也可按柔性作业车间读取", "请用 --format jsp 或 --format fjsp 指明"]),
    row("schedule/json", ["it is no schedule: {detail}", "give the JSON that fenhe schedule --json writes; docs/schedule.md lists its fields"],
        ["这不是排程：{detail}", "请给出 fenhe schedule --json 写出的 JSON；字段见 docs/schedule.md"]),
    row("schedule/unknown", ["row {row}: job {job} has no operation {operation}", "jobs and operations count from 0; is it the schedule of another instance?"],
        ["第 {row} 行：作业 {job} 没有工序 {operation}", "作业与工序从 0 编号；请确认排程属于该算例"]),
    row("schedule/twice", ["job {job}, operation {operation} stands there twice", "each operation has one row"],
        ["作业 {job} 的工序 {operation} 出现了两次", "每道工序只占一行"]),
    row("schedule/count", ["{found} of {all} operations stand there", "each operation of the instance needs a row; the first without one: job {job}, operation {operation}"],
        ["全部 {all} 道工序只出现了 {found} 道", "算例的每道工序都要有一行；第一道缺少的是作业 {job} 的工序 {operation}"]),
    row("schedule/alternative", ["job {job}, operation {operation} cannot be done on machine {machine} from {start} to {end}", "use one of its machines, for exactly the time it takes there: {alternatives}"],
        ["作业 {job} 的工序 {operation} 不能在机器 {machine} 上从 {start} 加工到 {end}", "请使用它的可选机器，且时长恰为该机器上的加工时间：{alternatives}"]),
    row("schedule/early", ["job {job}, operation {operation} begins at {start}, before operation {before} has ended at {end}", "operations of a job come one after the other"],
        ["作业 {job} 的工序 {operation} 在 {start} 开始，而工序 {before} 要到 {end} 才结束", "同一作业的工序须依次进行"]),
    row("schedule/overlap", ["machine {machine} does two operations at once: job {job}, operation {operation} up to {end}, and job {job2}, operation {operation2} from {start}", "a machine does one operation at a time"],
        ["机器 {machine} 同时加工两道工序：作业 {job} 的工序 {operation} 到 {end} 结束，作业 {job2} 的工序 {operation2} 从 {start} 开始", "一台机器同一时刻只能加工一道工序"]),
    row("schedule/makespan", ["it says that its makespan is {said}, but its last operation ends at {makespan}", "correct the makespan; the rows themselves hold"],
        ["所写的最大完工时间为 {said}，而最后一道工序在 {makespan} 结束", "请改正最大完工时间；各行本身无误"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_speaks_both_languages() {
        for code in schedule_codes() {
            for lang in Lang::ALL {
                let said = schedule(code, &[], lang).expect("in the catalogue");
                assert!(!said.what.is_empty() && !said.remedy.is_empty());
            }
        }
    }
}
