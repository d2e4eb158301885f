use std::pin::pin;

use futures_util::future::join_all;
use futures_util::poll;
use tokio::time::{sleep, timeout};

use super::*;

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// Takes a permit in any event.
async fn permit(limiter: &RateLimiter, due: Instant) -> Permit<'_> {
    let far = Instant::now() + Duration::from_secs(3600);
    limiter.permit(due, far, || true).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn permits_come_at_the_rate() {
    for per_second in [1, 50, 3_000] {
        let limiter = RateLimiter::new(per_second, 10_000);
        let began = Instant::now();
        let mut times = Vec::new();
        while began.elapsed() < Duration::from_secs(3) {
            drop(permit(&limiter, began).await);
            times.push(began.elapsed());
        }
        for first in &times {
            let is_within = |time: &&Duration| **time >= *first && **time - *first < ms(1000);
            let count = times.iter().filter(is_within).count();
            assert!(
                count <= per_second as usize * 102 / 100 + 1,
                "{count} for {per_second}"
            );
        }
        assert!(
            times.len() >= per_second as usize * 3 * 95 / 100,
            "{}",
            times.len()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn permits_that_nobody_took_are_not_saved_up() {
    let limiter = RateLimiter::new(100, 10_000);
    drop(permit(&limiter, Instant::now()).await);
    sleep(ms(5000)).await;
    let began = Instant::now();
    for _ in 0..50 {
        drop(permit(&limiter, began).await);
    }
    assert!(began.elapsed() > ms(450), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn the_poll_that_has_been_due_for_longest_is_first() {
    let limiter = RateLimiter::new(10, 10);
    let now = Instant::now();
    drop(permit(&limiter, now).await);
    let order = Mutex::new(Vec::new());
    let waiters = [30, 10, 20, 0].map(|due| {
        let (limiter, order) = (&limiter, &order);
        async move {
            drop(permit(limiter, now + ms(due)).await);
            order.lock().unwrap().push(due);
        }
    });
    join_all(waiters).await;
    assert_eq!(order.into_inner().unwrap(), [0, 10, 20, 30]);
}

#[tokio::test(start_paused = true)]
async fn no_more_polls_are_in_flight_than_allowed() {
    let limiter = RateLimiter::new(1_000, 2);
    let now = Instant::now();
    let held = [permit(&limiter, now).await, permit(&limiter, now).await];
    let third = limiter.permit(now, now + ms(500), || true);
    assert!(third.await.is_none());
    let mut fourth = pin!(permit(&limiter, now));
    assert!(poll!(&mut fourth).is_pending());
    drop(held);
    timeout(ms(5), fourth).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_waiter_that_leaves_keeps_nothing() {
    let limiter = RateLimiter::new(1, 2);
    let now = Instant::now();
    drop(permit(&limiter, now).await);
    for _ in 0..100 {
        assert!(limiter.permit(now, now + ms(10), || true).await.is_none());
        assert!(timeout(ms(1), permit(&limiter, now)).await.is_err());
    }
    assert!(limiter.queue().waiting.is_empty());
    sleep(ms(1000)).await;
    let began = Instant::now();
    drop(permit(&limiter, now).await);
    assert!(began.elapsed() < ms(5));
}

#[tokio::test(start_paused = true)]
async fn a_waiter_whose_poll_is_no_longer_wanted_takes_no_permit() {
    let limiter = RateLimiter::new(10, 2);
    let now = Instant::now();
    drop(permit(&limiter, now).await);
    let unwanted = limiter.permit(now, now + ms(1000), || now.elapsed() < ms(50));
    let (unwanted, other) = tokio::join!(unwanted, permit(&limiter, now + ms(1)));
    assert!(unwanted.is_none());
    drop(other);
    assert!(now.elapsed() < ms(110), "{:?}", now.elapsed());
}

#[tokio::test(start_paused = true)]
async fn futures_that_are_not_polled_block_no_other() {
    let limiter = RateLimiter::new(20, 2);
    let now = Instant::now();
    drop(permit(&limiter, now).await);
    // They have registered, and are never polled again.
    let mut held: Vec<_> = (0..5).map(|_| Box::pin(permit(&limiter, now))).collect();
    for future in &mut held {
        assert!(poll!(future).is_pending());
    }
    for waiters in [1, 3] {
        let began = Instant::now();
        join_all((0..waiters).map(|_| async { drop(permit(&limiter, Instant::now()).await) }))
            .await;
        assert!(began.elapsed() < ms(2500), "{:?}", began.elapsed());
    }
    // They have lost their places, so the full rate is back.
    let began = Instant::now();
    for _ in 0..20 {
        drop(permit(&limiter, Instant::now()).await);
    }
    assert!(began.elapsed() < ms(1500), "{:?}", began.elapsed());
    // When they are polled again, they get their permits.
    timeout(ms(5000), async {
        for future in held {
            drop(future.await);
        }
    })
    .await
    .unwrap();
}

#[tokio::test(start_paused = true)]
async fn futures_that_are_not_polled_block_no_other_when_responses_are_slow() {
    let limiter = RateLimiter::new(1_000, 2);
    let now = Instant::now();
    let held = [permit(&limiter, now).await, permit(&limiter, now).await];
    let mut frozen = [0, 1].map(|ahead| Box::pin(permit(&limiter, now + ms(ahead))));
    for future in &mut frozen {
        assert!(poll!(future).is_pending());
    }
    let mut last = pin!(permit(&limiter, now + ms(2)));
    assert!(timeout(ms(1000), &mut last).await.is_err());
    drop(held);
    timeout(ms(1000), last).await.unwrap();
}
