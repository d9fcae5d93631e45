//! What an alarm says: what is wrong, what it leads to, what to do. A code without its sentences in both
//! languages does not compile.

use crate::{Lang, Sentence, fill};
use fenhe_contract::{AlarmCode, AlarmPriority, AlarmSource, AlarmState, ShelveWhy};

/// An alarm in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlarmText {
    /// What is wrong, short enough for a row of the list.
    pub what: String,
    /// What happens if nobody acts.
    pub consequence: String,
    /// What to do.
    pub action: String,
}

/// An alarm of `code` at the element named `source` (its kind comes from [`alarm_source`]).
pub fn alarm(code: AlarmCode, source: &str, lang: Lang) -> AlarmText {
    let [en, zh] = texts(code);
    let args = [("source", source.to_string())];
    let [what, consequence, action] = lang.pick(en, zh).map(|text| fill(text, &args));
    AlarmText {
        what,
        consequence,
        action,
    }
}

/// The same as problem and remedy, for lists that show both kinds.
pub fn alarm_sentence(code: AlarmCode, source: &str, lang: Lang) -> Sentence {
    let text = alarm(code, source, lang);
    Sentence {
        what: text.what,
        remedy: text.action,
    }
}

/// "and 19 more wait because of it"; nothing for none.
pub fn alarm_affected(count: usize, lang: Lang) -> Option<String> {
    let args = [("count", count.to_string())];
    let text = match count {
        1 => lang.pick("one more waits because of it", "另有 1 个单元因此等待"),
        _ => lang.pick(
            "{count} more wait because of it",
            "另有 {count} 个单元因此等待",
        ),
    };
    (count > 0).then(|| fill(text, &args))
}

/// What kind of element it is about.
pub fn alarm_source(source: AlarmSource, lang: Lang) -> &'static str {
    match source {
        AlarmSource::Plant => lang.pick("plant", "工厂"),
        AlarmSource::Vehicle(_) => lang.pick("vehicle", "车辆"),
        AlarmSource::Station(_) => lang.pick("station", "工位"),
        AlarmSource::Buffer(_) => lang.pick("port", "装卸口"),
        AlarmSource::Place(_) => lang.pick("place", "位置"),
        AlarmSource::Order(_) => lang.pick("order", "工单"),
    }
}

/// A priority.
pub fn alarm_priority(priority: AlarmPriority, lang: Lang) -> &'static str {
    match priority {
        AlarmPriority::Low => lang.pick("low", "低"),
        AlarmPriority::Medium => lang.pick("medium", "中"),
        AlarmPriority::High => lang.pick("high", "高"),
        AlarmPriority::Critical => lang.pick("critical", "紧急"),
    }
}

/// A state of ISA-18.2.
pub fn alarm_state(state: AlarmState, lang: Lang) -> &'static str {
    match state {
        AlarmState::Normal => lang.pick("normal", "正常"),
        AlarmState::Unacknowledged => lang.pick("active, not acknowledged", "报警中，未确认"),
        AlarmState::Acknowledged => lang.pick("active, acknowledged", "报警中，已确认"),
        AlarmState::Returned => lang.pick("over, not acknowledged", "已恢复，未确认"),
        AlarmState::Shelved => lang.pick("shelved", "已搁置"),
        AlarmState::Suppressed => {
            lang.pick("suppressed: explained by another", "已抑制：由其他报警引起")
        }
        AlarmState::OutOfService => lang.pick("out of service", "停用"),
    }
}

/// A reason for shelving.
pub fn shelve_why(why: ShelveWhy, lang: Lang) -> &'static str {
    match why {
        ShelveWhy::BeingRepaired => lang.pick("somebody is working on it", "正在处理"),
        ShelveWhy::FalseReport => lang.pick("the report is wrong", "误报"),
        ShelveWhy::WaitingForPart => lang.pick("waiting for a part", "等待备件"),
        ShelveWhy::Trial => lang.pick("a trial is under way", "试验中"),
        ShelveWhy::Nuisance => lang.pick("it comes and goes and tells nothing", "反复出现且无意义"),
    }
}

#[rustfmt::skip]
fn texts(code: AlarmCode) -> [[&'static str; 3]; 2] {
    match code {
        AlarmCode::LinkLost => [
            ["{source} cannot be heard", "a vehicle keeps the track it stands on and others queue behind it; what a station does is not known", "look whether it has power and network; restart it where it stands, or move a vehicle off the track by hand"],
            ["{source} 失去通信", "车辆继续占用所在车道，其他车辆在后面排队；工位的状况不明", "检查电源与网络；就地重启，车辆可人工移出车道"]],
        AlarmCode::Held => [
            ["{source} stands and cannot go on", "vehicles queue behind it and stations run dry", "go there: clear what is in its way, or reset its fault"],
            ["{source} 停住，无法继续行驶", "后方车辆排队，工位将待料", "到现场清除障碍，或复位其故障"]],
        AlarmCode::NotAnswering => [
            ["{source} is connected and does not do what it is told", "its work is not done and it may stand in the way", "look at its display; if it is under manual control, give it back; else restart it"],
            ["{source} 已连接但不执行指令", "任务无法完成，并可能阻挡通道", "查看车上显示；若处于手动模式请交还控制，否则重启"]],
        AlarmCode::Isolated => [
            ["{source} is isolated: it broke the rules of the link too often", "it gets no orders and keeps the track it stands on", "read the named reason, mend its software or settings, then readmit it"],
            ["{source} 已被隔离：多次违反通信规则", "不再向它下达任务，它继续占用所在车道", "查看所列原因，修正其软件或设置后重新接纳"]],
        AlarmCode::WaitsTooLong => [
            ["{source} waits too long for right of way", "vehicles may have locked each other; the jam will grow", "look who stands before it; move one of them by hand if they wait for each other"],
            ["{source} 等待通行权过久", "车辆可能互相锁死，拥堵将扩大", "查看其前方车辆；若互相等待，人工移开其中一台"]],
        AlarmCode::BatteryLow => [
            ["{source} is low and not on a charger", "it will stop on the track with an empty battery", "bring it to a charger, by hand if it cannot drive"],
            ["{source} 电量过低且未在充电位", "它将因电池耗尽停在车道上", "送往充电位；无法行驶时人工推送"]],
        AlarmCode::Stranded => [
            ["{source} has a load and nowhere to bring it", "the vehicle is out of work until a place is free", "free a place for the load, or take it off by hand and say so"],
            ["{source} 载有货物但无处可送", "在有空位之前该车无法工作", "腾出位置，或人工卸下并登记"]],
        AlarmCode::LoadInDoubt => [
            ["where the load of {source} is, is not certain", "both places stay taken and the load is not used", "look where the load is and confirm it"],
            ["{source} 的货物位置存疑", "两处位置都保持占用，货物不能使用", "到现场查明货物位置并确认"]],
        AlarmCode::HandFailed => [
            ["taking or giving a load fails at {source}", "the load is not moved; the port behind it runs dry or fills up", "look at the place: load askew, sensor, door or handshake"],
            ["{source} 取放货失败", "货物无法搬运，其后的装卸口将待料或堵满", "检查该位置：货物歪斜、传感器、门或握手信号"]],
        AlarmCode::NotFetched => [
            ["a load at {source} has not been fetched for too long", "the port fills up and its station stops", "look whether vehicles are available and can come there"],
            ["{source} 的货物长时间无车来取", "装卸口堵满后其工位停机", "检查是否有可用车辆以及能否到达"]],
        AlarmCode::StationDown => [
            ["{source} is down", "stations behind it run dry, those before it are blocked", "call maintenance; look at the machine's own alarm"],
            ["{source} 故障停机", "其后工位待料，其前工位堵塞", "通知维修，查看设备自身报警"]],
        AlarmCode::Starved => [
            ["{source} has nothing to work on though a load is promised", "its output is lost", "look where the promised load is"],
            ["{source} 待料，已派送的货物未到", "产量损失", "查看已派送货物的位置"]],
        AlarmCode::Blocked => [
            ["{source} cannot give away what it has done", "its output is lost", "look at the port or the machine behind it: no empty carrier, or nobody takes"],
            ["{source} 堵塞，成品无法送出", "产量损失", "检查其后的装卸口或设备：缺空载具或无人取走"]],
        AlarmCode::JournalSlow => [
            ["the journal is slow", "every decision waits for it; vehicles stand longer at each node", "look at the disk or the database: other load, free space, its own log"],
            ["日志写入缓慢", "每个决策都要等待，车辆在各节点停留更久", "检查磁盘或数据库：其他负载、剩余空间及其日志"]],
        AlarmCode::JournalFull => [
            ["the journal cannot be written", "nothing is decided any more; vehicles finish what they were told and stand", "free space on the disk or bring the database back; the plant goes on by itself"],
            ["日志无法写入", "不再做任何决策，车辆完成已收到的指令后停住", "释放磁盘空间或恢复数据库，之后自动继续"]],
        AlarmCode::BrokerLost => [
            ["the broker is away", "no vehicle can be heard or told anything; all finish their base and stand", "start the broker or mend the network; the fleet goes on by itself"],
            ["消息代理中断", "无法与任何车辆通信，车辆行至已授权路段末端后停住", "启动消息代理或恢复网络，之后车队自动继续"]],
        AlarmCode::ClockJump => [
            ["the wall clock jumped", "dates of orders and reports may be wrong; timers are not touched", "look at the time service and the order dates"],
            ["系统时钟跳变", "订单日期与报表可能有误，定时不受影响", "检查时间服务与订单日期"]],
        AlarmCode::Diverged => [
            ["{source} does not behave as the model says", "dates promised and plans made from the model are wrong", "look at what changed, then calibrate the model anew"],
            ["{source} 的实际表现偏离模型", "据此承诺的交期与计划不再可靠", "查明变化，然后重新标定模型"]],
        AlarmCode::PromiseAtRisk => [
            ["{source} will probably miss the date that was promised", "the customer waits", "look at what holds it; raise its priority, split it, or tell the customer"],
            ["{source} 很可能赶不上已承诺的日期", "客户将要等待", "查看受何制约：提高优先级、分批交付，或通知客户"]],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alarm_says_three_things_in_both_languages_and_they_differ() {
        for code in AlarmCode::ALL {
            let [en, zh] = Lang::ALL.map(|lang| alarm(code, "V 7", lang));
            for (en, zh) in [
                (&en.what, &zh.what),
                (&en.consequence, &zh.consequence),
                (&en.action, &zh.action),
            ] {
                assert!(!en.trim().is_empty() && en != zh, "{code:?}");
                assert!(en.is_ascii(), "{code:?}: {en}");
                assert!(zh.chars().any(|c| c >= '\u{4e00}'), "{code:?}: {zh}");
                assert!(!en.contains('{') && !zh.contains('{'), "{code:?}");
                assert_eq!(en.contains("V 7"), zh.contains("V 7"), "{code:?}");
            }
        }
    }

    #[test]
    fn each_code_and_state_has_words_of_its_own() {
        for lang in Lang::ALL {
            let mut seen: Vec<String> = Vec::new();
            seen.extend(AlarmCode::ALL.map(|code| alarm(code, "x", lang).what));
            seen.extend(AlarmState::ALL.map(|state| alarm_state(state, lang).to_string()));
            seen.extend(AlarmPriority::ALL.map(|p| alarm_priority(p, lang).to_string()));
            seen.extend(ShelveWhy::ALL.map(|why| shelve_why(why, lang).to_string()));
            let all = seen.len();
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), all, "{lang:?}");
        }
    }

    #[test]
    fn a_jam_says_how_many_wait() {
        assert_eq!(alarm_affected(0, Lang::En), None);
        let nineteen = alarm_affected(19, Lang::Zh);
        assert_eq!(nineteen.as_deref(), Some("另有 19 个单元因此等待"));
    }
}
