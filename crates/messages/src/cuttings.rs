//! What is wrong with an order of strips, by code.

use crate::sentence::{Row, row};
use crate::{Lang, Sentence};

/// The sentences of a code with its arguments; `None` if the code is unknown.
pub fn cutting(code: &str, args: &[(&str, String)], lang: Lang) -> Option<Sentence> {
    Sentence::of(ROWS, code, args, lang)
}

/// The codes of the catalogue.
pub fn cutting_codes() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.code)
}

#[rustfmt::skip]
static ROWS: &[Row] = &[
    row("cut/text", ["the file is no text: {message}", "save it as UTF-8; docs/cutting.md shows the format"],
        ["文件不是文本：{message}", "请保存为 UTF-8；格式见 docs/cutting.md"]),
    row("cut/syntax", ["this is no TOML: {message}", "docs/cutting.md shows an order"],
        ["不是有效的 TOML：{message}", "示例见 docs/cutting.md"]),
    row("cut/key", ["\"{key}\" is not known here", "known are {known}"],
        ["此处没有“{key}”", "可用的有：{known}"]),
    row("cut/missing", ["{key} is missing", "give it in the file or as --{key}"],
        ["缺少 {key}", "请在文件中给出，或使用 --{key}"]),
    row("cut/length", ["\"{text}\" is no width", "write it as 1380, \"1380 mm\", \"35.5 mm\" or \"1.38 m\", in whole thousandths of a millimetre, up to 100 m"],
        ["“{text}”不是宽度", "请写成 1380、\"1380 mm\"、\"35.5 mm\" 或 \"1.38 m\"，精确到 0.001 mm，不超过 100 m"]),
    row("cut/weight", ["\"{text}\" is no weight", "write it as 800, \"800 kg\" or \"12.5 t\", more than 0 and in whole grams"],
        ["“{text}”不是重量", "请写成 800、\"800 kg\" 或 \"12.5 t\"，大于 0，精确到克"]),
    row("cut/count", ["\"{text}\" is no number of strips", "write a whole number up to 10000000"],
        ["“{text}”不是条数", "请写不超过 10000000 的整数"]),
    row("cut/demand", ["this strip has neither a count nor a weight, or both", "give one of count and weight"],
        ["该条料没有给出 count 或 weight，或两者都给出", "请只给出 count 与 weight 之一"]),
    row("cut/coil", ["this strip is ordered by weight, but the weight of a parent is not given", "give coil, the weight of a parent, in the file or as --coil"],
        ["该条料按重量订购，但没有给出母卷重量", "请在文件中或用 --coil 给出母卷重量 coil"]),
    row("cut/no-room", ["the edges ({edge} on each side) leave nothing of the parent ({parent})", "correct parent or edge"],
        ["切边（每侧 {edge}）后母卷（{parent}）没有剩余宽度", "请修改 parent 或 edge"]),
    row("cut/no-strips", ["no strips may be cut", "raise strips, the most strips side by side: one less than the knives"],
        ["不允许切出任何条料", "请增大 strips（并排的最多条数，等于刀数减一）"]),
    row("cut/nothing", ["no strip is ordered", "add a [[strip]] with width and count, or a row to the table"],
        ["没有订购任何条料", "请添加带 width 与 count 的 [[strip]]，或在表中加一行"]),
    row("cut/too-many", ["more than 10000000 strips are ordered in all", "split the order"],
        ["订购总条数超过 10000000", "请拆分订单"]),
    row("cut/zero-width", ["a strip has no width", "correct its width"],
        ["条料宽度为零", "请修改其宽度"]),
    row("cut/too-wide", ["a strip of {width} is wider than what the parent has between its edges ({room})", "correct the width, use a wider parent or a smaller edge"],
        ["宽 {width} 的条料超过母卷切边后的宽度（{room}）", "请修改宽度、改用更宽的母卷或减小切边"]),
    row("cut/too-narrow", ["a strip of {width} is narrower than the slitter takes ({narrowest})", "correct the width or narrowest"],
        ["宽 {width} 的条料小于纵剪机允许的最小宽度（{narrowest}）", "请修改宽度或 narrowest"]),
    row("cut/above-widest", ["a strip of {width} is wider than the slitter takes ({widest})", "correct the width or widest"],
        ["宽 {width} 的条料大于纵剪机允许的最大宽度（{widest}）", "请修改宽度或 widest"]),
    row("cut/no-demand", ["none of the strips of {width} is wanted", "give a count above 0, remove the strip, or allow some with over"],
        ["宽 {width} 的条料需求为零", "请给出大于 0 的 count、删除该条料，或用 over 允许多产"]),
    row("cut/no-pattern", ["no pattern with a strip of {width} keeps to the limits of strips and trim", "raise trim or strips, or order widths that fill the rest"],
        ["没有任何刀型能在条数与余料限制内包含宽 {width} 的条料", "请放宽 trim 或 strips，或增加可填补余宽的规格"]),
    row("cut/impossible", ["no plan gives these demands within the limits, which is proven", "raise trim or strips, or allow more of some widths with over"],
        ["已证明：在这些限制内没有满足需求的方案", "请放宽 trim 或 strips，或用 over 允许某些规格多产"]),
    row("cut/not-found", ["no plan was found within {steps} steps; whether there is one is not known", "give more seconds, raise trim or strips, or allow more of some widths with over"],
        ["在 {steps} 步内没有找到方案；是否存在尚不清楚", "请增加时间、放宽 trim 或 strips，或用 over 允许某些规格多产"]),
];
