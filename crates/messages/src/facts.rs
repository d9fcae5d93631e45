//! Facts, orders and decisions in words, for who reads a journal.

use crate::{Lang, fill};

/// The sentence of a code with its arguments; `None` if the code is unknown.
pub fn telling(code: &str, args: &[(&str, String)], lang: Lang) -> Option<String> {
    let row = ROWS.iter().find(|row| row.0 == code)?;
    Some(fill(lang.pick(row.1, row.2), args))
}

/// A kind of element or user of one, as a change of the plant names it; the word itself if it is unknown.
pub fn element(kind: &str, lang: Lang) -> &str {
    let row = KINDS.iter().find(|row| row.0 == kind);
    row.map_or(kind, |row| lang.pick(row.0, row.1))
}

#[rustfmt::skip]
static KINDS: &[(&str, &str)] = &[
    ("product", "产品"), ("operation", "工序"), ("carrier", "载具"), ("line", "产线"), ("station", "工位"),
    ("buffer", "缓冲"), ("place", "位置"), ("source", "入口"), ("sink", "出口"), ("crew", "班组"), ("calendar", "日历"),
    ("indexer", "节拍线"), ("node", "节点"), ("edge", "路段"), ("track", "路权资源"), ("vehicle type", "车型"),
    ("vehicle", "车辆"), ("charger", "充电位"), ("area", "区域"), ("stop group", "急停组"), ("rack", "立体库"), ("crane", "堆垛机"), ("load", "载荷"),
    ("transport", "运输"), ("piece", "工件"), ("pieces", "工件数"), ("order", "订单"), ("way to", "驶向"),
    ("access", "进入窗口"), ("stop", "急停"),
];

/// The codes of the catalogue.
pub fn telling_codes() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.0)
}

#[rustfmt::skip]
static ROWS: &[(&str, &str, &str)] = &[
    // Facts
    ("place-occupied", "{place}: load {tag} stands here", "{place}：载荷 {tag} 到位"),
    ("place-freed", "{place}: free", "{place}：已空出"),
    ("place-emptied", "{place}: carrier {tag} has been emptied", "{place}：载具 {tag} 已取空"),
    ("place-filled", "{place}: carrier {tag} has been filled with {count} {product}", "{place}：载具 {tag} 已装入 {count} 件 {product}"),
    ("station-state", "{station}: {state}", "{station}：{state}"),
    ("station-shows", "{station} is seen: {state}", "{station} 显示：{state}"),
    ("station-started", "{station}: started {tag}", "{station}：开始加工 {tag}"),
    ("station-ended", "{station}: finished {tag}", "{station}：完成 {tag}"),
    ("station-scrapped", "{station}: scrapped {tag}", "{station}：{tag} 报废"),
    ("station-counted", "{station}: {good} good, {scrap} scrapped", "{station}：良品 {good} 件，报废 {scrap} 件"),
    ("station-refused", "{station}: refused an order ({why})", "{station}：拒绝指令（{why}）"),
    ("queue-arrived", "{buffer}: {product} {tag} arrived", "{buffer}：{product} {tag} 到达"),
    ("source-wanted", "{source}: {count} {product} wanted", "{source}：需要 {count} 件 {product}"),
    ("source-entered", "{source}: {tag} entered, order {order}", "{source}：{tag} 进入，订单 {order}"),
    ("sink-counted", "{sink}: {good} good, {scrap} scrapped left the plant", "{sink}：离厂良品 {good} 件，报废 {scrap} 件"),
    ("vehicle-at", "{vehicle}: at {node}, accepted {revision}", "{vehicle}：到达 {node}，已接受 {revision}"),
    ("vehicle-picked", "{vehicle}: took {tag} from {place} on deck {deck}", "{vehicle}：从 {place} 取走 {tag}，载位 {deck}"),
    ("vehicle-dropped", "{vehicle}: gave the load of deck {deck} to {place}", "{vehicle}：将载位 {deck} 的载荷放到 {place}"),
    ("vehicle-hand-failed", "{vehicle}: hand-over at {place} failed, deck {deck} ({why})", "{vehicle}：在 {place} 交接失败，载位 {deck}（{why}）"),
    ("vehicle-charge", "{vehicle}: battery {percent} %, charging: {charging}", "{vehicle}：电量 {percent} %，充电中：{charging}"),
    ("vehicle-held", "{vehicle}: stands though it could drive", "{vehicle}：可行驶但停住"),
    ("vehicle-free", "{vehicle}: goes on", "{vehicle}：继续行驶"),
    ("vehicle-state", "{vehicle}: at {node}, accepted {revision}, done {done}", "{vehicle}：位于 {node}，已接受 {revision}，已完成 {done}"),
    ("crane-picked", "{crane}: took {tag} from {place}", "{crane}：从 {place} 取走 {tag}"),
    ("crane-dropped", "{crane}: gave its load to {place}", "{crane}：将载荷放到 {place}"),
    ("crane-arrived", "{crane}: at {place}", "{crane}：到达 {place}"),
    ("crane-failed", "{crane}: hand-over at {place} failed ({why})", "{crane}：在 {place} 交接失败（{why}）"),
    ("crane-down", "{crane}: broke down", "{crane}：故障停机"),
    ("crane-up", "{crane}: works again", "{crane}：恢复工作"),
    ("order-known", "order {order}: {quantity} {product}, due {due}", "订单 {order}：{quantity} 件 {product}，交期 {due}"),
    ("calendar-on", "calendar {calendar}: working time begins", "日历 {calendar}：工作时间开始"),
    ("calendar-off", "calendar {calendar}: working time ends", "日历 {calendar}：工作时间结束"),
    ("link-lost", "{vehicle}: link lost", "{vehicle}：通信中断"),
    ("link-back", "{vehicle}: link is back", "{vehicle}：通信恢复"),
    ("plan-came", "a planner's answer to question {revision}", "规划器对问题 {revision} 的答复"),
    ("deadline", "a time that was waited for has come", "等待的时刻已到"),
    ("access-act", "{area}: {act}", "{area}：{act}"),
    ("fire-on", "{area}: fire alarm", "{area}：火警"),
    ("fire-off", "{area}: fire alarm is over", "{area}：火警解除"),
    ("stop-act", "emergency-stop group {group}: {act}", "急停组 {group}：{act}"),
    ("alarm-act", "alarm {alarm}: {act}", "报警 {alarm}：{act}"),
    ("out-of-service", "{source}, {what}: taken out of service", "{source}，{what}：停用"),
    ("in-service", "{source}, {what}: back in service", "{source}，{what}：恢复使用"),
    ("trouble-on", "{source}, {what}: begins", "{source}，{what}：开始"),
    ("trouble-off", "{source}, {what}: is over", "{source}，{what}：结束"),
    ("clock", "the wall clock shows {utc}", "系统时钟为 {utc}"),
    ("audit", "{who}: {what}, from {from} to {to}", "{who}：{what}，由 {from} 改为 {to}"),
    ("note", "{what}: {words}", "{what}：{words}"),
    // Orders
    ("drive", "{vehicle}: drive to {node}, {count} edges, revision {revision}", "{vehicle}：驶向 {node}，共 {count} 段，修订 {revision}"),
    ("pick", "{vehicle}: take from {place} on deck {deck}, revision {revision}", "{vehicle}：从 {place} 取货到载位 {deck}，修订 {revision}"),
    ("carry", "{crane}: carry {tag} from {from} to {to}, revision {revision}", "{crane}：将 {tag} 从 {from} 运到 {to}，修订 {revision}"),
    ("go", "{crane}: go to {to}, revision {revision}", "{crane}：前往 {to}，修订 {revision}"),
    ("drop", "{vehicle}: give to {place} from deck {deck}, revision {revision}", "{vehicle}：从载位 {deck} 放货到 {place}，修订 {revision}"),
    ("charge", "{vehicle}: charge up to {percent} %, revision {revision}", "{vehicle}：充电至 {percent} %，修订 {revision}"),
    ("run", "{station}: start {tag}, revision {revision}", "{station}：开始 {tag}，修订 {revision}"),
    ("hold", "{station}: hold, revision {revision}", "{station}：暂停，修订 {revision}"),
    ("go-on", "{station}: go on, revision {revision}", "{station}：继续，修订 {revision}"),
    ("release", "{source}: let {count} {product} in for order {order}, revision {revision}", "{source}：为订单 {order} 放行 {count} 件 {product}，修订 {revision}"),
    ("ask", "question {revision} to a planner", "向规划器提出问题 {revision}"),
    // Decisions
    ("transport", "transport {transport}: {vehicle} brings it from {from} to {to}", "运输 {transport}：{vehicle} 从 {from} 送往 {to}"),
    ("transported", "transport {transport}: done; its load had waited {waited} s for a vehicle to be chosen", "运输 {transport}：完成；载荷等待派车 {waited} 秒"),
    ("alarm", "alarm {alarm}, {source}, {what}: {from} -> {to}", "报警 {alarm}，{source}，{what}：{from} -> {to}"),
    ("access", "{area}: window {from} -> {to}", "{area}：进入窗口 {from} -> {to}"),
    ("access-refused", "{area}: {act} does not fit state {state}", "{area}：{act} 与状态 {state} 不符"),
    ("access-kept", "{area}: kept from being clear by {by}", "{area}：因 {by} 无法清空"),
    ("access-free", "{area}: nothing keeps it from being clear any more", "{area}：已无阻碍清空的因素"),
    ("stop-group", "emergency-stop group {group}: {from} -> {to}", "急停组 {group}：{from} -> {to}"),
    ("history", "{words}", "{words}"),
    // State
    ("state-head", "State after entry {seq} at {time}, digest {digest}", "第 {seq} 条之后的状态，时间 {time}，摘要 {digest}"),
    ("state-vehicles", "Vehicles:", "车辆："),
    ("state-vehicle", "{vehicle}: at {node}, battery {percent} %, {edges} edges of base, {hands} hand-overs ahead, carries {loads}", "{vehicle}：位于 {node}，电量 {percent} %，已授权 {edges} 段，待交接 {hands} 次，载荷 {loads}"),
    ("state-transports", "Transports:", "运输："),
    ("state-transport", "{transport}: {vehicle}, {from} -> {to}", "{transport}：{vehicle}，{from} -> {to}"),
    ("state-stations", "Stations:", "工位："),
    ("state-station", "{station}: {state} for {since} s", "{station}：{state}，已 {since} 秒"),
    ("state-queues", "Queues and ports:", "队列与装卸口："),
    ("state-queue", "{buffer}: {count} waiting, {first} first", "{buffer}：{count} 个等待，最前为 {first}"),
    ("state-port", "{buffer}: {full} full, {empty} empty", "{buffer}：满 {full} 个，空 {empty} 个"),
    ("state-alarms", "Alarms:", "报警："),
    ("state-none", "none", "无"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_says_the_same_arguments_in_both_languages() {
        for (code, en, zh) in ROWS {
            let names = |text: &str| {
                let mut names: Vec<String> = text
                    .split('{')
                    .skip(1)
                    .filter_map(|rest| rest.split_once('}').map(|(name, _)| name.to_string()))
                    .collect();
                names.sort();
                names
            };
            assert_eq!(names(en), names(zh), "{code}");
            assert_eq!(
                ROWS.iter().filter(|row| row.0 == *code).count(),
                1,
                "{code}"
            );
        }
    }
}
