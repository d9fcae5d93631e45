//! When a server works: the intervals of its calendar. Work that is not done at the end of a shift goes on in the next.

use fenhe_contract::*;
use fenhe_plant::Calendar;

/// Working hours; always, without a calendar.
#[derive(Clone, Default, Debug)]
pub struct Hours(pub Option<Calendar>);

impl Hours {
    /// The first working time from then on.
    pub fn open(&self, at: Time) -> Time {
        let Some((calendar, round)) = self.round(at) else {
            return at;
        };
        let into = at - round;
        let on = calendar.on.iter().find(|(_, to)| *to > into);
        match on {
            Some((from, _)) => round + (*from).max(into),
            None => round + calendar.period + calendar.on[0].0,
        }
    }

    /// When so much work that begins then is done.
    pub fn after(&self, begin: Time, work: Span) -> Time {
        if self.round(begin).is_none() {
            return begin + work;
        }
        let (mut at, mut left) = (self.open(begin), work);
        loop {
            let Some((calendar, round)) = self.round(at) else {
                return at + left;
            };
            let into = at - round;
            let on = calendar.on.iter().find(|(_, to)| *to > into);
            let Some((_, to)) = on else {
                at = self.open(at);
                continue;
            };
            let here = *to - into;
            if left <= here {
                return at + left;
            }
            left -= here;
            at = self.open(round + *to);
        }
    }

    /// The calendar, if it is ever off, and the begin of its round at a time.
    fn round(&self, at: Time) -> Option<(&Calendar, Time)> {
        let calendar = self.0.as_ref()?;
        let whole = matches!(calendar.on.as_slice(), [(Span::ZERO, to)] if *to == calendar.period);
        if whole || calendar.on.is_empty() || calendar.period.0 <= 0 {
            return None;
        }
        Some((calendar, Time(at.0 - at.0.rem_euclid(calendar.period.0))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn work_pauses_between_shifts() {
        let on = [
            (Span::hours(8), Span::hours(12)),
            (Span::hours(13), Span::hours(17)),
        ];
        let hours = Hours(Some(Calendar {
            name: "day".to_string(),
            period: Span::hours(24),
            on: on.to_vec(),
        }));
        let at = |hour: i64| Time::ZERO + Span::hours(hour);
        assert_eq!(hours.open(at(3)), at(8));
        assert_eq!(hours.open(at(12)), at(13));
        assert_eq!(hours.open(at(18)), at(32));
        assert_eq!(hours.after(at(10), Span::hours(2)), at(12));
        assert_eq!(hours.after(at(10), Span::hours(4)), at(15));
        assert_eq!(hours.after(at(16), Span::hours(10)), at(24 + 24 + 9));
        assert_eq!(Hours(None).after(at(3), Span::hours(1)), at(4));
    }
}
