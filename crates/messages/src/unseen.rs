//! Why a figure cannot be had from recorded facts.

use crate::Lang;

const REASONS: &[(&str, &str, &str)] = &[
    (
        "calibrate/counts-only",
        "the station tells only how many pieces it made",
        "工位只上报件数",
    ),
    (
        "calibrate/carriers-only",
        "the station tells only of carriers at its ports",
        "工位只上报端口上的载具",
    ),
    (
        "calibrate/nothing-told",
        "the station tells nothing",
        "工位不上报任何信息",
    ),
    (
        "calibrate/start-unseen",
        "when a job begins is not told and does not follow from arrivals",
        "作业开始时刻未上报，也无法由到达推出",
    ),
    (
        "calibrate/blocking-unseen",
        "the way out may be full, and whether it is cannot be seen",
        "出口可能已满，但无法看出",
    ),
    (
        "calibrate/batches-unseen",
        "several batches are in work at once and pieces do not tell which is theirs",
        "多个批次同时加工，工件不说明属于哪一批",
    ),
    (
        "calibrate/product-unseen",
        "process times differ by product and the product of a job is not told",
        "加工时间因产品而异，而作业的产品未上报",
    ),
    (
        "calibrate/mode-unseen",
        "several failure modes, and the state does not say which it is",
        "有多种故障模式，状态未说明是哪一种",
    ),
    (
        "calibrate/busy-unseen",
        "its clock runs while it executes, which is not seen",
        "其计时只在加工时走动，而加工不可见",
    ),
    (
        "calibrate/pieces-unseen",
        "its clock counts pieces begun, which are not seen",
        "其计数以开工件数为准，而开工不可见",
    ),
    (
        "calibrate/crew-unseen",
        "when somebody came to repair cannot be told",
        "无法得知维修人员何时到达",
    ),
    (
        "calibrate/dock-unseen",
        "docking is never seen apart from the first hand-over",
        "对接无法与首次交接分开",
    ),
    (
        "calibrate/no-cruise",
        "no stretch is long enough to be driven at cruising speed",
        "没有足够长的路段以巡航速度行驶",
    ),
    (
        "calibrate/too-few",
        "there are too few observations",
        "观测数太少",
    ),
];

/// The sentence of a reason's code; none for a code that is not known.
pub fn unseen(code: &str, lang: Lang) -> Option<&'static str> {
    let row = REASONS.iter().find(|(known, ..)| *known == code)?;
    Some(lang.pick(row.1, row.2))
}
