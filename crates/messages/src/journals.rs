//! Why a journal could not do something, and what is wrong with one, by code.

use crate::sentence::{Row, row};
use crate::{Lang, Sentence};

/// The sentences of a journal's code with its arguments; `None` if the code is unknown.
pub fn journal(code: &str, args: &[(&str, String)], lang: Lang) -> Option<Sentence> {
    Sentence::of(ROWS, code, args, lang)
}

/// The codes of the catalogue.
pub fn journal_codes() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.code)
}

#[rustfmt::skip]
static ROWS: &[Row] = &[
    row("journal-busy", ["another controller writes this journal: {who}", "stop it first; two controllers must never run one plant"],
        ["另一个控制器正在写入该日志账本：{who}", "请先停止它；一个工厂绝不能由两个控制器同时运行"]),
    row("journal-wrong-seq", ["entry {expected} was to be written, but the next one is {found}", "somebody else has written, or a copy was put back: find out which before going on"],
        ["本应写入第 {expected} 条，但下一条序号是 {found}", "有其他程序写入过，或者恢复了旧副本：请先查明再继续"]),
    row("journal-full", ["there is no room for the journal", "free the disk; the plant goes on by itself"],
        ["日志账本没有可用空间", "请清理磁盘，之后工厂会自动继续"]),
    row("journal-corrupt", ["the journal is damaged at entry {seq}", "keep a copy, check the disk, and run the check of the journal"],
        ["日志账本在第 {seq} 条处损坏", "请保留副本、检查磁盘，并对账本运行校验"]),
    row("journal-format", ["entry {seq} is of kind {kind}, version {version}, which this program does not know", "read it with the version that wrote it, or a newer one"],
        ["第 {seq} 条的类型为 {kind}、版本为 {version}，本程序不认识", "请用写入它的版本或更新的版本读取"]),
    row("journal-unreachable", ["the journal's server does not answer: {detail}", "check the server and the network; nothing is decided until it is back"],
        ["日志账本的服务器没有应答：{detail}", "请检查服务器与网络；恢复之前不会做出任何决策"]),
    row("journal-refused", ["the journal's server refuses: {detail}", "check user, password and database in the address; the server must run with fsync = on"],
        ["日志账本的服务器拒绝：{detail}", "请检查地址中的用户、密码和数据库；服务器必须以 fsync = on 运行"]),
    row("journal-version", ["the journal was written by a newer program (tables of version {found}, known are up to {known})", "use that program"],
        ["该日志账本由更新的程序写入（表版本 {found}，本程序最高支持 {known}）", "请使用那个程序"]),
    row("journal-foreign", ["this is not a journal", "give the address of a journal, or of a file that is not there yet"],
        ["这不是日志账本", "请给出日志账本的地址，或尚不存在的文件"]),
    row("journal-missing", ["there is no journal here", "check the address"],
        ["此处没有日志账本", "请检查地址"]),
    row("journal-read-only", ["the journal was opened for reading only", "open it for writing, or check the rights of the file"],
        ["日志账本以只读方式打开", "请以写入方式打开，或检查文件权限"]),
    row("journal-not-built", ["this program was built without PostgreSQL", "use a file, or a program built with it"],
        ["本程序构建时未包含 PostgreSQL", "请使用文件，或使用包含它的程序"]),
    row("journal-closed", ["the journal's writer has ended", "look in the log for the reason, then start again"],
        ["日志账本的写入线程已结束", "请在运行日志中查找原因后重新启动"]),
    row("journal-io", ["the journal could not be read or written: {detail}", "check the disk and the rights of the file or database"],
        ["日志账本无法读写：{detail}", "请检查磁盘以及文件或数据库的权限"]),
    row("journal-fault-gap", ["entry {seq} is missing", "the journal was changed from outside, or a copy is incomplete"],
        ["第 {seq} 条缺失", "账本被外部改动过，或副本不完整"]),
    row("journal-fault-chain", ["entry {seq} or its checksum was changed", "take a copy that is whole, and check the disk"],
        ["第 {seq} 条或其校验值被改动", "请取用完好的副本，并检查磁盘"]),
    row("journal-fault-damaged", ["entry {seq} cannot be read", "take a copy that is whole, and check the disk"],
        ["第 {seq} 条无法读取", "请取用完好的副本，并检查磁盘"]),
    row("journal-fault-unknown", ["entry {seq} was written by a newer program", "read it with that program"],
        ["第 {seq} 条由更新的程序写入", "请用那个程序读取"]),
    row("journal-fault-epoch", ["the epoch that begins at entry {seq} is damaged", "take a copy that is whole, and check the disk"],
        ["从第 {seq} 条开始的时期损坏", "请取用完好的副本，并检查磁盘"]),
    row("journal-fault-snapshot", ["the snapshot after entry {seq} is damaged", "an older one is used; take a new one and check the disk"],
        ["第 {seq} 条之后的快照损坏", "可使用更早的快照；请重新生成并检查磁盘"]),
    row("journal-fault-state", ["the kept state of a link is damaged", "take a copy that is whole, and check the disk"],
        ["保存的链路状态损坏", "请取用完好的副本，并检查磁盘"]),
    row("journal-fault-store", ["the database says that its files are damaged: {detail}", "take a copy that is whole, and check the disk"],
        ["数据库报告其文件已损坏：{detail}", "请取用完好的副本，并检查磁盘"]),
];
