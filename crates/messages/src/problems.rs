//! What is wrong in a plant folder and how to mend it, by code.

use crate::{Lang, fill};

/// A problem in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sentence {
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub remedy: String,
}

/// The sentences of a code with its arguments; `None` for a code that is not in the catalogue.
pub fn problem(code: &str, args: &[(&str, String)], lang: Lang) -> Option<Sentence> {
    let row = ROWS.iter().find(|row| row.code == code)?;
    let [what, remedy] = lang.pick(row.en, row.zh);
    let args: Vec<(&str, String)> = args
        .iter()
        .map(|(name, value)| (*name, word(value, lang)))
        .collect();
    Some(Sentence {
        what: fill(what, &args),
        remedy: fill(remedy, &args),
    })
}

/// The codes of the catalogue.
pub fn problem_codes() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.code)
}

/// "Did you mean".
pub fn did_you_mean(suggestion: &str, lang: Lang) -> String {
    let args = [("name", suggestion.to_string())];
    fill(
        lang.pick("did you mean \"{name}\"?", "是否想写“{name}”？"),
        &args,
    )
}

struct Row {
    code: &'static str,
    en: [&'static str; 2],
    zh: [&'static str; 2],
}

const fn row(code: &'static str, en: [&'static str; 2], zh: [&'static str; 2]) -> Row {
    Row { code, en, zh }
}

/// Arguments that are words of the model rather than names or numbers of the user.
fn word(value: &str, lang: Lang) -> String {
    let found = WORDS.iter().find(|(en, _)| *en == value);
    match (found, lang) {
        (Some((_, zh)), Lang::Zh) => (*zh).to_string(),
        _ => value.to_string(),
    }
}

#[rustfmt::skip]
const WORDS: &[(&str, &str)] = &[
    ("product", "产品"), ("operation", "工序"), ("carrier", "载具"), ("line", "产线"), ("buffer", "缓冲区"), ("station", "工位"),
    ("source", "入口"), ("sink", "出口"), ("buffer or sink", "缓冲区或出口"), ("crew", "班组"), ("calendar", "日历"),
    ("indexer", "同步传送线"), ("class", "设备类"), ("equipment", "设备"), ("vehicle type", "车型"), ("vehicle", "车辆"), ("charger", "充电位"),
    ("node", "节点"), ("edge", "边"), ("area", "区域"), ("emergency group", "急停组"), ("rack", "立体库"), ("buffer or rack", "缓冲或立体库"), ("order", "工单"), ("span", "时长"), ("length", "长度"), ("speed", "速度"),
    ("acceleration", "加速度"), ("turn-rate", "角速度"), ("energy", "能量"), ("power", "功率"), ("share", "比例"), ("pieces", "件数"),
    ("string", "字符串"), ("integer", "整数"), ("number", "数字"), ("boolean", "布尔值"), ("array", "数组"), ("table", "表"),
    ("date", "日期"), ("string / table", "字符串或表"), ("string / array", "字符串或数组"), ("table / string", "表或字符串"),
];

#[rustfmt::skip]
static ROWS: &[Row] = &[
    row("area/empty",
        ["area {area} touches no track and names no station", "correct its outline (metres east and north, as in the layout), or name its nodes or stations"],
        ["区域 {area} 不涉及任何轨道，也未列出任何工位", "修正其 outline（与布局相同的东、北坐标），或列出其 nodes 或 stations"]),
    row("area/outline",
        ["the outline of area {area} crosses itself or has no surface", "list its corners in order, once around"],
        ["区域 {area} 的轮廓自相交或没有面积", "按顺序绕行一周列出各个角点"]),
    row("buffer/dead-end",
        ["nothing takes pieces from buffer {buffer}", "let a station take from it (from = \"{buffer}\"), or send the pieces to a sink"],
        ["没有任何工位从缓冲区 {buffer} 取件", "让某个工位从它取件（from = \"{buffer}\"），或把工件送往出口"]),
    row("buffer/unused",
        ["buffer {buffer} is used by nothing", "remove it, or name it in the from or to of a station"],
        ["缓冲区 {buffer} 未被使用", "删除它，或在工位的 from、to 中引用它"]),
    row("buffer/wrong-kind",
        ["buffer {buffer} is of the wrong kind here: {wanted} is needed", "name another buffer, or change its kind to {wanted}"],
        ["缓冲区 {buffer} 的类型不适用于此处：需要 {wanted}", "改用别的缓冲区，或把它的类型改为 {wanted}"]),
    row("calendar/interval",
        ["an interval of calendar {calendar} is empty, overlaps the one before, or ends after the period", "give intervals as [from, to] in rising order within the period"],
        ["日历 {calendar} 的某个区间为空、与前一个重叠或超出周期", "区间写作 [起, 止]，按时间递增且不超出周期"]),
    row("calibration/figure",
        ["{element} has no figure \"{figure}\" as it is written here", "stations have time (with product where times differ by product), every and repair (with the failure's id); vehicle types have transfer, dock and speed"],
        ["{element} 没有这里所写的参数“{figure}”", "工位有 time（按产品区分时加 product）、every 与 repair（加故障的 id）；车型有 transfer、dock 与 speed"]),
    row("calibration/twice",
        ["the figure \"{figure}\" of this element is given twice", "keep the newer of the two"],
        ["该元素的参数“{figure}”给出了两次", "保留较新的一个"]),
    row("carrier/mismatch",
        ["buffer {buffer} takes another kind of carrier", "name a port of this kind of carrier, or change the port's carrier"],
        ["缓冲区 {buffer} 使用另一种载具", "改为使用该种载具的端口，或修改端口的 carrier"]),
    row("carrier/more-than-places",
        ["{count} carriers start on only {places} free places", "lower count, or name more buffers or more places in start"],
        ["{count} 个载具的起始位置只有 {places} 个空位", "减小 count，或在 start 中列出更多缓冲区，或增加 places"]),
    row("carrier/none",
        ["ports use carrier {carrier}, but there is none of it", "raise count of the carrier"],
        ["有端口使用载具 {carrier}，但其数量为零", "增大该载具的 count"]),
    row("clock/unit",
        ["the interval does not fit the clock {clock}", "write \"... pieces\" with clock = \"pieces\", and a span with the other clocks"],
        ["间隔与时钟 {clock} 不一致", "clock = \"pieces\" 时写“... pieces”，其他时钟写时长"]),
    row("csv/cell",
        ["column {column} must not be empty", "fill in the cell"],
        ["列 {column} 不能为空", "填写该单元格"]),
    row("csv/column",
        ["there is no column {column}", "use the columns {columns}"],
        ["没有名为 {column} 的列", "可用的列为 {columns}"]),
    row("csv/column-missing",
        ["column {column} is missing", "add it to the header line and fill it in"],
        ["缺少列 {column}", "在表头中加入该列并填写"]),
    row("csv/empty",
        ["the table is empty", "give it a header line and rows"],
        ["表是空的", "写入表头和数据行"]),
    row("csv/nodes",
        ["\"{pair}\" does not give a port a node", "write port=node, several separated by ;"],
        ["“{pair}”没有写成端口与节点", "写作 端口=节点，多个之间用 ; 分隔"]),
    row("dist/law",
        ["exactly one law is needed", "use one of {laws}"],
        ["需要且只能有一种分布", "使用其中之一：{laws}"]),
    row("dist/order",
        ["the values do not rise", "give the shortest first, the longest last"],
        ["数值没有按递增排列", "最短的在前，最长的在后"]),
    row("dist/values",
        ["{found} values were given, {wanted} are needed", "uniform takes [low, high], triangular takes [low, mode, high]"],
        ["给出了 {found} 个值，需要 {wanted} 个", "uniform 为 [下限, 上限]，triangular 为 [下限, 众数, 上限]"]),
    row("file/missing",
        ["file {file} is not in the folder", "add the file, or correct its name"],
        ["文件夹中没有文件 {file}", "加入该文件，或更正文件名"]),
    row("file/not-utf8",
        ["the file is not UTF-8 text", "save it as UTF-8"],
        ["文件不是 UTF-8 文本", "另存为 UTF-8 编码"]),
    row("fleet/fills-ring",
        ["{count} vehicles can fill the ring of {capacity} standing places, and none could move", "use fewer vehicles than {capacity}, or add a second way between two nodes of the ring"],
        ["{count} 台车可以占满只有 {capacity} 个停位的环路，届时谁也动不了", "车辆数应少于 {capacity}，或在环上两个节点之间增加另一条通路"]),
    row("fleet/no-parking",
        ["{count} vehicles need a parking node each, there are {parking}", "add parking nodes to the tracks, or lower count"],
        ["{count} 台车各需一个停车节点，现有 {parking} 个", "在车道中增加停车节点，或减小 count"]),
    row("fleet/no-tracks",
        ["vehicles need tracks to drive on", "add [tracks] with file = \"tracks.lif.json\""],
        ["车辆需要行驶的车道", "加入 [tracks] 及 file = \"tracks.lif.json\""]),
    row("fleet/none",
        ["carriers must be brought to port {buffer}, but there are no vehicles", "add [[vehicle_type]], [[fleet]] and [tracks]"],
        ["端口 {buffer} 需要搬运载具，但没有车辆", "加入 [[vehicle_type]]、[[fleet]] 和 [tracks]"]),
    row("group/empty",
        ["emergency group {group} holds no station, vehicle or area", "name its stations, vehicles or area, or remove it"],
        ["急停组 {group} 不含任何工位、车辆或区域", "列出其 stations、vehicles 或 area，或删除该组"]),
    row("id/bad",
        ["\"{id}\" cannot be an id", "use letters, digits and - _ . # / only, at most 100 of them"],
        ["“{id}”不能作为 id", "只用字母、数字和 - _ . # /，最多 100 个字符"]),
    row("id/duplicate",
        ["there is another {kind} with the id \"{id}\"", "give each {kind} an id of its own"],
        ["已有另一个{kind}使用 id“{id}”", "为每个{kind}取不同的 id"]),
    row("indexer/buffers",
        ["{machines} machines have {buffers} buffers between them", "give one buffer fewer than machines"],
        ["{machines} 台机器之间给出了 {buffers} 个缓冲区", "缓冲区数应比机器数少一"]),
    row("indexer/source",
        ["source {source} of an indexer is not endless", "write endless = the product in the source"],
        ["同步传送线的入口 {source} 不是无限供料", "在该入口中写 endless = 产品"]),
    row("key/missing",
        ["{in} needs the key {key}", "add {key} = ..."],
        ["{in} 缺少键 {key}", "加入 {key} = ..."]),
    row("key/none-of",
        ["{in} needs one of {keys}", "add exactly one of them"],
        ["{in} 需要 {keys} 中的一个", "恰好写其中一个"]),
    row("key/several-of",
        ["{in} has more than one of {keys}", "keep one of them"],
        ["{in} 同时有多个 {keys}", "只保留其中一个"]),
    row("key/unknown",
        ["{in} has no key {key}", "correct or remove it"],
        ["{in} 没有名为 {key} 的键", "更正或删除它"]),
    row("layout/bay-outside",
        ["bay {bay} lies outside street {street}, which runs from {from} to {to}", "move it, or lengthen the street: one-way streets end at their last crossings"],
        ["湾位 {bay} 不在街道 {street} 的范围（{from} 到 {to}）内", "移动湾位或延长街道：单行街道止于其首末路口"]),
    row("layout/no-length",
        ["the street ends where it begins, or before", "give a to beyond from"],
        ["街道终点不在起点之后", "to 应大于 from"]),
    row("layout/not-connected",
        ["{count} nodes cannot be reached from the rest and left again, {node} among them", "let the outermost streets run round the same way: even numbers of aisles and cross aisles do"],
        ["有 {count} 个节点无法往返，例如 {node}", "让最外侧街道同向环行：纵横街道均取偶数即可"]),
    row("layout/other-tracks",
        ["the tracks in {file} are not those that layout.toml gives, so bays cannot be moved here", "make them anew with fenhe layout layout.toml -o {file}, or take layout.toml away"],
        ["{file} 中的路网与 layout.toml 生成的不一致，因此此处不能移动停靠位", "用 fenhe layout layout.toml -o {file} 重新生成，或移除 layout.toml"]),
    row("layout/side",
        ["street {street} has no {side} side", "north or south on aisles, east or west on cross aisles"],
        ["街道 {street} 没有 {side} 侧", "纵向街道写 north 或 south，横向街道写 east 或 west"]),
    row("layout/street-alone",
        ["one-way street {street} has fewer than two crossings", "let it cross two other streets, or make it flow both ways"],
        ["单行街道 {street} 的路口不足两个", "让它与另外两条街道相交，或设为双向"]),
    row("lif/coordinate",
        ["node {name} lies more than 100 km from the origin", "give x and y in metres"],
        ["节点 {name} 距原点超过 100 km", "x 和 y 以米为单位填写"]),
    row("lif/element",
        ["this element cannot be read: {reason}", "correct it as the LIF 1.0 schema says"],
        ["无法读取该元素：{reason}", "按 LIF 1.0 模式更正"]),
    row("lif/json",
        ["this is not a LIF file: {reason}", "correct the line, or export the layout again"],
        ["这不是 LIF 文件：{reason}", "更正该行，或重新导出布局"]),
    row("lif/levels",
        ["the layout has {count} levels, all are taken as one floor", "keep one level in a plant, or make sure that levels do not lie above each other"],
        ["布局有 {count} 层，均视为同一平面", "一个工厂只保留一层，或确保各层在平面上不重叠"]),
    row("lif/no-length",
        ["edge {name} has no length", "move its nodes apart, or remove it"],
        ["边 {name} 长度为零", "拉开两端节点，或删除该边"]),
    row("lif/no-vehicle-type",
        ["no vehicle type may use {name}", "add vehicle type properties to it"],
        ["没有车型可使用 {name}", "为它加入车型属性"]),
    row("lif/orientation",
        ["vehicles drive along edge {name} lengthways, another orientation is not modelled", "check that the body still fits there"],
        ["车辆沿边 {name} 纵向行驶，不支持其他朝向", "确认车身在该处仍可通过"]),
    row("lif/speed",
        ["the speed limit on edge {name} is not above zero", "give maxSpeed in metres a second, or leave it out"],
        ["边 {name} 的限速不大于零", "maxSpeed 以米每秒填写，或省略"]),
    row("lif/trajectory",
        ["edge {name} is a curve and is taken as straight", "split strong curves into shorter edges"],
        ["边 {name} 为曲线，按直线处理", "把弯度大的曲线拆成较短的边"]),
    row("lif/vehicle-type-partial",
        ["{count} edges are not for all vehicle types, but all will use them", "give those edges properties for every type"],
        ["有 {count} 条边并非对所有车型开放，但所有车型都会使用", "为这些边补全每种车型的属性"]),
    row("lif/vehicle-type-unknown",
        ["the plant has no vehicle type \"{name}\"", "give a [[vehicle_type]] this id, or change it in the layout"],
        ["工厂没有车型“{name}”", "让某个 [[vehicle_type]] 使用该 id，或在布局中更改"]),
    row("lif/version",
        ["version {name} of LIF is not 1.x", "export the layout as LIF 1.0"],
        ["LIF 版本 {name} 不是 1.x", "以 LIF 1.0 重新导出布局"]),
    row("line/capacity-short",
        ["line {line} is wanted at {wanted} s a piece, but {stations} allow {reached} s at best", "add machines there, shorten their times and stops, or relax takt_target"],
        ["产线 {line} 目标节拍为每件 {wanted} 秒，但 {stations} 最快只能 {reached} 秒", "在该处增加设备、缩短加工与停机时间，或放宽 takt_target"]),
    row("machines/endpoint",
        ["\"{endpoint}\" is no address of an OPC UA server", "write opc.tcp://HOST:PORT/, such as opc.tcp://192.168.10.21:4840/"],
        ["“{endpoint}”不是 OPC UA 服务器的地址", "写作 opc.tcp://主机:端口/，如 opc.tcp://192.168.10.21:4840/"]),
    row("machines/node",
        ["\"{node}\" is no node of an OPC UA server", "write ns=3;s=Press.State, nsu=urn:maker:press;i=17, or a bare string id in urn:fenhe:machine"],
        ["“{node}”不是 OPC UA 节点", "写作 ns=3;s=Press.State、nsu=urn:maker:press;i=17，或 urn:fenhe:machine 中的字符串标识"]),
    row("machines/secret",
        ["the password file {file} cannot be read", "put the password on its first line, readable by Fenhe alone; the path is meant from this file's folder"],
        ["无法读取密码文件 {file}", "把密码写在该文件第一行，只允许 Fenhe 读取；路径相对于本文件所在文件夹"]),
    row("machines/span",
        ["\"{value}\" is no time of 100 ms to 600 s", "write a whole number with ms or s, such as 5 s"],
        ["“{value}”不是 100 ms 到 600 s 之间的时长", "写整数加 ms 或 s，如 5 s"]),
    row("machines/twice",
        ["station {station} is already reached by line {line}", "name each station once"],
        ["第 {line} 行已指定工位 {station}", "每个工位只写一次"]),
    row("name/unknown",
        ["there is no {kind} named \"{name}\"", "correct the name, or add the {kind}"],
        ["没有名为“{name}”的{kind}", "更正名称，或加入该{kind}"]),
    row("operation/no-station",
        ["no station performs operation {operation} of product {product}", "give a station operation = \"{operation}\", or take the step out of the route"],
        ["没有工位执行产品 {product} 的工序 {operation}", "为某个工位写 operation = \"{operation}\"，或从路线中去掉该步骤"]),
    row("order/name",
        ["the name of this order is too long or holds a control character", "give it at most {most} characters that can be read: people and programs ask for the order by it"],
        ["该工单的名称过长或含有控制字符", "请使用不超过 {most} 个可读字符：人员和程序都以此名称查询工单"]),
    row("orders/none",
        ["source {source} waits for work orders, but there is no table of them", "add [orders] with file = \"orders.csv\""],
        ["入口 {source} 等待工单，但没有工单表", "加入 [orders] 及 file = \"orders.csv\""]),
    row("override/unknown",
        ["the path {path} leads nowhere at \"{part}\"", "write table.id.key, e.g. fleet.agv.count or station.s1.time"],
        ["路径 {path} 在“{part}”处无对应项", "写作 表.id.键，例如 fleet.agv.count 或 station.s1.time"]),
    row("piece/no-way-out",
        ["pieces at {element} can never reach a sink", "lead its output on to a sink"],
        ["{element} 处的工件永远到不了出口", "让它的输出最终通向某个出口"]),
    row("plant/empty",
        ["nothing flows through this plant: it has no source or no sink", "add [[source]] and [[sink]]"],
        ["这个工厂没有物流：缺少入口或出口", "加入 [[source]] 和 [[sink]]"]),
    row("port/no-next",
        ["no port takes the carriers that leave port {buffer} after operation {operation}", "check the route: an unload port with the next operation and the same carrier is needed"],
        ["没有端口接收在工序 {operation} 之后离开端口 {buffer} 的载具", "检查路线：需要一个执行下一工序、使用同种载具的卸载端口"]),
    row("port/no-node",
        ["port {buffer} has no node where a vehicle can serve it", "add node = \"...\" to the port, or nodes to its equipment"],
        ["端口 {buffer} 没有可供车辆停靠的节点", "在端口中写 node = \"...\"，或在其设备中写 nodes"]),
    row("port/unserved",
        ["no full carrier ever comes to port {buffer} for operation {operation}", "check the route: a load port with the operation before and the same carrier is needed"],
        ["没有满载具会为工序 {operation} 来到端口 {buffer}", "检查路线：需要一个执行上一工序、使用同种载具的装载端口"]),
    row("product/no-route",
        ["carriers travel between ports, but product {product} has no route", "add route = [...] with the operations in order"],
        ["载具要在端口之间运输，但产品 {product} 没有工艺路线", "加入 route = [...]，按顺序列出工序"]),
    row("rack/aisle",
        ["the rack has only {aisles} aisles", "name one of them, or leave out aisle: then it is in every aisle"],
        ["该立体库只有 {aisles} 条巷道", "请写其中一条，或不写 aisle（表示每条巷道都有）"]),
    row("rack/classes",
        ["classes and put_away = \"class\" belong together, and their shares may not be more than 100 % together", "write both or neither, and shares of 100 % in all"],
        ["classes 与 put_away = \"class\" 必须同时出现，且各类份额之和不得超过 100 %", "请两者都写或都不写，并使份额合计为 100 %"]),
    row("rack/direction",
        ["loads go into the rack at a load port and come out at an unload port; a store can be either: \"{buffer}\"", "write direction = \"in\" or \"out\" for a store, and none for a port"],
        ["货物在装载口入库、在卸载口出库，货架两者皆可：“{buffer}”", "货架请写 direction = \"in\" 或 \"out\"，装卸口则不写"]),
    row("rack/full",
        ["operation \"{operation}\" is not in the route of the product that the carriers are full of", "name an operation of its route, together with full"],
        ["工序“{operation}”不在载具所装产品的工艺路线中", "请写该路线中的工序，并同时写 full"]),
    row("rack/levels",
        ["these are not levels of the rack, which has {levels}", "write the first and the last level, from 1"],
        ["该立体库共 {levels} 层，所写层号不符", "请写首层与末层，从 1 数起"]),
    row("route/twice",
        ["operation {operation} stands twice in the route", "give the second pass an operation of its own name"],
        ["工序 {operation} 在路线中出现两次", "第二次请使用不同名称的工序"]),
    row("size/too-many",
        ["that is more than the {most} a plant may have", "lower the number"],
        ["超过了一个工厂允许的上限 {most}", "减小该数值"]),
    row("source/loses",
        ["source {source} has no arrivals that could be lost", "write arrivals = { ... }, or remove when_full"],
        ["入口 {source} 没有会丢失的到达件", "写 arrivals = { ... }，或删除 when_full"]),
    row("source/without-limit",
        ["an endless source would fill buffer {buffer} without end", "give the queue a capacity, or the source release = { conwip = ... }"],
        ["无限供料会无止境地填充缓冲区 {buffer}", "为该队列设定 capacity，或在入口写 release = { conwip = ... }"]),
    row("station/assembly-process",
        ["assembly and separation need single, not {process}", "write single = {}"],
        ["装配和拆分需要 single，而不是 {process}", "写 single = {}"]),
    row("station/batch",
        ["a batch of at least {min} cannot be of at most {max}", "lower min or raise max"],
        ["批量下限 {min} 大于上限 {max}", "减小 min 或增大 max"]),
    row("station/batch-never",
        ["{station} starts at {min} pieces, but no more than {capacity} can stand before it", "raise the capacity of the queue, or lower min"],
        ["{station} 须满 {min} 件才开工，但其前最多只能存放 {capacity} 件", "加大队列容量，或减小 min"]),
    row("station/dispatch-unused",
        ["the station takes what stands first and needs no rule", "add start = \"control\", or remove dispatch"],
        ["该工位自行按先后取件，不需要规则", "加入 start = \"control\"，或删除 dispatch"]),
    row("station/overloaded",
        ["{demand} pieces an hour arrive, but {stations} can do {capacity} at best", "add machines there, shorten their times and stops, or let fewer pieces in"],
        ["每小时到达 {demand} 件，但 {stations} 最多只能完成 {capacity} 件", "在该处增加设备、缩短加工与停机时间，或减少投料"]),
    row("station/shares",
        ["scrap and rework together are more than all pieces", "lower one of them"],
        ["报废与返工的比例之和超过 100 %", "减小其中之一"]),
    row("station/stream-time",
        ["all pieces on a conveyor take the same time", "give a plain span"],
        ["传送带上所有工件用时相同", "请写固定时长"]),
    row("station/times",
        ["there is no time for {products}", "add a row to times for each product"],
        ["缺少 {products} 的加工时间", "在 times 中为每种产品加一行"]),
    row("station/twice",
        ["buffer {name} stands twice in from", "give it once, with count"],
        ["缓冲区 {name} 在 from 中出现两次", "只写一次，并用 count 表示数量"]),
    row("station/unreachable",
        ["no piece ever comes to station {station}: nothing feeds {buffer}", "lead a source or another station to {buffer}"],
        ["工位 {station} 永远得不到工件：没有任何来源供给 {buffer}", "让某个入口或工位通向 {buffer}"]),
    row("time/bad-instant",
        ["\"{value}\" is not an instant", "write 2026-01-31T08:00:00Z, or in orders a span from the epoch such as 36 h"],
        ["“{value}”不是一个时刻", "写作 2026-01-31T08:00:00Z；工单中也可写自起点的时长，如 36 h"]),
    row("time/bad-zone",
        ["\"{value}\" is not a time zone", "write an IANA name such as Asia/Shanghai"],
        ["“{value}”不是时区", "写 IANA 名称，如 Asia/Shanghai"]),
    row("time/zero",
        ["{key} must take some time", "give at least 1 us"],
        ["{key} 不能为零", "至少写 1 us"]),
    row("toml/syntax",
        ["this is not TOML: {message}", "correct the line"],
        ["TOML 语法错误：{message}", "更正该行"]),
    row("track/body-too-large",
        ["nearly all tracks conflict with each other for this body", "check length, width and margin of the vehicle types and the unit of the coordinates"],
        ["以此车身，几乎所有车道互相冲突", "检查车型的长、宽、安全间距以及坐标单位"]),
    row("track/dead-end",
        ["a vehicle at node {node} cannot drive back to the parking", "add an edge out of it, or make its edge two-way"],
        ["位于节点 {node} 的车辆无法驶回停车位", "增加驶出的边，或把该边改为双向"]),
    row("track/none",
        ["no vehicle type of the plant may use any edge", "give the edges properties for the plant's vehicle types"],
        ["工厂的车型不能使用任何一条边", "为边加入工厂车型的属性"]),
    row("track/parking-blocks",
        ["a vehicle parked at node {node} blocks edge {edge}, which does not lead there", "move the parking node away from the edge"],
        ["停在节点 {node} 的车辆会挡住并不通往那里的边 {edge}", "把停车节点移离该边"]),
    row("track/too-tight",
        ["vehicles standing at nodes {node} and {other} overlap", "move the nodes apart by the body of the vehicle and its margin"],
        ["停在节点 {node} 与 {other} 的车辆会重叠", "按车身与安全间距拉开两个节点"]),
    row("track/unreachable",
        ["no vehicle can drive from the parking to node {node}", "add an edge to it"],
        ["没有车辆能从停车位驶到节点 {node}", "增加通往该节点的边"]),
    row("unit/wrong",
        ["this is not a {dimension} with its unit", "write the value with one of {units}"],
        ["这不是带单位的{dimension}", "写数值和单位（{units}）"]),
    row("value/range",
        ["{value} is outside {least} .. {most}", "give a value between {least} and {most}"],
        ["{value} 超出范围 {least} .. {most}", "取 {least} 到 {most} 之间的值"]),
    row("value/type",
        ["this is a {found}, a {wanted} is needed", "write a {wanted}"],
        ["此处是{found}，需要{wanted}", "改写为{wanted}"]),
    row("value/word",
        ["\"{word}\" is none of the words allowed here", "use one of {words}"],
        ["“{word}”不是此处允许的词", "使用其中之一：{words}"]),
    row("vda5050/silence",
        ["a state would be asked for only after the link counts as lost", "make ask_after shorter than lost_after"],
        ["链路判为中断之后才会请求状态", "ask_after 应短于 lost_after"]),
    row("vda5050/topic-part",
        ["\"{text}\" cannot be a part of a topic", "leave out /, +, # and a leading $ (interface and topics may hold / between levels; topics of a type must hold $serial)"],
        ["“{text}”不能作为主题的一部分", "去掉 /、+、# 和开头的 $（interface 与 topics 各级之间可用 /；车型的 topics 须含 $serial）"]),
    row("vehicle/beyond-fleet",
        ["the fleet has no vehicle {name}; what is said about it is not used", "raise count in [[fleet]], or remove this [[vehicle]]"],
        ["车队中没有车辆 {name}，对它的设置不起作用", "增大 [[fleet]] 的 count，或删除此 [[vehicle]]"]),
    row("vehicle/charge-order",
        ["the vehicle would leave the charger below the state that sends it there", "give charge_at as [low, high]"],
        ["车辆离开充电位时的电量低于去充电的电量", "charge_at 写作 [低, 高]"]),
    row("vehicle/same-serial",
        ["vehicles {other} and {name} have the same maker and serial number {serial}", "give each its own serial: they would share their topics"],
        ["车辆 {other} 与 {name} 的制造商和序列号 {serial} 相同", "为每台车设置各自的 serial，否则它们会共用主题"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_uses_the_same_arguments_in_both_languages() {
        for row in ROWS {
            let names = |texts: [&str; 2]| {
                let mut names: Vec<String> = texts
                    .iter()
                    .flat_map(|text| text.split('{').skip(1))
                    .filter_map(|part| part.split_once('}').map(|(name, _)| name.to_string()))
                    .filter(|name| !name.is_empty() && !name.contains(' '))
                    .collect();
                names.sort();
                names.dedup();
                names
            };
            assert_eq!(names(row.en), names(row.zh), "{}", row.code);
        }
    }

    #[test]
    fn arguments_are_filled_in_and_words_of_the_model_translated() {
        let args = [("kind", "buffer".to_string()), ("name", "q9".to_string())];
        let en = problem("name/unknown", &args, Lang::En).expect("known");
        assert_eq!(en.what, "there is no buffer named \"q9\"");
        let zh = problem("name/unknown", &args, Lang::Zh).expect("known");
        assert_eq!(zh.what, "没有名为“q9”的缓冲区");
        assert_eq!(did_you_mean("q1", Lang::Zh), "是否想写“q1”？");
    }
}
