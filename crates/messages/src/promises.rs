//! What is wrong with a book of promises or with what is asked of it, by code.

use crate::sentence::{Row, row};
use crate::{Lang, Sentence};

/// The sentences of a code with its arguments; `None` if the code is unknown.
pub fn promise(code: &str, args: &[(&str, String)], lang: Lang) -> Option<Sentence> {
    Sentence::of(ROWS, code, args, lang)
}

/// The codes of the catalogue.
pub fn promise_codes() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.code)
}

#[rustfmt::skip]
static ROWS: &[Row] = &[
    row("book/json", ["this is no book of promises: {detail}", "give the file that fenhe promise --book wrote, or a name that is not taken yet"],
        ["这不是承诺簿：{detail}", "请给出 fenhe promise --book 写出的文件，或尚未使用的文件名"]),
    row("book/newer", ["this book was written by a newer program (format {found}, known is {known})", "use that program"],
        ["该承诺簿由更新的程序写入（格式 {found}，本程序支持 {known}）", "请使用那个程序"]),
    row("book/plant", ["this book is of plant {found}, not of {plant}", "give the book of this plant, or a name that is not taken yet"],
        ["该承诺簿属于工厂 {found}，而非 {plant}", "请给出本厂的承诺簿，或尚未使用的文件名"]),
    row("book/taken", ["order {order} is in the book already, {state}", "give the new order another name; fenhe book --confirm makes a quote firm, --withdraw frees what is held"],
        ["工单 {order} 已在承诺簿中，状态：{state}", "请为新工单换名；fenhe book --confirm 将报价转为确认，--withdraw 释放所占产能"]),
    row("book/unknown", ["the book has no order {order}", "fenhe book lists what is in it"],
        ["承诺簿中没有工单 {order}", "fenhe book 可列出全部内容"]),
    row("book/state", ["order {order} is {state}: that cannot be done any more", "ask for it anew with fenhe promise"],
        ["工单 {order} 的状态为{state}，已无法执行该操作", "请用 fenhe promise 重新询问"]),
    row("book/product", ["the plant has no product {product} any more, and order {order} is promised of it", "withdraw that order, or put the product back"],
        ["工厂已没有产品 {product}，而已承诺的工单 {order} 需要它", "请撤回该工单，或恢复该产品"]),
    row("book/route", ["the plant cannot make order {order} any more: {why}", "withdraw that order, or mend the plant"],
        ["工厂已无法完成工单 {order}：{why}", "请撤回该工单，或修正工厂"]),
    row("done/column", ["the first line is not order,done", "begin with the line order,done"],
        ["首行不是 order,done", "首行应为 order,done"]),
    row("done/time", ["\"{text}\" is no time", "write an RFC 3339 instant, or a span from the plant's epoch such as 46.5 d"],
        ["“{text}”不是时刻", "请写 RFC 3339 时刻，或自工厂纪元起的时长，例如 46.5 d"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_speaks_both_languages() {
        for code in promise_codes() {
            for lang in Lang::ALL {
                let said = promise(code, &[], lang).expect("in the catalogue");
                assert!(!said.what.is_empty() && !said.remedy.is_empty());
            }
        }
    }
}
