use proptest::prelude::*;

use super::*;

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn first(calendar: &mut Calendar, from: Duration) -> Duration {
    let booking = calendar.first_free(from);
    calendar.book(booking);
    booking.at
}

fn latest(calendar: &mut Calendar, now: Duration, until: Duration) -> Duration {
    let booking = calendar.latest_free(now, until);
    calendar.book(booking);
    booking.at
}

#[test]
fn an_empty_calendar_gives_exactly_the_time_asked_for() {
    let mut calendar = Calendar::new(50);
    assert_eq!(first(&mut calendar, ms(1234)), ms(1234));
    assert_eq!(latest(&mut calendar, ms(0), ms(5678)), ms(5678));
}

#[test]
fn a_full_window_moves_polls_to_the_next() {
    let mut calendar = Calendar::new(50);
    assert_eq!(first(&mut calendar, ms(5)), ms(5));
    assert_eq!(first(&mut calendar, ms(5)), ms(20));
    assert_eq!(first(&mut calendar, ms(5)), ms(40));
    assert_eq!(first(&mut calendar, ms(70)), ms(70));
}

#[test]
fn final_polls_move_to_the_window_before() {
    let mut calendar = Calendar::new(50);
    let times: Vec<u128> = (0..3)
        .map(|_| latest(&mut calendar, ms(0), ms(1000)).as_millis())
        .collect();
    assert_eq!(times, [1000, 999, 979]);
}

#[test]
fn with_no_window_left_the_final_poll_is_late_rather_than_lost() {
    let mut calendar = Calendar::new(50);
    let times: Vec<u128> = (0..4)
        .map(|_| latest(&mut calendar, ms(0), ms(30)).as_millis())
        .collect();
    assert_eq!(times, [30, 19, 40, 60]);
    assert_eq!(latest(&mut calendar, ms(100), ms(90)), ms(100));
}

#[test]
fn a_cancelled_booking_is_free_again() {
    let mut calendar = Calendar::new(50);
    let booking = calendar.first_free(ms(5));
    calendar.book(booking);
    calendar.cancel(booking);
    assert_eq!(first(&mut calendar, ms(5)), ms(5));
}

#[test]
fn many_polls_a_second_share_windows() {
    let mut calendar = Calendar::new(10_000);
    assert_eq!((calendar.window, calendar.capacity), (ms(10), 100));
    assert!((0..100).all(|_| first(&mut calendar, ms(3)) == ms(3)));
    assert_eq!(first(&mut calendar, ms(3)), ms(10));
}

proptest! {
    /// No window ever holds more polls than its capacity.
    #[test]
    fn never_over_the_limit(
        per_second in 1..20_000u32,
        asked in proptest::collection::vec((any::<bool>(), 0..5000u64, 0..5000u64), 1..300),
    ) {
        let mut calendar = Calendar::new(per_second);
        for (is_final, now, wanted) in asked {
            let (now, wanted) = (ms(now), ms(wanted));
            let booking = if is_final { calendar.latest_free(now, wanted) } else { calendar.first_free(wanted) };
            prop_assert!(is_final || booking.at >= wanted);
            prop_assert!(!is_final || booking.at >= now || booking.window == calendar.window_of(now));
            prop_assert_eq!(calendar.window_of(booking.at), booking.window);
            calendar.book(booking);
        }
        prop_assert!(calendar.booked.values().all(|booked| *booked <= calendar.capacity));
    }
}
