use std::time::{Duration, SystemTime};

use chrono::{DateTime, NaiveDateTime, Utc};

/// Reads how long a Retry-After header (RFC 9110, section 10.2.3) asks to wait: a number of seconds, or a date.
///
/// Returns zero for a date in the past, and `None` for any other text.
pub(crate) fn parse(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a u64 holds mean a very long wait.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    // Subtracts dates, because not every date fits a SystemTime.
    let pause = parse_date(value)? - DateTime::<Utc>::from(now);
    Some(pause.to_std().unwrap_or(Duration::ZERO))
}

/// Reads the date of a response.
pub(crate) fn date(value: &str) -> Option<SystemTime> {
    parse_date(value.trim()).map(SystemTime::from)
}

/// Reads the three date formats of RFC 9110, section 5.6.7. The last two are obsolete, but must be accepted.
fn parse_date(text: &str) -> Option<DateTime<Utc>> {
    [
        "%a, %d %b %Y %H:%M:%S GMT",
        "%A, %d-%b-%y %H:%M:%S GMT",
        "%a %b %e %H:%M:%S %Y",
    ]
    .iter()
    .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
    .map(|date| date.and_utc())
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, NaiveTime};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(value in ".{0,40}", seconds in any::<u32>()) {
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.into());
            let _ = parse(&value, now);
        }

        #[test]
        fn a_date_is_as_far_ahead_as_its_seconds(now in 0..4_000_000_000_u64, ahead in 0..1_000_000_u64) {
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(now);
            let ahead = Duration::from_secs(ahead);
            let date = DateTime::<Utc>::from(now + ahead).format("%a, %d %b %Y %H:%M:%S GMT");
            prop_assert_eq!(parse(&date.to_string(), now), Some(ahead));
            prop_assert_eq!(parse(&ahead.as_secs().to_string(), now), Some(ahead));
        }
    }

    #[test]
    fn years_far_outside_the_range_of_clocks() {
        let now = SystemTime::UNIX_EPOCH;
        let read = |year| {
            let date = NaiveDate::from_ymd_opt(year, 1, 1)?.and_time(NaiveTime::MIN);
            parse(&date.format("%a, %d %b %Y %H:%M:%S GMT").to_string(), now)
        };
        assert_eq!(read(-5000), Some(Duration::ZERO));
        assert!(read(99_999) > Some(Duration::from_secs(3_000_000_000_000)));
    }

    #[test]
    fn seconds_and_dates() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (value, wait) in [
            ("30", Some(Duration::from_secs(30))),
            (" 0 ", Some(Duration::ZERO)),
            (
                "99999999999999999999999",
                Some(Duration::from_secs(u64::MAX)),
            ),
            (
                "Sun, 06 Nov 1994 08:50:00 GMT",
                Some(Duration::from_secs(23)),
            ),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(Duration::ZERO)),
            (
                "Sunday, 06-Nov-94 08:50:00 GMT",
                Some(Duration::from_secs(23)),
            ),
            ("Sun Nov  6 08:50:00 1994", Some(Duration::from_secs(23))),
            ("Mon, 06 Nov 1994 08:50:00 GMT", None),
            ("Sun, 32 Nov 1994 08:50:00 GMT", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(parse(value, now), wait, "{value:?}");
        }
    }
}
