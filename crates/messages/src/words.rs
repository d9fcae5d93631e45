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
    SchemaAbout: "Print the JSON Schema of plant.toml", "输出 plant.toml 的 JSON Schema";
    SimulateAbout: "Simulate a plant and report throughput, states and the bottleneck", "仿真一个工厂，给出产量、状态与瓶颈";
    SweepAbout: "Simulate a plant for several values of one figure of its model", "对模型中的某个数值取多个值分别仿真";
    LayoutAbout: "Generate tracks (VDMA LIF 1.0) from a layout.toml", "由 layout.toml 生成车道（VDMA LIF 1.0）";
    DemoAbout: "Simulate the built-in PV cell plant and write its report", "仿真内置的光伏电池工厂并写出报告";
    LangHelp: "Language of the output: en or zh-CN (default: the locale)", "输出语言：en 或 zh-CN（默认取系统区域设置）";
    PlantHelp: "Plant folder", "工厂文件夹";
    ForHelp: "Measured time after the warm-up, e.g. 7d, 36h", "预热之后的统计时长，如 7d、36h";
    WarmUpHelp: "Time left out of the figures at the start, or auto", "开头不计入统计的时间，或 auto";
    ReplicationsHelp: "Independent runs", "独立重复次数";
    SeedHelp: "Seed of all randomness", "随机种子";
    ThreadsHelp: "Threads (default: all cores)", "线程数（默认全部核心）";
    JsonHelp: "Write the result as JSON to FILE, - for standard output", "把结果以 JSON 写入文件，- 为标准输出";
    HtmlHelp: "Write a self-contained HTML report to FILE", "把自包含的 HTML 报告写入文件";
    CsvHelp: "Write the tables as CSV files into DIR", "把各表以 CSV 写入目录";
    ParquetHelp: "Write the tables as Parquet files into DIR", "把各表以 Parquet 写入目录";
    PiecesHelp: "Write the history of every piece of the first replication to a Parquet FILE", "把首次重复中每个工件的历史写入 Parquet 文件";
    SetHelp: "Override a figure of the model, e.g. fleet.agv.count=90", "改写模型中的数值，如 fleet.agv.count=90";
    SweepValuesHelp: "Figure and its values, e.g. fleet.agv.count=60,80,100 or 60..140:10", "数值及取值，如 fleet.agv.count=60,80,100 或 60..140:10";
    OutHelp: "File to write (default: standard output)", "输出文件（默认标准输出）";
    LayoutFileHelp: "layout.toml", "layout.toml 文件";
    // Progress and summary
    Simulating: "Simulating", "正在仿真";
    SimulatedDays: "simulated days", "仿真天数";
    ProblemsFound: "{errors} errors and {warnings} warnings in {plant}", "{plant} 中有 {errors} 个错误、{warnings} 个警告";
    PlantGood: "{plant}: no problems ({stations} stations, {vehicles} vehicles, {nodes} nodes, {edges} edges)",
        "{plant}：没有问题（{stations} 个工位，{vehicles} 台车辆，{nodes} 个节点，{edges} 条边）";
    Remedy: "remedy", "处理";
    Error: "error", "错误";
    Warning: "warning", "警告";
    DidYouMean: "did you mean", "是否想写";
    CannotRead: "cannot read {what}: {why}", "无法读取 {what}：{why}";
    CannotWrite: "cannot write {what}: {why}", "无法写入 {what}：{why}";
    BadArgument: "{what}: {why}", "{what}：{why}";
    ReportWritten: "Report", "报告";
    AnswerHead: "Answer", "结论";
    AnswerTakt: "A finished piece leaves each line every {low} to {high} s (95 % interval, slowest line {line}); together {rate} good pieces an hour.",
        "各产线每 {low} 至 {high} 秒产出一件成品（95 % 置信区间，最慢产线 {line}）；合计每小时 {rate} 件良品。";
    AnswerRate: "{rate} good pieces leave the plant an hour (95 % interval {low} to {high}).",
        "工厂每小时产出 {rate} 件良品（95 % 置信区间 {low} 至 {high}）。";
    AnswerBottleneck: "What limits it: {station} - {evidence}.", "瓶颈：{station}——{evidence}。";
    EvidenceActive: "active {share} % of its time", "有 {share} % 的时间处于工作、换型、故障或保养";
    EvidenceNext: ", next {next} with {share} %", "，其次为 {next}（{share} %）";
    EvidenceBefore: "; stations before it are blocked {blocked} % and starved {starved} %", "；其前工位堵塞 {blocked} %、待料 {starved} %";
    EvidenceBehind: "; stations behind it are blocked {blocked} % and starved {starved} %", "；其后工位堵塞 {blocked} %、待料 {starved} %";
    AnswerFleet: "{vehicles} vehicles carry {rate} loads an hour; {busy} % of their time is work.",
        "{vehicles} 台车辆每小时搬运 {rate} 个载具，工作时间占 {busy} %。";
    AnswerTooShort: "Too short for a firm answer: the interval is {percent} % wide to each side. Let it run longer (--for) or more often (--replications).",
        "运行时间太短，结论不可靠：置信区间单侧宽度为 {percent} %。请延长时间（--for）或增加重复次数（--replications）。";
    AnswerUnsettled: "Not settled: work in progress changed by {percent} % from the first to the last quarter of the measured time. A longer warm-up (--warm-up) gives lasting figures.",
        "尚未达到稳定：在制品从测量时间的前四分之一到后四分之一变化了 {percent} %。请延长预热时间（--warm-up）。";
    AnswerSpeed: "{factor} times faster than real time on one core.", "单核速度为实时的 {factor} 倍。";
    AnswerReferee: "Referee: {count} violations of what must never happen.", "裁判：发现 {count} 次绝不允许发生的情形。";
    NoSafety: "Fenhe is not a safety function.", "汾河不承担任何安全功能。";
    // Report headings
    ReportTitle: "Simulation of {plant}", "{plant} 仿真报告";
    RunFacts: "Runs: {replications}, of {days} d each (first {warm} d left out), seed {seed}, digest {digest}",
        "重复 {replications} 次，每次 {days} 天（前 {warm} 天不计），种子 {seed}，摘要 {digest}";
    States: "States", "状态";
    Lines: "Lines", "产线";
    Line: "Line", "产线";
    Products: "Products", "产品";
    Product: "Product", "产品";
    Stations: "Stations", "工位";
    Station: "Station", "工位";
    Fleet: "Vehicles", "车辆";
    VehicleType: "Type", "类型";
    Count: "Number", "数量";
    OutputPerHour: "Good pieces / h", "良品 / 小时";
    Takt: "Takt [s]", "节拍 [秒]";
    TaktTarget: "Target [s]", "目标 [秒]";
    Output: "Good pieces", "良品数";
    Scrap: "Scrap", "报废";
    CycleTime: "Cycle time [h]", "生产周期 [小时]";
    CycleTimeHistogram: "Cycle time of good pieces", "良品生产周期分布";
    WorkInProgress: "Work in progress", "在制品";
    WorkInProgressOverTime: "Work in progress over time", "在制品随时间变化";
    Utilisation: "Utilisation", "利用率";
    TransportsPerHour: "Loads / h", "搬运次数 / 小时";
    TransportTime: "Transport time [s]", "搬运用时 [秒]";
    Bottleneck: "Bottleneck", "瓶颈";
    Congestion: "Congestion: waiting on the tracks", "拥堵：车道上的等待";
    CongestionNone: "No vehicle waited on the tracks.", "没有车辆在车道上等待。";
    QueueExcess: "Waited longer than allowed before a step", "工序前等待超限";
    Operation: "Operation", "工序";
    ExcessShare: "Share of pieces", "工件占比";
    Oee: "OEE (ISO 22400-2) and its terms", "设备综合效率 OEE（ISO 22400-2）及各项";
    Availability: "Availability", "可用率";
    Effectiveness: "Effectiveness", "性能效率";
    Quality: "Quality", "合格率";
    ConfidenceNote: "Figures are means over independent runs with 95 % confidence intervals (Student).",
        "数值为独立重复的均值及 95 % 置信区间（Student t）。";
    Hours: "h", "小时";
    BeyondLimit: "Beyond the limit, mean / most [h]", "超出上限，平均 / 最长 [小时]";
    Days: "d", "天";
    Pieces: "pieces", "件";
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
}
