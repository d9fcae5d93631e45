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
    row("plan/many", ["these orders are {count} operations", "schedule at most {most} operations at once: a part of the orders, or larger lots"],
        ["这些订单共有 {count} 道工序", "一次最多排 {most} 道工序：请只排部分订单，或加大批量"]),
    row("plan/long", ["these orders may take longer than can be counted", "schedule fewer orders at once: all work one after the other must stay below {days} days"],
        ["这些订单的时长超出可计范围", "请一次少排一些订单：全部工作首尾相接须少于 {days} 天"]),
    row("plan/never", ["station {station} never works by its calendar", "give its [[calendar]] an interval of at least a second"],
        ["按其日历，工位 {station} 从不开工", "请为其 [[calendar]] 设置至少一秒的开放区间"]),
    row("plan/json", ["it is no schedule of a plant: {detail}", "give the JSON that fenhe schedule PLANT --orders writes; docs/schedule.md lists its fields"],
        ["这不是工厂的排程：{detail}", "请给出 fenhe schedule PLANT --orders 写出的 JSON；字段见 docs/schedule.md"]),
    row("plan/value", ["{value} means nothing here", "write a span with its unit, such as 12 h or 3 d; --at also takes an instant such as 2026-01-04T06:00:00Z, --down a name: mill-1=12 h"],
        ["{value} 在此没有意义", "请写带单位的时长，如 12 h、3 d；--at 也可写时刻，如 2026-01-04T06:00:00Z，--down 须写名称：mill-1=12 h"]),
    row("plan/no-machine", ["no machine, station or equipment is called {machine}", "did you mean: {near}"],
        ["没有名为 {machine} 的机器、工位或设备", "是否指：{near}"]),
    row("plan/before", ["the kept schedule was itself made good at {before} s, and --at is {at} s", "give a time that is not before that, or an older schedule"],
        ["该排程本身在 {before} 秒时修复过，而 --at 为 {at} 秒", "请给出不早于它的时刻，或更早的排程"]),
    row("plan/machine", ["the plant has no machine {machine} (row {row})", "is it the schedule of another plant, or was a station renamed? fenhe schedule writes the names in machines"],
        ["工厂没有机器 {machine}（第 {row} 行）", "请确认排程属于该工厂，且工位未改名；名称见 machines 字段"]),
    row("plan/unknown", ["row {row}: {order}, {product}, lot {lot} has no step {step} by these orders", "lots count from 1, steps from 0; is it the schedule of another table of orders?"],
        ["第 {row} 行：按这些订单，{order} {product} 第 {lot} 批没有第 {step} 步", "批从 1、步从 0 编号；请确认排程属于该订单表"]),
    row("plan/twice", ["row {row}: {order}, {product}, lot {lot}, step {step} stands there twice", "each step of a lot has one row"],
        ["第 {row} 行：{order} {product} 第 {lot} 批第 {step} 步出现了两次", "每批的每一步只占一行"]),
    row("plan/missing", ["{what} is missing", "each step of each lot needs a row"],
        ["缺少 {what}", "每批的每一步都要有一行"]),
    row("plan/alternative", ["{what} cannot be done on {machine} from {start} to {end}", "use one of its machines, for exactly the time it takes there, closed times not counted: {ways}"],
        ["{what} 不能在 {machine} 上从 {start} 加工到 {end}", "请使用它的可选机器，且时长恰为其加工时间（停用时间不计）：{ways}"]),
    row("plan/early", ["{what} begins at {start}, but {other} ends at {begin} and the way takes {lag} s", "begin it at the end of the step before and the transport, or later"],
        ["{what} 在 {start} 开始，而 {other} 在 {begin} 结束，运输需 {lag} 秒", "请在前一步结束并完成运输之后开始"]),
    row("plan/overlap", ["{machine} does two things at once: {what} up to {end}, and {other} from {begin}", "a machine does one operation at a time"],
        ["{machine} 同时加工两道工序：{what} 到 {end} 结束，{other} 从 {begin} 开始", "一台机器同一时刻只能加工一道工序"]),
    row("plan/setup", ["on {machine} there is no time for the set-up of {setup} s between {what}, which ends at {end}, and {other}, which begins at {begin}", "begin the second when the set-up is done"],
        ["{machine} 上 {what} 在 {end} 结束、{other} 在 {begin} 开始，其间来不及完成 {setup} 秒的换型", "请在换型完成后再开始后一道工序"]),
    row("plan/closed", ["{what} begins at {start}, while {machine} is closed", "begin it when its machine works again"],
        ["{what} 在 {start} 开始，而 {machine} 此时停用", "请在机器重新开放后开始"]),
    row("plan/release", ["{what} begins at {start}, before anything may begin", "what has not begun begins at the time of the disturbance or later"],
        ["{what} 在 {start} 开始，早于允许的最早时刻", "尚未开工的工序须在扰动时刻或之后开始"]),
    row("plan/begun", ["{what} has begun at another time or elsewhere than at {start} on {machine}", "what has begun stays as it was"],
        ["{what} 已在别的时刻或别处开工，而不是 {start} 在 {machine}", "已开工的保持不变"]),
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
