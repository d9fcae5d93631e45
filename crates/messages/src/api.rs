//! Why the API refused something and what to do about it, by code.

use crate::{Lang, Sentence, fill};

/// The sentences of a refusal with its arguments. A code that is not in the catalogue is said as such.
pub fn refusal(code: &str, args: &[(&str, String)], lang: Lang) -> Sentence {
    let row = ROWS.iter().find(|row| row.0 == code);
    let [what, remedy] = row.map_or_else(
        || {
            lang.pick(
                ["refused: {code}", "see the documentation of this code"],
                ["已拒绝：{code}", "请查阅该代码的说明"],
            )
        },
        |row| lang.pick(row.1, row.2),
    );
    let mut args = args.to_vec();
    args.push(("code", code.to_string()));
    Sentence {
        what: fill(what, &args),
        remedy: fill(remedy, &args),
    }
}

/// The codes of the catalogue.
pub fn refusal_codes() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.0)
}

type Row = (&'static str, [&'static str; 2], [&'static str; 2]);

#[rustfmt::skip]
static ROWS: &[Row] = &[
    ("access/state", ["the window of zone {name} is {state}", "look at GET /api/v1/access and decide again"],
        ["区域 {name} 的进入窗口当前状态为 {state}", "请查看 GET /api/v1/access 后再决定"]),
    ("access/unknown", ["there is no zone {name}", "use a name of GET /api/v1/access"],
        ["没有名为 {name} 的区域", "请使用 GET /api/v1/access 中的名称"]),
    ("act/mismatch", ["the act is about another object than the address", "name the same object in both"],
        ["动作所指对象与地址不一致", "两处请填写同一对象"]),
    ("act/range", ["{field} must be from {low} to {high}", "send a value in that range"],
        ["{field} 必须在 {low} 到 {high} 之间", "请填写该范围内的值"]),
    ("act/stale", ["the object has changed since you looked at it; its revision is {current} now", "look again and decide again"],
        ["对象在您查看之后已经改变，当前版本号为 {current}", "请重新查看后再决定"]),
    ("act/unsupported", ["this engine does not do {act}", "use an engine that does"],
        ["当前引擎不支持 {act}", "请使用支持该动作的引擎"]),
    ("alarm/no-object", ["there is nothing called {name} that alarms are about", "write kind and name, such as: vehicle agv-7"],
        ["没有可产生报警的对象 {name}", "请填写类别与名称，例如：vehicle agv-7"]),
    ("alarm/unknown", ["there is no alarm {name}", "it may be over: read GET /api/v1/alarms again"],
        ["没有编号为 {name} 的报警", "报警可能已经结束，请重新读取 GET /api/v1/alarms"]),
    ("audit/unavailable", ["the audit cannot be written, so nothing is done", "free the disk of the audit, then try again"],
        ["审计日志无法写入，因此不执行任何操作", "请恢复审计日志所在的磁盘后重试"]),
    ("auth/csrf", ["the header x-csrf-token is missing or is not of this session", "send the csrf value given at login"],
        ["缺少 x-csrf-token 头，或与会话不符", "请发送登录时得到的 csrf 值"]),
    ("auth/expired", ["what you showed is no longer good", "log in again, or ask an admin for a new token"],
        ["凭据已过期", "请重新登录，或向管理员申请新令牌"]),
    ("auth/nobody", ["nobody is logged in", "log in, or send a token in the header authorization"],
        ["尚未登录", "请登录，或在 authorization 头中发送令牌"]),
    ("auth/origin", ["a page of another site asked for this", "use the page of this server, or allow that site in its configuration"],
        ["请求来自其他网站的页面", "请使用本服务器的页面，或在配置中允许该网站"]),
    ("auth/revoked", ["what you showed was taken back", "ask an admin"],
        ["凭据已被收回", "请联系管理员"]),
    ("auth/role", ["this needs the role {needs}; yours is {has}", "ask somebody who has it"],
        ["此操作需要角色 {needs}，您的角色是 {has}", "请由具有该角色的人员操作"]),
    ("auth/unknown", ["what you showed is not known here", "log in, or ask an admin for a token"],
        ["凭据无效", "请登录，或向管理员申请令牌"]),
    ("auth/wait", ["too many wrong attempts", "wait {seconds} s, then try again"],
        ["错误次数过多", "请等待 {seconds} 秒后重试"]),
    ("auth/wrong", ["name or password is wrong", "try again, or ask an admin for a new password"],
        ["用户名或密码错误", "请重试，或请管理员重设密码"]),
    ("clock/live", ["the clock of a live plant cannot be stopped", "hold vehicles and stations instead"],
        ["真实工厂的时钟不能停止", "请改为暂停车辆和工位"]),
    ("engine/busy", ["the plant's main loop did not answer in time", "look whether it was done, then try again"],
        ["主循环未能及时应答", "请先确认是否已执行，再重试"]),
    ("engine/stopped", ["the plant's main loop has stopped", "look at its log, then start it again"],
        ["主循环已停止", "请查看日志后重新启动"]),
    ("forecast/act", ["what {act} costs cannot be told by a forecast", "ask for an act on orders, vehicles, stations or access windows"],
        ["无法通过预测估算 {act} 的代价", "请选择针对订单、车辆、工位或进入窗口的动作"]),
    ("forecast/early", ["the first path of the forecast is not done yet", "ask GET /api/v1/forecast until n is at least 1"],
        ["预测的第一条路径尚未完成", "请查询 GET /api/v1/forecast，直到 n 不小于 1"]),
    ("forecast/no-end", ["control and simulated plant answered each other without end: there is no forecast from this belief", "report it with the journal of this plant"],
        ["控制与仿真工厂相互应答不止，无法从当前认知得出预测", "请连同该工厂的日志一并上报"]),
    ("forecast/none", ["nobody looks ahead here", "use a server that runs or rehearses a plant with a forecast"],
        ["此处不做预测", "请使用启用预测的运行或演练服务器"]),
    ("forecast/outside", ["that instant is not in the forecast, which reaches from {from} to {to} us", "ask for an instant in between, or begin anew with POST /api/v1/forecast"],
        ["该时刻不在预测范围内，预测范围为 {from} 至 {to} 微秒", "请选择范围内的时刻，或用 POST /api/v1/forecast 重新预测"]),
    ("history/busy", ["too many look into the past at once", "ask again in a second"],
        ["同时查看历史的请求过多", "请一秒后重试"]),
    ("history/journal", ["the journal cannot be read: {why}", "see whether its disk or database works; the plant goes on meanwhile"],
        ["无法读取日志：{why}", "请检查其磁盘或数据库；工厂照常运行"]),
    ("history/many", ["there is more in that window than {most} rows", "ask for a shorter window or a single element"],
        ["该时间段内的数据超过 {most} 行", "请缩短时间段或只查询单个对象"]),
    ("history/none", ["there is no past to look into here", "use a server that runs or rehearses a plant"],
        ["此处没有可查看的历史", "请使用正在运行或演练工厂的服务器"]),
    ("history/outside", ["that instant cannot be shown; what can reaches from {from} to {to} us", "ask for an instant in between: see GET /api/v1/history"],
        ["该时刻无法显示，可显示范围为 {from} 至 {to} 微秒", "请选择范围内的时刻，参见 GET /api/v1/history"]),
    ("history/window", ["a window ends no earlier than it begins and is at most {minutes} min long", "ask for a shorter window"],
        ["时间段的结束不得早于开始，且最长 {minutes} 分钟", "请缩短时间段"]),
    ("limit/busy", ["too many requests at once", "try again in a moment"],
        ["同时请求过多", "请稍后重试"]),
    ("limit/feeds", ["too many readers of the live feed", "close one, then try again"],
        ["实时数据的订阅者过多", "请关闭部分连接后重试"]),
    ("lot/place", ["there is no port, store or vehicle {name}", "use a name of GET /api/v1/plant"],
        ["没有名为 {name} 的装卸口、货架或车辆", "请使用 GET /api/v1/plant 中的名称"]),
    ("lot/unknown", ["there is no lot {name} in what is kept", "look it up by its carrier or place with GET /api/v1/lots"],
        ["保存的记录中没有批次 {name}", "请按载具或位置用 GET /api/v1/lots 查找"]),
    ("model/changed", ["the plant folder has been changed since this draft was begun", "take the folder as it is now as the new base, look at the draft again, then repeat"],
        ["草稿开始之后，工厂文件夹已被修改", "请以文件夹的当前状态为新基准，重新检查草稿后再试"]),
    ("model/errors", ["the draft has {count} errors", "mend them first: POST /api/v1/model/check tells what and where"],
        ["草稿有 {count} 个错误", "请先修正：POST /api/v1/model/check 会给出内容与位置"]),
    ("model/folder-errors", ["the plant folder has {count} errors itself, so there is nothing to compare with", "mend them on the disk first"],
        ["工厂文件夹本身有 {count} 个错误，没有可比较的基准", "请先修正磁盘上的文件"]),
    ("model/folder-exists", ["there is something named {name} already", "give another name: nothing is overwritten"],
        ["已存在名为 {name} 的文件或文件夹", "请换一个名称：不会覆盖任何内容"]),
    ("model/folder-name", ["not fit to be the name of a folder", "use 1 to 64 letters, digits or . - _, without a point at its begin"],
        ["不能用作文件夹名称", "请使用 1 到 64 个字母、数字或 . - _，且不以点开头"]),
    ("model/in-the-program", ["this plant is in the program itself: it has no folder", "give the name of a new folder; it is made where the program was started"],
        ["该工厂内置于程序中，没有文件夹", "请给出新文件夹的名称，它将建在程序启动的目录下"]),
    ("model/layout-broken", ["the streets of {name} cannot be read", "mend its errors first"],
        ["无法读取 {name} 中的街道", "请先修正其中的错误"]),
    ("model/no-bay", ["{name} is no bay of layout.toml", "use a name of the answer's spots"],
        ["layout.toml 中没有停靠位 {name}", "请使用应答 spots 中的名称"]),
    ("model/no-docks", ["{name} is nothing that vehicles serve at a dock of its own", "name equipment, or a station or buffer of it, that has a port"],
        ["{name} 没有由车辆服务的停靠位", "请填写带装卸口的设备，或其工位、缓冲"]),
    ("model/no-file", ["the plant folder has no file {name}", "use a name of GET /api/v1/model"],
        ["工厂文件夹中没有文件 {name}", "请使用 GET /api/v1/model 中的名称"]),
    ("model/no-layout", ["bays cannot be moved: the tracks of this plant are not made from {name}", "move nodes of the tracks instead, or make the tracks with fenhe layout"],
        ["不能移动停靠位：该工厂的路网不是由 {name} 生成", "请改为移动路网节点，或用 fenhe layout 生成路网"]),
    ("model/no-node", ["the tracks have no node {name}", "use a name of the answer's spots"],
        ["路网中没有节点 {name}", "请使用应答 spots 中的名称"]),
    ("model/no-simulation", ["nothing was simulated yet", "begin with POST /api/v1/model/simulation"],
        ["尚未进行仿真", "请用 POST /api/v1/model/simulation 开始"]),
    ("model/no-street", ["layout.toml has no street {name}", "use a name of the answer's ways"],
        ["layout.toml 中没有街道 {name}", "请使用应答 ways 中的名称"]),
    ("model/none", ["nobody works on a plant folder here", "use a server that runs or rehearses a plant"],
        ["此处不处理工厂文件夹", "请使用正在运行或演练工厂的服务器"]),
    ("model/not-served", ["{name} has no node in plant.toml or its equipment table that could be changed", "name a charger, a buffer with a node, or equipment with one of its ports"],
        ["plant.toml 或设备表中没有可修改的 {name} 的节点", "请填写充电桩、带节点的缓冲，或设备及其端口"]),
    ("model/not-text", ["{name} is no text in UTF-8", "see to it on the disk"],
        ["{name} 不是 UTF-8 文本", "请在磁盘上处理该文件"]),
    ("model/nothing", ["the draft changes nothing", "move something first"],
        ["草稿没有任何修改", "请先作出修改"]),
    ("model/read", ["the plant folder cannot be read: {why}", "see whether it is still there and may be read; the plant goes on meanwhile"],
        ["无法读取工厂文件夹：{why}", "请检查其是否存在并可读；工厂照常运行"]),
    ("model/running", ["another comparison is being simulated", "wait for it, or end it with DELETE /api/v1/model/simulation"],
        ["另一项对比仿真正在进行", "请等待其完成，或用 DELETE /api/v1/model/simulation 结束"]),
    ("model/too-many", ["a draft has at most {most} moves", "save, then go on from there"],
        ["一份草稿最多 {most} 次移动", "请先保存再继续"]),
    ("model/tracks-broken", ["the tracks in {name} cannot be read", "mend their errors first"],
        ["无法读取 {name} 中的路网", "请先修正其中的错误"]),
    ("model/with-layout", ["node {name} cannot be moved by itself: the tracks are made from layout.toml", "move the bay on its street instead"],
        ["节点 {name} 不能单独移动：路网由 layout.toml 生成", "请改为在街道上移动停靠位"]),
    ("model/write", ["{file} cannot be written: {why}", "free the disk or its rights, look which files were written, then repeat"],
        ["无法写入 {file}：{why}", "请检查磁盘与权限，核对已写入的文件后重试"]),
    ("mode/busy", ["{name} has something to do, so it is not switched", "wait until it is idle, or withdraw its order"],
        ["{name} 正在执行任务，不能切换", "请等待其空闲，或撤回其指令"]),
    ("mode/loaded", ["{name} carries a load on {place}, so it is not switched", "let it put the load down first"],
        ["{name} 在 {place} 上载有货物，不能切换", "请先将货物放下"]),
    ("mode/unknown", ["{name} cannot be in that mode here", "vehicles: off, simulated, shadow, real; stations of a rehearsal: simulated, real"],
        ["{name} 在此处不支持该模式", "车辆：停用、仿真、旁听、真实；预演中的工位：仿真、真实"]),
    ("order/all-in", ["all pieces of order {name} have been let in", "nothing is left to be held, cancelled or put forward"],
        ["工单 {name} 的全部工件已投料", "没有可暂停、取消或调整的余量"]),
    ("link/client-id-taken", ["another name is connected under this client id", "give each vehicle a client id of its own"],
        ["另一名称正以此 client id 连接", "请为每辆车设置各自的 client id"]),
    ("link/no-certificate", ["no certificate that is good here was shown", "install the one made for this client"],
        ["未出示有效证书", "请安装为该客户端签发的证书"]),
    ("link/no-name", ["the certificate names nobody", "make one with a common name"],
        ["证书中没有名称", "请签发带有通用名的证书"]),
    ("link/not-yours", ["this topic belongs to somebody else", "look whether the vehicle speaks under its own serial, or somebody pretends to be it"],
        ["该主题属于其他对象", "请核对车辆是否使用自己的序列号，或有人冒充"]),
    ("link/unknown-name", ["the plant has nobody of this name", "make the certificate for a serial of the plant"],
        ["工厂中没有此名称", "请按工厂中的序列号签发证书"]),
    ("load/not-in-doubt", ["nobody doubts where the load of transport {name} is", "look at GET /api/v1/transports"],
        ["搬运任务 {name} 的载具位置没有疑问", "请查看 GET /api/v1/transports"]),
    ("load/occupied", ["something else is believed to stand at {name}", "look again where the load is"],
        ["系统认为 {name} 已有其他载具", "请再次确认载具的位置"]),
    ("node/unknown", ["the tracks have no node {name}", "use a name of GET /api/v1/plant"],
        ["路网中没有节点 {name}", "请使用 GET /api/v1/plant 中的名称"]),
    ("order/exists", ["order {name} is there already, with other content", "use another reference"],
        ["工单 {name} 已存在且内容不同", "请使用其他单号"]),
    ("order/full", ["there are as many open orders as there may be", "wait until some are done, or cancel some"],
        ["未完成的工单数量已达上限", "请等待部分工单完成，或取消部分工单"]),
    ("order/unknown", ["there is no order {name}", "use a reference of GET /api/v1/orders"],
        ["没有单号为 {name} 的工单", "请使用 GET /api/v1/orders 中的单号"]),
    ("product/unknown", ["the plant makes no product {name}", "use a name of GET /api/v1/plant"],
        ["工厂没有名为 {name} 的产品", "请使用 GET /api/v1/plant 中的名称"]),
    ("request/bad", ["the request cannot be understood", "compare it with /api/openapi.json"],
        ["无法理解该请求", "请对照 /api/openapi.json"]),
    ("request/body", ["the body is not what this route takes: {why}", "compare it with /api/openapi.json"],
        ["请求体不符合接口要求：{why}", "请对照 /api/openapi.json"]),
    ("request/media", ["the body must be JSON", "send the header content-type: application/json"],
        ["请求体必须是 JSON", "请发送头 content-type: application/json"]),
    ("request/method", ["this route does not know this method", "see /api/openapi.json"],
        ["该地址不支持此方法", "请查阅 /api/openapi.json"]),
    ("request/query", ["the query is not what this route takes: {why}", "compare it with /api/openapi.json"],
        ["查询参数不符合接口要求：{why}", "请对照 /api/openapi.json"]),
    ("request/route", ["there is no such route", "see /api/openapi.json"],
        ["没有这个地址", "请查阅 /api/openapi.json"]),
    ("request/text", ["{field} must be {low} to {high} characters without control characters", "send such a text"],
        ["{field} 必须为 {low} 到 {high} 个字符，且不含控制字符", "请填写符合要求的文字"]),
    ("request/time", ["{field} is no instant of RFC 3339", "write for example 2026-12-31T16:00:00+08:00"],
        ["{field} 不是 RFC 3339 时间", "请写成如 2026-12-31T16:00:00+08:00"]),
    ("request/timeout", ["the request took too long", "look whether it was done, then try again"],
        ["请求超时", "请先确认是否已执行，再重试"]),
    ("request/too-large", ["the body is too large", "send less at a time"],
        ["请求体过大", "请减小每次发送的内容"]),
    ("request/upgrade", ["this route speaks WebSocket only", "connect with a WebSocket client"],
        ["该地址仅支持 WebSocket", "请用 WebSocket 客户端连接"]),
    ("server/fault", ["the server has made a mistake", "please report it with the time and the request"],
        ["服务器出现内部错误", "请连同时间与请求内容一并报告"]),
    ("station/unknown", ["there is no station {name}", "use a name of GET /api/v1/stations"],
        ["没有名为 {name} 的工位", "请使用 GET /api/v1/stations 中的名称"]),
    ("send/no-charger", ["{name} cannot be sent to a charger: the plant has none", "name a node"],
        ["工厂没有充电桩，无法派遣 {name} 去充电", "请指定节点"]),
    ("send/not-a-place", ["at node {name} a vehicle would stand in the way", "name a parking, charging or hand-over node"],
        ["车辆停在节点 {name} 会挡路", "请指定停车、充电或交接节点"]),
    ("device/unknown", ["there is no vehicle or station {name}", "use a name of GET /api/v1/devices"],
        ["没有名为 {name} 的车辆或工位", "请使用 GET /api/v1/devices 中的名称"]),
    ("transport/unknown", ["there is no open transport {name}", "use a serial of GET /api/v1/transports"],
        ["没有编号为 {name} 的进行中的搬运任务", "请使用 GET /api/v1/transports 中的编号"]),
    ("user/bad-name", ["not fit to be a name", "use 2 to 64 letters, digits or . - _ @, and no name of a vehicle"],
        ["名称不合要求", "请使用 2 到 64 个字母、数字或 . - _ @，且不得与车辆同名"]),
    ("user/bad-password", ["not fit to be a password", "use at least 10 characters that do not hold the name"],
        ["密码不合要求", "请使用至少 10 个字符，且不包含用户名"]),
    ("user/exists", ["there is such a user", "use another name"],
        ["用户已存在", "请使用其他名称"]),
    ("user/full", ["there are as many as there may be", "remove or revoke some"],
        ["数量已达上限", "请停用或收回一部分"]),
    ("user/last-admin", ["the plant would be without an admin", "make somebody else admin first"],
        ["工厂将没有管理员", "请先指定另一位管理员"]),
    ("user/missing", ["there is no such user or token", "use a name or id of the list"],
        ["没有这个用户或令牌", "请使用列表中的名称或编号"]),
    ("user/store", ["the accounts cannot be kept", "free the disk of the accounts, then try again"],
        ["账户无法保存", "请恢复账户文件所在的磁盘后重试"]),
    ("vehicle/unknown", ["there is no vehicle {name}", "use a name of GET /api/v1/vehicles"],
        ["没有名为 {name} 的车辆", "请使用 GET /api/v1/vehicles 中的名称"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_speaks_both_languages_and_stands_once() {
        for (i, row) in ROWS.iter().enumerate() {
            assert_eq!(ROWS.iter().position(|other| other.0 == row.0), Some(i));
            for text in row.1.iter().chain(&row.2) {
                assert!(!text.trim().is_empty(), "{}", row.0);
            }
            assert!(!row.2[0].is_ascii() && !row.2[1].is_ascii(), "{}", row.0);
        }
    }

    #[test]
    fn arguments_are_filled_and_unknown_codes_are_said() {
        let said = refusal("act/stale", &[("current", "7".into())], Lang::En);
        assert!(said.what.contains("7 now"), "{said:?}");
        let said = refusal("no/such", &[], Lang::Zh);
        assert_eq!(said.what, "已拒绝：no/such");
    }
}
