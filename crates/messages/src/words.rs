//! Words and short sentences of the command line and the reports.

use crate::Lang;

macro_rules! words {
    ($($name:ident: $en:literal, $zh:literal;)*) => {
        /// A word or short sentence that a user sees.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(missing_docs)]
        pub enum Word { $($name,)* }
        impl Word {
            /// Every word.
            pub const ALL: &[Word] = &[$(Word::$name,)*];
            /// In a language.
            pub fn text(self, lang: Lang) -> &'static str {
                match self { $(Word::$name => lang.pick($en, $zh),)* }
            }
        }
    };
}

words! {
    // Command line
    About: "One model of an automated plant: simulate it, promise dates from it, run it live, look ahead. Never a safety function.",
        "自动化工厂的同一个模型：仿真、承诺交期、实时运行、前瞻预测。本软件不承担任何安全功能。";
    CheckAbout: "Check a plant folder and list all its problems", "检查工厂文件夹，一次列出全部问题";
    SchemaAbout: "Print the JSON Schema of plant.toml or calibration.toml", "输出 plant.toml 或 calibration.toml 的 JSON Schema";
    SchemaOfHelp: "Which file: plant or calibration", "哪个文件：plant 或 calibration";
    SimulateAbout: "Simulate a plant and report throughput, states and the bottleneck", "仿真一个工厂，给出产量、状态与瓶颈";
    SweepAbout: "Simulate a plant for several values of one figure of its model", "对模型中的某个数值取多个值分别仿真";
    LayoutAbout: "Generate tracks (VDMA LIF 1.0) from a layout.toml", "由 layout.toml 生成车道（VDMA LIF 1.0）";
    ImportAbout: "Make a plant folder of an openTCS or Open-RMF model, and tell what was assumed and left out", "由 openTCS 或 Open-RMF 模型生成工厂文件夹，并说明所作的假设与未导入的内容";
    ImportFileHelp: "openTCS plant model (XML) or Open-RMF building.yaml", "openTCS 工厂模型（XML）或 Open-RMF 的 building.yaml";
    ImportOutHelp: "Folder for the plant; it must be new or empty", "生成的工厂文件夹；须为新建或空文件夹";
    ImportNotEmpty: "it is not empty, and nothing of it is overwritten; name a new folder", "文件夹不为空，不会覆盖其中内容；请指定新文件夹";
    ImportHead: "{file}: {format}, \"{name}\"", "{file}：{format}，“{name}”";
    ImportFolder: "Plant folder {folder}", "工厂文件夹 {folder}";
    ImportCarried: "Carried over", "已导入";
    ImportAssumed: "Assumed, because the source does not say it (marked [A] in plant.toml)", "来源未说明而作的假设（plant.toml 中标有 [A]）";
    ImportLeft: "Not carried over", "未导入";
    ImportMore: "{names} and {count} more", "{names} 等，另有 {count} 个";
    DemoAbout: "Rehearse the built-in PV cell plant: 104 vehicles over a real broker, with its API and control centre", "演练内置的光伏电池工厂：104 台车辆经真实代理运行，附接口与控制中心";
    RunAbout: "Run a plant live: its devices behind a broker, every fact in a journal. Never a safety function", "实时运行工厂：设备经消息代理接入，每个事实先写入日志。不承担任何安全功能";
    RehearseAbout: "Run a plant against its own simulated devices, over a real broker and real protocols", "用仿真设备演练工厂：真实的消息代理与真实的协议";
    DevicesAbout: "Simulated vehicles (VDA 5050) and stations of a plant, for a controller elsewhere - ours or another", "提供工厂的仿真车辆（VDA 5050）与工位，供另一处的控制器（本软件或他人的）使用";
    ReplayAbout: "Replay a journal: compare every kept digest, show facts and decisions", "重放日志：核对每个保存的摘要，显示事实与决策";
    VerifyAbout: "Check a journal: numbers, checksums, entries, snapshots, states of links", "检查日志：编号、校验和、条目、快照、链路状态";
    JournalAbout: "Look into a journal: verify, show, export, prune", "查看日志：校验、浏览、导出、清理";
    ShowAbout: "Step through a journal: each fact in words, what was decided on it, and the state there", "逐条浏览日志：事实、由此做出的决策，以及当时的状态";
    ShowAtHelp: "Show this entry", "显示该条目";
    ShowTimeHelp: "Show the first entry from this time on: seconds since the epoch, 2h, or 2026-03-01T14:05:07 in the plant's zone", "显示该时刻起的第一个条目：距起点的秒数、2h，或工厂时区的 2026-03-01T14:05:07";
    ShowFromHelp: "First entry", "起始条目";
    ShowToHelp: "Last entry", "终止条目";
    ShowWatchHelp: "Only what is about this vehicle, station or port, or the transport of this number", "只显示与该车辆、工位、装卸口或该编号运输有关的内容";
    ShowFindHelp: "Only entries with this text", "只显示含有该文字的条目";
    ShowStateHelp: "Show the state after each entry: vehicles, transports, stations, queues, alarms, digest", "同时显示每条之后的状态：车辆、运输、工位、队列、报警、摘要";
    ShowKeys: "Enter or n: next, p: previous, a number: that entry, t TIME, /TEXT: search on, w NAME: watch (w alone: all), s: state, q: quit", "回车或 n：下一条，p：上一条，数字：跳转，t 时刻，/文字：向后查找，w 名称：只看该对象（单独 w：全部），s：状态，q：退出";
    ShowNothing: "nothing found", "没有找到";
    ShowEnd: "there is no entry {seq}; the journal holds {first} to {last}", "没有第 {seq} 条；日志保存第 {first} 至 {last} 条";
    ShowNotPlayed: "what was decided here cannot be shown: entries before were removed", "更早的条目已清理，无法显示此处的决策";
    ExportAbout: "Write the entries of a journal as a Parquet file", "把日志条目写成 Parquet 文件";
    ExportOutHelp: "Folder for the file", "输出文件夹";
    PruneAbout: "Remove entries older than SPAN; what a recovery needs always stays", "清理早于指定时长的条目；恢复所需的内容始终保留";
    KeepHelp: "Keep entries of the journal for so long, e.g. 30d (default: for ever)", "日志条目保留多久，如 30d（默认永久）";
    CalibrateAbout: "Fit process, transfer, failure and repair times to a journal and write them as calibration.toml", "由日志拟合加工、交接、故障与维修时间，并写成 calibration.toml";
    CalibrateOutHelp: "Write the overlay to FILE; put it into the plant folder as calibration.toml after review", "把覆盖文件写入 FILE；审核后以 calibration.toml 放入工厂文件夹";
    BrokerAbout: "The MQTT broker in the box, alone, on loopback", "单独运行内置 MQTT 代理（仅本机）";
    ListenHelp: "Where the broker in the box listens (default: this machine only)", "内置代理的监听地址（默认仅本机）";
    CertificatesHelp: "Talk to the broker over mutual TLS with the certificates of this folder", "用此文件夹中的证书与代理进行双向 TLS 通信";
    CertificatesAbout: "Make the certificates of a plant: broker, controller, gateway, each vehicle by its serial", "为工厂生成证书：代理、控制器、网关，以及每辆车（按序列号）";
    CertificatesFolderHelp: "Folder for them; what is there stays", "证书文件夹；已有的保留不变";
    CertificatesHostHelp: "Name or address under which the broker is reached; may be repeated", "代理的主机名或地址；可重复填写";
    CertificatesMade: "{count} certificates made in {folder}; keep ca.key where nobody else reads", "已在 {folder} 生成 {count} 份证书；请把 ca.key 保存在他人无法读取之处";
    ListenWantsCertificates: "beyond this machine the broker wants --certificates", "要监听本机之外的地址，须指定 --certificates";
    BrokerHelp: "Address of the MQTT broker (rehearse: default a broker in the box)", "MQTT 代理的地址（演练时默认用内置代理）";
    JournalHelp: "Journal: a file, or postgres://... (default: PLANT.journal)", "日志：一个文件，或 postgres://...（默认 工厂名.journal）";
    SpeedHelp: "Plant seconds a second: 1 is real time", "每秒推进的工厂秒数：1 为实时";
    RunForHelp: "Stop after so long, e.g. 10min (default: until stopped)", "运行多久后停止，如 10min（默认直到被停止）";
    BeginWarmHelp: "Begin with the plant as it is after so long, simulated before anybody looks; 0s: empty. Needs a new journal", "从工厂运行若干时间之后的状态开始（事先仿真）；0s 为空厂。需要新日志";
    FiguresHelp: "Write a line of counts and waits a second to FILE, as JSON, for measurements", "每秒把计数与等待时间以 JSON 写入文件的一行，供测量用";
    StateEveryHelp: "Each vehicle tells its state at least this often (default 30s)", "每台车辆至少每隔多久报告一次状态（默认 30s）";
    LedgerHelp: "Append every hand-over that truly took place to FILE, and every job of a machine served over OPC UA",
        "把真实发生的每次交接，以及经 OPC UA 提供的设备的每个作业，追加写入文件";
    MachinesHelp: "Which stations are reached over OPC UA, and where (docs/opcua.md); the gateway speaks for all others",
        "哪些工位经 OPC UA 接入及其地址（见 docs/opcua.md）；其余工位由网关代言";
    RealHelp: "Vehicles and stations that are real, by name with commas between; the simulated plant follows them", "真实的车辆与工位，名称以逗号分隔；仿真车间跟随其报告";
    OffHelp: "Vehicles that nobody is: the controller does not use them", "停用的车辆，名称以逗号分隔；控制器不使用它们";
    WantsDevice: "the name of a vehicle or a station of the plant", "工厂中车辆或工位的名称";
    OpcuaHelp: "Reach every station over OPC UA, behind one server of simulated machines", "所有工位都经 OPC UA 接入，由一个仿真设备服务器提供";
    StopMachinesHelp: "Stop each OPC UA server for two seconds every so often, e.g. 20s", "每隔一段时间停止各 OPC UA 服务器两秒，如 20s";
    NoStationsHelp: "Only vehicles, no stations", "只有车辆，没有工位";
    ReplayFromHelp: "Show facts and decisions from this entry on", "从该条目起显示事实与决策";
    ReplayStepsHelp: "How many to show (default 20)", "显示多少条（默认 20）";
    LangHelp: "Language of the output: en or zh-CN (default: the locale)", "输出语言：en 或 zh-CN（默认取系统区域设置）";
    PlantHelp: "Plant folder", "工厂文件夹";
    ForHelp: "Measured time after the warm-up, e.g. 7d, 36h", "预热之后的统计时长，如 7d、36h";
    WarmUpHelp: "Time left out of the figures at the start, or auto", "开头不计入统计的时间，或 auto";
    ReplicationsHelp: "Independent runs", "独立重复次数";
    SeedHelp: "Seed of all randomness", "随机种子";
    ThreadsHelp: "Threads (default: all cores)", "线程数（默认全部核心）";
    JsonHelp: "Write the result as JSON to FILE, - for standard output", "把结果以 JSON 写入文件，- 为标准输出";
    HtmlHelp: "Write a self-contained HTML report to FILE", "把自包含的 HTML 报告写入文件";
    CsvHelp: "Write the tables as CSV files into DIR (sweep: a folder a value)", "把各表以 CSV 写入目录（sweep：每个取值一个文件夹）";
    ParquetHelp: "Write the tables as Parquet files into DIR (sweep: a folder a value)", "把各表以 Parquet 写入目录（sweep：每个取值一个文件夹）";
    PiecesHelp: "Write the history of every piece of the first replication to a Parquet FILE", "把首次重复中每个工件的历史写入 Parquet 文件";
    SetHelp: "Override a figure of the model, e.g. fleet.agv.count=90", "改写模型中的数值，如 fleet.agv.count=90";
    SweepValuesHelp: "Figure and its values, e.g. fleet.agv.count=60,80,100 or 60..140:10", "数值及取值，如 fleet.agv.count=60,80,100 或 60..140:10";
    OutHelp: "File to write (default: standard output)", "输出文件（默认标准输出）";
    LayoutFileHelp: "layout.toml", "layout.toml 文件";
    // Slitting patterns
    CutAbout: "Find slitting patterns for an order of strips: few parents first, then few set-ups", "为条料订单排刀：先求母卷最少，再求换刀次数最少";
    CutOrderHelp: "Order as TOML, or its strips as CSV (docs/cutting.md)", "订单（TOML），或其条料表（CSV），见 docs/cutting.md";
    CutParentHelp: "Width of a parent, e.g. \"5600 mm\"", "母卷宽度，如 \"5600 mm\"";
    CutEdgeHelp: "Trimmed off each side of a parent", "每侧切边宽度";
    CutStripsHelp: "Most strips side by side (knives less one)", "并排的最多条数（刀数减一）";
    CutNarrowestHelp: "Narrowest strip the slitter takes", "纵剪机允许的最小条宽";
    CutWidestHelp: "Widest strip the slitter takes", "纵剪机允许的最大条宽";
    CutTrimHelp: "Most that a pattern may leave beside its strips, without the edges", "每个刀型除切边外允许的最大余料宽度";
    CutCoilHelp: "Weight of a parent, for strips ordered by weight, e.g. \"20 t\"", "母卷重量，用于按重量订购的条料，如 \"20 t\"";
    CutSecondsHelp: "Processor seconds to search for", "搜索所用的处理器秒数";
    CutStepsHelp: "Steps instead of seconds: the same plan each time", "用步数代替秒数，每次结果相同";
    CutSecondsRange: "give seconds from 0 to 1000000", "请给出 0 到 1000000 之间的秒数";
    CutSetUp: "set-up {number}: {pattern}; trim {trim} mm; {parents} parents", "刀型 {number}：{pattern}；余料 {trim} mm；{parents} 卷";
    CutParents: "Parents {parents}, bound {bound}", "母卷 {parents}，下界 {bound}";
    CutParentsFewest: "Parents {parents}: no plan needs fewer", "母卷 {parents}：已证明不能更少";
    CutPatterns: "Set-ups {patterns}; whether fewer would do is not known", "刀型 {patterns} 个；能否更少尚不清楚";
    CutPatternsFewest: "Set-ups {patterns}: no plan of as many parents needs fewer", "刀型 {patterns} 个：已证明同样卷数下不能更少";
    CutTrim: "Trim {share} % of the parents' width, edges included", "余料占母卷宽度的 {share} %（含切边）";
    CutMore: "{width} mm: {made} strips for {demand} ordered", "{width} mm：订购 {demand} 条，产出 {made} 条";
    CutAgain: "{steps} steps; the same plan again with --steps {steps} --seed {seed}", "{steps} 步；用 --steps {steps} --seed {seed} 可得到同样的方案";
    GridAbout: "Plan robots on a grid: run a public instance of the League of Robot Runners (rules of 2024)", "为网格上的机器人规划：运行 League of Robot Runners 的公开算例（2024 年规则）";
    GridCheckAbout: "Judge a run of a grid instance: replay every step, count the tasks", "评判网格算例的运行结果：逐步重放并统计任务";
    GridInstanceHelp: "JSON of the instance; map, robots and tasks lie beside it", "算例的 JSON 文件；地图、机器人与任务文件在其旁";
    GridSecondsHelp: "Wall time a step is planned [s]", "每步规划用时（秒，墙上时间）";
    GridSecondsRange: "more than 0 and at most 3600 s", "大于 0 且不超过 3600 秒";
    GridIterationsHelp: "Rounds of refinement of each thread and step instead of the clock: the same run each time; 0: none", "用每线程每步的改进轮数代替时钟，结果可重现；0 为不改进";
    GridStepsHelp: "Steps", "步数";
    GridOutHelp: "Write the run to FILE in the format of Start-Kit v2.1.2", "把运行结果以 Start-Kit v2.1.2 格式写入文件";
    GridRunHelp: "The run, as fenhe grid --out or the Start-Kit writes it", "运行结果，由 fenhe grid --out 或 Start-Kit 写出";
    GridIgnored: "these keys are of the rules of 2026 and have no effect here, no robot is late: {keys}", "以下键属于 2026 年规则，在此不起作用，机器人不会延误：{keys}";
    GridFound: "{tasks} tasks by {robots} robots in {steps} steps; planning without refinement {mean} ms a step, p99 {plan} ms; whole step p99 {late} ms, {rounds} rounds a step; {moves} steps and {schedules} schedules not allowed",
        "{robots} 台机器人在 {steps} 步内完成 {tasks} 项任务；不含改进的规划每步 {mean} 毫秒，p99 {plan} 毫秒；整步 p99 {late} 毫秒，每步改进 {rounds} 轮；不允许的步 {moves} 个、排程 {schedules} 个";
    GridHolds: "The run holds: {tasks} tasks, {errands} errands, {robots} robots, {steps} steps, no conflict", "运行结果成立：{tasks} 项任务，{errands} 次作业，{robots} 台机器人，{steps} 步，无冲突";
    // Running
    Running: "{plant} runs: broker {broker}, journal {journal} ({facts} facts replayed)", "{plant} 已运行：代理 {broker}，日志 {journal}（已重放 {facts} 个事实）";
    RunStatus: "{time} s: {links} vehicles linked, {facts} facts, {said} messages sent, entry {seq}, state {digest}", "{time} 秒：{links} 台车辆在线，{facts} 个事实，已发 {said} 条消息，条目 {seq}，状态 {digest}";
    DevicesStatus: "{time} s: {count} breaches seen by the referee", "{time} 秒：裁判发现 {count} 次违规";
    RehearsalBreaches: "breaches seen by the referee: {count}", "裁判发现的违规：{count} 次";
    MachinesAt: "{count} stations over OPC UA at {endpoint}", "{count} 个工位经 OPC UA 接入：{endpoint}";
    MachineNotServed: "cannot serve machines at {endpoint}: {why}", "无法在 {endpoint} 提供设备：{why}";
    MachineForeign: "station {station} names nodes of a real machine's server, which a rehearsal cannot serve: leave out its nodes and ports, or run it against the machine",
        "工位 {station} 指定了真实设备服务器的节点，演练无法提供：请去掉其 nodes 与 ports，或接真实设备运行";
    MachineJob: "station {station}: whether job {tag} was done is not known; it is not sent again until somebody says so",
        "工位 {station}：作业 {tag} 是否已完成不明；在有人确认之前不会再次下达";
    MachineMissed: "station {station}: entries {from} to {to} of its log were overwritten before they were read",
        "工位 {station}：日志条目 {from} 至 {to} 在读取之前已被覆盖";
    MachineCountBack: "station {station}: a total ran backwards; what was made in between is not known", "工位 {station}：累计数变小；其间的产量不明";
    MachineUnreadable: "station {station}: {node} cannot be read or called", "工位 {station}：无法读取或调用 {node}";
    BrokerAt: "broker at {address}", "代理地址：{address}";
    JournalWhole: "the journal is whole: {entries} entries, {epochs} epochs, {bytes} bytes", "日志完整：{entries} 个条目，{epochs} 个时期，{bytes} 字节";
    JournalExported: "written: {file}", "已写入：{file}";
    JournalNoEntries: "there is no entry to write", "没有可写的条目";
    JournalPruned: "{count} entries removed; the first one now is {first}", "已清理 {count} 个条目；现在的第一条是 {first}";
    JournalDamaged: "the journal is damaged at entry {seq}: {why}", "日志在条目 {seq} 处损坏：{why}";
    FitFound: "{element} {figure}: mean {mean} (n {n}, censored {censored}), against the model {ratio}", "{element} {figure}：均值 {mean}（n {n}，删失 {censored}），与模型之比 {ratio}";
    FitFlagged: "{element} {figure}: mean {mean} (n {n}, censored {censored}), against the model {ratio} - NOT what the model says", "{element} {figure}：均值 {mean}（n {n}，删失 {censored}），与模型之比 {ratio}——与模型不符";
    FitMissing: "not to be had for {count} (such as {element}): {why}", "{count} 项无法得到（如 {element}）：{why}";
    ShadowRuns: "beside another master of {plant} at {broker}: everything is heard, nothing is sent", "在另一主控旁监听 {plant}（代理 {broker}）：只听，不发送任何内容";
    ShadowStatus: "{time} s: {messages} messages, {orders} orders, {facts} facts heard; {n} decisions compared, {lag} s behind", "{time} 秒：已听到 {messages} 条消息、{orders} 条指令、{facts} 个事实；已比较 {n} 个决策，滞后 {lag} 秒";
    ShadowNone: "no decision could be compared yet", "尚无可比较的决策";
    ShadowSame: "who fetches a load: in {share} % of {n} decisions we would have sent the same vehicle (95 % interval {low} to {high} %)", "由谁取货：{n} 个决策中有 {share} % 本方会派同一车辆（95 % 区间 {low} 至 {high} %）";
    ShadowGain: "where we would have sent another ({n}), it was predicted to be {gain} s sooner at the load (95 % interval {low} to {high} s; empty streets)", "本方会改派其他车辆的 {n} 次中，预计早到取货点 {gain} 秒（95 % 区间 {low} 至 {high} 秒；按空路估算）";
    ShadowOther: "nobody sent for it by us at that moment: {not_now}; that vehicle sent for another load: {other_load}", "当时本方不会为其派车：{not_now} 次；会让该车去取别的货：{other_load} 次";
    ShadowPlace: "where a load goes: the same in {share} % of {n}", "送往何处：{n} 次中有 {share} % 相同";
    ShadowUnseen: "not compared: {added} loads added to a trip under way, {unresolved} vehicles whose purpose was not seen; loads unknown to us: {unknown}", "未比较：途中追加的货 {added} 件，目的不明的车辆 {unresolved} 台次；本方不知道的货 {unknown} 件";
    ShadowHelp: "Listen beside another master of the plant, send nothing, and say how its decisions compare with ours", "在工厂的另一主控旁监听，不发送任何内容，并给出其决策与本方的比较";
    RunWaits: "message in to order out: p50 {p50} ms, p99 {p99} ms ({n} steps that sent something)", "从消息到达到指令发出：p50 {p50} 毫秒，p99 {p99} 毫秒（{n} 次有输出的步骤）";
    Serving: "API and control centre: {address}", "接口与控制中心：{address}";
    GuestToken: "to look on (one day): {address}", "只读查看（一天有效）：{address}";
    DemoToken: "to look on and try everything (one day): {address}", "查看并尝试各项操作（一天有效）：{address}";
    NoOpenHelp: "Do not open a browser", "不打开浏览器";
    SetupToken: "one-time token to make the first admin: {token}", "创建首位管理员的一次性令牌：{token}";
    PortHelp: "Port of the API on this machine; 0 takes a free one", "本机接口的端口；0 为任取空闲端口";
    NotASafety: "Fenhe is never a safety function.", "Fenhe 不承担任何安全功能。";
    Stopped: "stopped; state {digest}", "已停止；状态 {digest}";
    Replayed: "{facts} facts replayed up to {time} s, {agreed} kept digests came out the same; state {digest}", "已重放 {facts} 个事实至 {time} 秒，{agreed} 个保存的摘要一致；状态 {digest}";
    ReplayDiffers: "after entry {seq} the journal says state {kept}, the replay gives {came}", "条目 {seq} 之后，日志记录的状态为 {kept}，重放得到 {came}";
    WarmingUp: "{span} of the plant are simulated first (--warm-up 0s: begin empty) ...", "先仿真工厂的 {span}（--warm-up 0s：从空厂开始）……";
    WarmedUp: "begins at {time}", "从 {time} 开始";
    NotWarm: "the plant could not be warmed up: {why}; begin empty with --warm-up 0s", "工厂无法预热：{why}；请用 --warm-up 0s 从空厂开始";
    NotWarmMoves: "vehicle {vehicle} does not come to a stand", "车辆 {vehicle} 停不下来";
    CannotStart: "cannot start: {why}", "无法启动：{why}";
    WantsAddress: "an address looks like 127.0.0.1:1883", "地址形如 127.0.0.1:1883";
    WantsSpan: "a time looks like 90s, 10min, 2h", "时长形如 90s、10min、2h";
    JournalError: "cannot use the journal {what}: {why}", "无法使用日志 {what}：{why}";
    JournalOtherPlant: "the journal {what} belongs to plant {why}: give another --journal", "日志 {what} 属于工厂 {why}：请用 --journal 指定另一个";
    JournalChanged: "the plant has changed since the journal {what} was begun (plant hash there: {why}), and the journal does not hold the folder as it was: go back to it, or begin a new journal with --journal",
        "日志 {what} 开始之后工厂已改变（其中的工厂哈希：{why}），且日志中没有原来的工厂文件夹：请恢复原状，或用 --journal 开始新日志";
    JournalNotClosed: "the journal {what} was written by decision logic {why} and not stopped in order: run that version once more and stop it, then start this one",
        "日志 {what} 由决策逻辑版本 {why} 写入且未正常停止：请用该版本再运行一次并停止，然后再启动本版本";
    JournalOtherState: "the journal {what} was written by decision logic {why}, whose state this version cannot read: empty the vehicles with that version, then begin a new journal with --journal",
        "日志 {what} 由决策逻辑版本 {why} 写入，本版本无法读取其状态：请用该版本清空车辆，再用 --journal 开始新日志";
    JournalNotNew: "the journal {what} is not new: a warmed-up plant begins with a new one; leave --warm-up out to go on with it, or name another with --journal",
        "日志 {what} 不是新的：预热的工厂须从新日志开始；去掉 --warm-up 可继续使用它，或用 --journal 指定另一个";
    JournalInUse: "the plant has changed, and the journal {what} shows in use what is missing now; nothing was changed:{why}",
        "工厂已改变，而日志 {what} 显示以下缺失的内容仍在使用；未做任何更改：{why}";
    UsedRemoved: "{what} was removed, but is used by: {users}", "{what} 已删除，但仍被使用：{users}";
    UsedChanged: "{what} is another one now, but is used by: {users}", "{what} 已变成另一个，但仍被使用：{users}";
    UsedTaken: "{what} cannot begin where it starts; there or on the way there: {users}", "{what} 无法从其起点开始，该处或途经者：{users}";
    PlantMoved: "the plant has changed: everything known has moved by name into epoch {epoch} of the journal (added: {added}; removed: {removed})",
        "工厂已改变：已知的一切按名称迁移到日志的第 {epoch} 个时期（新增：{added}；删除：{removed}）";
    JournalVersion: "a state in the journal {why} is of another version of the program", "日志 {why} 中的状态来自程序的另一版本";
    JournalStopped: "the journal takes no more facts, so nothing more is decided: {why}", "日志无法再写入事实，因此停止决策：{why}";
    // Progress and summary
    Simulating: "Simulating", "正在仿真";
    ProblemsFound: "{plant}: {errors} error(s), {warnings} warning(s)", "{plant} 中有 {errors} 个错误、{warnings} 个警告";
    PlantGood: "{plant}: no problems ({stations} stations, {vehicles} vehicles, {nodes} nodes, {edges} edges)",
        "{plant}：没有问题（{stations} 个工位，{vehicles} 台车辆，{nodes} 个节点，{edges} 条边）";
    Remedy: "remedy", "处理";
    Error: "error", "错误";
    Warning: "warning", "警告";
    DidYouMean: "did you mean", "是否想写";
    CannotRead: "cannot read {what}: {why}", "无法读取 {what}：{why}";
    CannotWrite: "cannot write {what}: {why}", "无法写入 {what}：{why}";
    NoSuchFile: "there is no such file or folder", "没有这个文件或文件夹";
    NotAllowed: "this is not allowed here", "没有相应权限";
    NoFolder: "a part of the path is a file, not a folder", "路径中有一部分是文件而不是文件夹";
    IsFolder: "it is a folder", "它是文件夹";
    DiskFull: "the disk is full", "磁盘已满";
    BadSpan: "{value} is no span of time; write a number and s, min, h, d or w, such as 90min, 36h or 7d",
        "{value} 不是时长；请写数字加单位 s、min、h、d 或 w，如 90min、36h、7d";
    BadHorizon: "the measured time must be longer than zero", "统计时长必须大于零";
    BadSet: "{value} is no setting; write PATH=VALUE, such as fleet.agv.count=90", "{value} 不是有效设置；请写 路径=值，如 fleet.agv.count=90";
    BadSweep: "no figure with values; write PATH=A,B,C or PATH=LOW..HIGH:STEP, such as fleet.agv.count=60..140:10",
        "不是有效的取值；请写 路径=甲,乙,丙 或 路径=下限..上限:步长，如 fleet.agv.count=60..140:10";
    NoEnd: "the simulation stopped at {at} s: control and plant answered each other without end ({facts} facts at one instant). This is a fault of the program; please report it with the plant and the seed.",
        "仿真在 {at} 秒处停止：控制与工厂无休止地互相应答（同一时刻 {facts} 条事实）。这是程序缺陷，请连同工厂与种子一并报告。";
    BadArgument: "{what}: {why}", "{what}：{why}";
    ReportWritten: "Report", "报告";
    AnswerHead: "Answer", "结论";
    AnswerTakt: "A finished piece leaves each line every {low} to {high} s (95 % interval, slowest line {line}); together {rate} good pieces an hour.",
        "各产线每 {low} 至 {high} 秒产出一件成品（95 % 置信区间，最慢产线 {line}）；合计每小时 {rate} 件良品。";
    AnswerRate: "{rate} good pieces leave the plant an hour (95 % interval {low} to {high}).",
        "工厂每小时产出 {rate} 件良品（95 % 置信区间 {low} 至 {high}）。";
    AnswerBottleneck: "What limits it: {station} - {evidence}.", "瓶颈：{station}——{evidence}。";
    EvidenceActive: "active {share} of its time", "有 {share} 的时间处于加工、换型、故障或保养";
    EvidenceNext: ", next {next} with {share}", "，其次为 {next}（{share}）";
    EvidenceUnclear: " (these runs cannot tell the two apart)", "（这些运行无法区分两者）";
    EvidenceBefore: "; stations before it are blocked {blocked} and starved {starved} of theirs", "；其前工位堵塞 {blocked}、待料 {starved}";
    EvidenceBehind: "; stations behind it are blocked {blocked} and starved {starved}", "；其后工位堵塞 {blocked}、待料 {starved}";
    AnswerFleet: "Vehicles of type {type}: {vehicles} bring {rate} loads an hour; {busy} % of their time is work.",
        "{type} 型车辆 {vehicles} 台，每小时送达 {rate} 个载荷，工作时间占 {busy} %。";
    AnswerNothing: "No good piece left the plant in the measured time: let it run longer (--for), or see below what its stations wait for.",
        "统计时间内没有良品产出：请延长时间（--for），或在下文查看各工位在等待什么。";
    AnswerWarmUpUnknown: "No end of the warm-up was found: the first half of the time was left out. Let it run longer (--for) or give a warm-up (--warm-up).",
        "未能判定预热何时结束：已舍去前一半时间。请延长时间（--for）或指定预热时间（--warm-up）。";
    AnswerTooShort: "Too short for a firm answer: the interval is {percent} % wide to each side. Let it run longer (--for) or more often (--replications).",
        "运行时间太短，结论不可靠：置信区间单侧宽度为 {percent} %。请延长时间（--for）或增加重复次数（--replications）。";
    AnswerUnsettled: "Not settled: work in progress changed by {percent} % from the first to the last quarter of the measured time. A longer warm-up (--warm-up) gives lasting figures.",
        "尚未达到稳定：统计时间的首尾四分之一之间，在制品变化了 {percent} %。延长预热时间（--warm-up）才能得到稳定的数值。";
    AnswerSpeed: "{factor} times faster than real time on one core.", "单核速度为实时的 {factor} 倍。";
    AnswerReferee: "Referee: {count} violations of what must never happen.", "裁判：绝不允许发生的情形出现 {count} 次。";
    NoSafety: "Fenhe is not a safety function.", "汾河不承担任何安全功能。";
    // Report headings
    ReportTitle: "Simulation of {plant}", "{plant} 仿真报告";
    RunFacts: "{replications} run(s) of {span} each after a warm-up of {warm}; seed {seed}, digest {digest}",
        "重复 {replications} 次，每次统计 {span}，预热 {warm}；种子 {seed}，摘要 {digest}";
    States: "States", "状态";
    Lines: "Lines", "产线";
    Line: "Line", "产线";
    Products: "Products", "产品";
    Product: "Product", "产品";
    StationsBusiest: "Stations with the least time to spare", "最繁忙的工位";
    StationsAll: "All {count} stations", "全部 {count} 个工位";
    Station: "Station", "工位";
    Fleet: "Vehicles", "车辆";
    VehicleType: "Type", "类型";
    Count: "Number", "数量";
    OutputPerHour: "Good pieces / h", "良品 / 小时";
    Takt: "Takt [s]", "节拍 [秒]";
    TaktTarget: "Target [s]", "目标 [秒]";
    TargetKept: "Kept", "达标";
    TaktSlowest: "Takt of the slowest line", "最慢产线节拍";
    TaktUpper: "Takt of the slowest line, upper end [s]", "最慢产线节拍上限 [秒]";
    Yes: "yes", "是";
    No: "no", "否";
    Unsure: "not sure", "不确定";
    Active: "active", "工作、换型、故障或保养占";
    RefereeHead: "Violations", "违规";
    RefereeNote: "collisions, lost pieces, overfull places", "碰撞、丢失工件、超出容量";
    VehiclesWorking: "at work", "工作占比";
    SweepRate: "{path} = {value}: {rate} ± {half} good pieces / h", "{path} = {value}：良品 {rate} ± {half} 件/小时";
    SweepTakt: ", takt at most {takt} s", "，节拍不超过 {takt} 秒";
    SweepFleet: ", vehicles at work {busy}", "，车辆工作占比 {busy}";
    SweepReferee: ", violations {violations}", "，违规 {violations} 次";
    Output: "Good pieces", "良品数";
    Half: "half within", "50 % 不超过";
    NineTenths: "90 % within", "90 % 不超过";
    AllButHundredth: "99 % within", "99 % 不超过";
    Scrap: "Scrap", "报废";
    CycleTime: "Cycle time", "生产周期";
    CycleTimeHistogram: "Cycle times of {product}, good pieces", "{product} 良品的生产周期分布";
    PiecesPer: "pieces per {width}", "件 / {width}";
    WorkInProgress: "Work in progress", "在制品";
    WorkInProgressOverTime: "Work in progress over time", "在制品随时间变化";
    TimeAfterWarmUp: "Time after the warm-up", "预热后的时间";
    SeriesNote: "Full line: mean of the runs; broken lines: least and most of any run.", "实线：各次运行的均值；虚线：各次运行中的最小与最大值。";
    Utilisation: "Utilisation", "利用率";
    TransportsPerHour: "Loads / h", "搬运次数 / 小时";
    TransportNote: "A load waits {wait} s for a vehicle to be chosen and is at its place {time} s after it was ready (90 % within {most} s).",
        "载荷等待指派车辆 {wait} 秒，从就绪到送达共 {time} 秒（90 % 不超过 {most} 秒）。";
    Bottleneck: "Bottleneck", "瓶颈";
    Congestion: "Congestion: waiting for right of way", "拥堵：等待通行权";
    CongestionScale: "vehicles that wait on a track at a time, on average", "每段车道上平均同时等待的车辆数";
    CongestionTip: "{edge}: {passes} passes / h, {waiting} vehicles waiting on average", "{edge}：每小时通过 {passes} 次，平均等待车辆 {waiting} 台";
    LoadPort: "load port", "装载口";
    Charger: "charger", "充电位";
    CongestionNone: "No vehicle waited on the tracks.", "没有车辆在车道上等待。";
    QueueExcess: "Waited longer than allowed before a step", "工序前等待超限";
    QueueExcessNone: "No piece waited longer than its plant allows.", "没有工件的等待时间超过规定上限。";
    ExcessPieces: "Pieces per run", "每次运行的工件数";
    ExcessMean: "Too long by, mean", "平均超出";
    ExcessMost: "Too long by, most", "最多超出";
    Operation: "Operation", "工序";
    Oee: "OEE (ISO 22400-2) and its terms", "设备综合效率 OEE（ISO 22400-2）及各项";
    OeeNote: "OEE = availability × effectiveness × quality; availability = APT / PBT, effectiveness = PRI × PQ / APT, quality = GQ / PQ. APT: actual production time; PBT: planned busy time; ADOT: down; AUST: set-up; ADET: delayed (starved or blocked); PRI: planned run time per item; PQ, GQ: pieces produced, pieces good the first time. Times per run, over all servers of a station.",
        "OEE = 可用率 × 性能效率 × 合格率；可用率 = APT / PBT，性能效率 = PRI × PQ / APT，合格率 = GQ / PQ。APT：实际生产时间；PBT：计划占用时间；ADOT：故障停机；AUST：换型；ADET：延误（待料或堵塞）；PRI：单件计划运行时间；PQ、GQ：产出数、一次合格数。时间为每次运行、工位全部设备之和。";
    Availability: "Availability", "可用率";
    Effectiveness: "Effectiveness", "性能效率";
    Quality: "Quality", "合格率";
    ConfidenceNote: "a ± b: mean and half of its 95 % confidence interval (Student), over independent runs or, of a single run, over batches of it.",
        "a ± b：均值及 95 % 置信区间的半宽（Student t），取自独立重复；只运行一次时取自其各批次。";
    Hours: "h", "小时";
    Minutes: "min", "分钟";
    Seconds: "s", "秒";
    Days: "d", "天";
    Pieces: "pieces", "件";
    // Schedules of job shops
    ScheduleAbout: "Schedule the orders of a plant, or a job shop from a public text file", "为工厂的订单排程，或为作业车间的公开文本算例排程";
    ScheduleInstanceHelp: "Plant folder (with --orders), or text file of a job shop (docs/schedule.md shows both formats)", "工厂文件夹（配合 --orders），或作业车间算例的文本文件（两种格式见 docs/schedule.md）";
    ScheduleFormatHelp: "What the file is: jsp (job shop), fjsp (flexible), auto", "文件格式：jsp（作业车间）、fjsp（柔性作业车间）、auto（自动识别）";
    ScheduleSecondsHelp: "Processor seconds of each thread", "每个线程的处理器秒数";
    ScheduleStepsHelp: "Steps instead of seconds, the same answer each time: one number, or one a thread", "用步数代替秒数，每次结果相同：一个数，或每个线程一个数";
    ScheduleGanttHelp: "Write a Gantt chart to FILE (HTML), - for a text chart on the terminal", "把甘特图写入文件（HTML），- 为在终端显示文字图";
    ScheduleCheckAbout: "Check a schedule (JSON) against its instance, whoever made it", "对照算例检查排程（JSON），不论由谁生成";
    ScheduleFileHelp: "JSON file of the schedule, - for standard input", "排程的 JSON 文件，- 为标准输入";
    ScheduleShop: "{instance}: {kind}, {jobs} jobs, {machines} machines, {operations} operations", "{instance}：{kind}，{jobs} 个作业，{machines} 台机器，{operations} 道工序";
    ScheduleJobShop: "job shop", "作业车间";
    ScheduleFlexible: "flexible job shop", "柔性作业车间";
    ScheduleMakespan: "Makespan {makespan}, bound {bound}, gap {gap} %", "最大完工时间 {makespan}，下界 {bound}，差距 {gap} %";
    ScheduleOptimal: "Makespan {makespan}, equal to the bound: no schedule is shorter", "最大完工时间 {makespan}，等于下界：不存在更短的排程";
    ScheduleBegan: "Began with {first} ({rule}); {threads} threads, stream {stream} found it; again with --threads {threads} --steps {steps} --seed {seed}", "初始为 {first}（{rule}）；{threads} 个线程，由第 {stream} 流找到；重现：--threads {threads} --steps {steps} --seed {seed}";
    ScheduleCritical: "Machine {machine} is critical: {share} % of a critical path of {count} operations; busy {busy} % of the makespan", "机器 {machine} 为关键机器：占一条含 {count} 道工序的关键路径的 {share} %；忙碌占最大完工时间的 {busy} %";
    ScheduleHolds: "The schedule holds: makespan {makespan}", "排程成立：最大完工时间 {makespan}";
    ScheduleStepsCount: "give one number, or as many as there are threads ({threads})", "请给出一个数，或与线程数（{threads}）同样多的数";
    ScheduleSecondsRange: "give seconds above 0 and up to 1000000", "请给出大于 0、不超过 1000000 的秒数";
    ScheduleBoth: "--json - and --gantt - cannot both go to standard output", "--json - 与 --gantt - 不能同时写到标准输出";
    RuleMostWorkLeft: "most work left first", "剩余工时最长者优先";
    RuleMostOperationsLeft: "most operations left first", "剩余工序最多者优先";
    RuleLongest: "longest first", "加工时间最长者优先";
    RuleShortest: "shortest first", "加工时间最短者优先";
    RuleFirst: "first come, first served", "先到先加工";
    RuleEarliestDue: "earliest due first", "交期最早者优先";
    RuleLeastSlack: "least slack first", "松弛时间最少者优先";
    RuleSoonest: "soonest begin first", "最早可开工者优先";
    RuleOldPlan: "the kept schedule", "原排程";
    PlanOrdersHelp: "CSV file of a plant's orders: order,product,quantity[,due][,priority]", "工厂订单的 CSV 文件：order,product,quantity[,due][,priority]";
    PlanFromHelp: "Make this kept schedule (JSON) good after a disturbance instead of beginning anew", "在扰动之后修复这份已有排程（JSON），而不是重新排程";
    PlanAtHelp: "When the disturbance came: a span from the plant's epoch (3 d) or an RFC 3339 instant; what has begun by then stays", "扰动发生的时刻：距工厂起点的时长（3 d）或 RFC 3339 时刻；此前已开工的保持不变";
    PlanDownHelp: "A station, machine or piece of equipment is closed from --at on for so long, e.g. \"mill-1=12 h\"; repeatable", "某工位、机器或设备自 --at 起停用多久，如 \"mill-1=12 h\"；可重复";
    PlanStayHelp: "What it costs to move one operation, in lateness of the least weight", "移动一道工序的代价，以最低权重的延误时长计";
    PlanNeedsOrders: "give the table of orders to schedule on this plant", "请给出要在该工厂排程的订单表";
    PlanNoFolder: "orders are scheduled on a plant folder, and this is none", "订单须在工厂文件夹上排程，而此处不是文件夹";
    PlanShop: "{plant}: {orders} orders, {jobs} lots, {operations} operations, {machines} machines", "{plant}：{orders} 个订单，{jobs} 批，{operations} 道工序，{machines} 台机器";
    PlanMakespan: "All done on day {days}", "第 {days} 天全部完成";
    PlanDone: "  {order}: day {days}", "  {order}：第 {days} 天";
    PlanInTime: "  {order}: day {days}, due on day {due}", "  {order}：第 {days} 天，交期第 {due} 天";
    PlanLate: "  {order}: day {days}, {late} days late (due on day {due})", "  {order}：第 {days} 天，延误 {late} 天（交期第 {due} 天）";
    PlanBusiest: "Bottleneck {machine}: work {work} %, set-ups {setup} % of its open time", "瓶颈 {machine}：加工占开放时间的 {work} %，换型占 {setup} %";
    PlanDays: "day {days}", "第 {days} 天";
    PlanHolds: "The schedule holds: all done on day {days}", "排程成立：第 {days} 天全部完成";
    PlanStep: "{order}, {product}, lot {lot}: {operation} (step {step})", "{order} {product} 第 {lot} 批：{operation}（第 {step} 步）";
    PlanMoved: "{count} operations moved:", "{count} 道工序有变动：";
    PlanNothingMoved: "Nothing moved", "没有变动";
    PlanMove: "  {what}: from {from} day {begin} to {to} day {then}, done {end}: {why}", "  {what}：由 {from} 第 {begin} 天改为 {to} 第 {then} 天，{end} 完成：{why}";
    PlanMoreMoves: "  and {count} more; --json lists all", "  另有 {count} 道；--json 列出全部";
    PlanMoreProblems: "and {count} more of this kind", "另有 {count} 个此类问题";
    PlanDropped: "{order}: {rows} operations of the kept schedule are no longer wanted and were dropped", "{order}：原排程中的 {rows} 道工序不再需要，已删去";
    PlanWhyDown: "{name} is closed then", "{name} 届时停用";
    PlanWhyWaits: "waits for {name}, which moved", "等待已变动的 {name}";
    PlanWhyBehind: "stands behind {name}, which moved", "排在已变动的 {name} 之后";
    PlanWhyRoom: "made room for {name}", "为 {name} 让位";
    PlanWhyBetter: "better date", "日期更早";
    PlanTitle: "{plant}: all done on day {days}", "{plant}：第 {days} 天全部完成";
    PlanNote: "One row a machine, one colour an order; hatched: set-up; grey: closed; framed in red: the lot is late. Days from the plant's epoch.", "每行一台机器，每种颜色一个订单；斜纹为换型，灰色为停用，红框为该批延误。天数自工厂起点计。";
    PlanLegend: "one column is {hours} h; a run begins with its order's name; {setup} set-up, {shut} closed, {idle} idle", "每列为 {hours} 小时；每段以订单名开头；{setup} 换型，{shut} 停用，{idle} 空闲";
    PlanBarTip: "{what}, day {from} to {to}", "{what}，第 {from} 至 {to} 天";
    PlanSetupTip: "set-up, day {from} to {to}", "换型，第 {from} 至 {to} 天";
    PlanShutTip: "closed, day {from} to {to}", "停用，第 {from} 至 {to} 天";
    GanttRow: "machine {machine}", "机器 {machine}";
    GanttTip: "job {job}, operation {operation}: {start} to {end}", "作业 {job} 工序 {operation}：{start} 至 {end}";
    GanttNote: "One row a machine, one colour a job; outlined: a critical path. Times in the unit of the instance.", "每行一台机器，每种颜色一个作业；描边为一条关键路径。时间单位同算例。";
    GanttLegend: "one column is {unit} units of time; one sign a job; . is idle", "每列为 {unit} 个时间单位；每个字符代表一个作业；. 为空闲";
    // Unit states (ISO 22400 / PackML)
    StateIdle: "Starved", "待料";
    StateExecute: "Working", "加工";
    StateSetup: "Set-up", "换型";
    StateBlocked: "Blocked", "堵塞";
    StateDown: "Down", "故障";
    StateMaintenance: "Maintenance", "保养";
    StateOff: "Off shift", "停班";
    // Vehicle states (VDI 2710)
    VehicleParked: "Parked", "停泊";
    VehicleEmpty: "Driving empty", "空驶";
    VehicleLoaded: "Driving loaded", "载货行驶";
    VehicleWaiting: "Waiting", "等待";
    VehicleHandling: "Loading and unloading", "装卸";
    VehicleCharging: "Charging", "充电";
    VehicleStopped: "Stopped", "停车";

    // Promises
    PromiseAbout: "Promise dates for orders: when, how sure, and what holds them", "为订单承诺交期：何时、把握多大、受何制约";
    PromiseOrdersHelp: "CSV file: order,product,quantity[,due][,priority]", "CSV 文件：order,product,quantity[,due][,priority]";
    PromisePathsHelp: "Simulated paths for the date, and as many for its probability; 0: the plan alone", "用于确定日期的仿真路径数，另用同样多条计算把握；0 表示只做计划";
    PromiseQuantileHelp: "The promised date is kept in so many of a hundred paths", "承诺日期在每百条路径中按期完成的条数";
    PromiseNoRoute: "no station does some step of it, so no date can be given; complete its route and the stations", "其某道工序没有工位承担，无法给出日期；请补全工艺路线与工位";
    PromiseNoSource: "no source lets it in for orders; give one orders = \"...\" instead of endless or arrivals", "没有入口按工单投放它；请为某个入口设置 orders = \"...\"，而不是 endless 或 arrivals";
    PromiseNoWeight: "its pieces have no weight; ask for a number of pieces", "其单件没有重量；请以件数询问";
    PromisePlan: "{order} ({product}): {lots} lots, done by plan on day {days}", "{order}（{product}）：{lots} 批，计划第 {days} 天完成";
    PromiseBinding: "  held by {name} [{stations}]: one more would bring it {gain} days sooner", "  受制于 {name} [{stations}]：增加一台可提前 {gain} 天";
    PromiseFlowTime: "  held by nothing but its own flow time", "  仅受自身流程时间制约";
    PromiseFull: "{order}: promised for day {days} (kept in {quantile} of 100 paths), half of it by day {half}; in {n} other paths kept in {share} % [{low} to {high} %]", "{order}：承诺第 {days} 天（每 100 条路径中 {quantile} 条按期），一半可在第 {half} 天前交付；另 {n} 条路径中按期 {share} % [{low} 至 {high} %]";
    PromiseDue: "  by day {days}, as asked: {share} % [{low} to {high} %] of {n} paths", "  按要求的第 {days} 天：{n} 条路径中 {share} % [{low} 至 {high} %]";
    PromiseBookHelp: "A book of promises: what holds in it is planned first; written with --quote or --confirm", "承诺簿：其中有效的承诺优先安排；配合 --quote 或 --confirm 写入";
    PromiseQuoteHelp: "Keep these promises in the book until then: a span from --at, or an instant; they run out unless confirmed", "将这些承诺作为报价写入承诺簿，保留到该时刻（自 --at 起的时长或时刻）；未确认则到期失效";
    PromiseConfirmHelp: "Keep these promises in the book for good", "将这些承诺作为确认写入承诺簿";
    PromiseAtHelp: "The present: a span from the plant's epoch, or an instant", "当前时刻：自工厂纪元起的时长，或时刻";
    PromiseNeedsBook: "name the book with --book", "请用 --book 指定承诺簿";
    PromiseBadTime: "write a span such as 3 d, or an RFC 3339 instant", "请写时长（例如 3 d）或 RFC 3339 时刻";
    PromiseHeld: "{held} promises of the book hold; {over} quotes have run out", "承诺簿中 {held} 项承诺有效；{over} 项报价已到期";
    PromiseAnew: "The plant is not as it was when the book was written: what is promised was planned anew, its dates stand", "工厂与承诺簿写入时不同：已承诺的工单已重新计划，承诺日期不变";
    PromiseKeptQuote: "{order}: in the book as a quote, until day {until}", "{order}：已作为报价写入承诺簿，有效至第 {until} 天";
    PromiseKeptFirm: "{order}: in the book, confirmed", "{order}：已作为确认写入承诺簿";
    PromiseAtRisk: "AT RISK {order}: promised for day {days}, now kept in {share} % [{low} to {high} %] of {n} paths", "有风险 {order}：承诺第 {days} 天，现在 {n} 条路径中按期 {share} % [{low} 至 {high} %]";
    PromiseStateQuoted: "quoted", "报价";
    PromiseStateExpired: "run out", "已到期";
    PromiseStateConfirmed: "confirmed", "已确认";
    PromiseStateWithdrawn: "withdrawn", "已撤回";
    PromiseStateKept: "done in time", "按期完成";
    PromiseStateLate: "done late", "延期完成";
    BookAbout: "A book of promises: what is in it, and how promises turned out", "承诺簿：内容，以及承诺的兑现情况";
    BookHelp: "The book, as fenhe promise --book wrote it", "fenhe promise --book 写出的承诺簿";
    BookConfirmHelp: "Make the quote of this order firm", "将该工单的报价转为确认";
    BookWithdrawHelp: "Take this order back; what it held is free again", "撤回该工单并释放其占用";
    BookDoneHelp: "CSV file: order,done - when orders were done", "CSV 文件：order,done，即工单完成的时刻";
    BookRow: "{order} ({product}, {quantity}): {state}, promised for day {days}{sure}", "{order}（{product}，{quantity}）：{state}，承诺第 {days} 天{sure}";
    BookSure: " at {share} % of {n} paths", "，{n} 条路径中按期 {share} %";
    BookUntil: ", until day {days}", "，有效至第 {days} 天";
    BookDone: ", done on day {days}", "，第 {days} 天完成";
    BookScore: "{kept} of {n} kept: {share} % [{low} to {high} %]; said was {stated} %; Brier score {brier}", "{n} 项中 {kept} 项按期：{share} % [{low} 至 {high} %]；当初所说为 {stated} %；Brier 评分 {brier}";
    BookBand: "  said {from} to {to} %: {n} promises, {stated} % said, {kept} % kept", "  所说 {from} 至 {to} %：{n} 项，平均所说 {stated} %，实际按期 {kept} %";
    BookNoScore: "No promise with a probability is over yet", "尚无带概率的承诺完结";
    PromiseNever: "{order}: too few simulated paths finish it; the plan's date alone stands", "{order}：完成它的仿真路径太少；仅以计划日期为准";
}
