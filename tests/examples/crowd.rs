//! Many sign-ins that wait on one client: `cargo run --release -p plex-api-tests --example crowd -- 10000 10000`.
//!
//! The arguments are the number of sign-ins and the polls per second that the client may send. An emulator in this process
//! answers. After ten seconds the users of a hundred sign-ins agree, spread over ten seconds; the program ends when all of
//! their tokens have arrived, and prints how long that took and how often the others were polled.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for measuring"
)]

use std::collections::HashMap;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::{self, FuturesUnordered};
use plex_api::{Identity, Link, PlexApi};
use plex_tv_emulator::{Emulator, Operation};

const AGREEING: usize = 100;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .map(|argument| argument.parse::<u32>().unwrap());
    let count = arguments.next().unwrap_or(10_000) as usize;
    let per_second = arguments.next().unwrap_or(10_000);
    let emulator = Emulator::builder().record(2_000_000).start().await.unwrap();
    let plex = PlexApi::builder(Identity::new("crowd"))
        .base_url(emulator.base_url())
        .polls_per_second(per_second)
        .build()
        .unwrap();

    let began = Instant::now();
    let links: Vec<Link> = stream::iter(0..count)
        .map(|_| plex.start_link())
        .buffer_unordered(50)
        .map(Result::unwrap)
        .collect()
        .await;
    println!(
        "{count} sign-ins started in {:.1} s",
        began.elapsed().as_secs_f64()
    );
    emulator.clear_requests();

    let began = Instant::now();
    let agreed = std::cell::RefCell::new(HashMap::new());
    let users = async {
        tokio::time::sleep(Duration::from_secs(10)).await;
        for link in links.iter().step_by((count / AGREEING).max(1)) {
            emulator.approve(link.code().as_str()).await.unwrap();
            agreed.borrow_mut().insert(link.pin_id(), Instant::now());
            tokio::time::sleep(Duration::from_secs(10) / AGREEING as u32).await;
        }
    };
    let waits = async {
        let wait = async |link: &Link| (link.pin_id(), plex.wait_for_token(link).await);
        let mut waits: FuturesUnordered<_> = links.iter().map(wait).collect();
        let mut delays = Vec::new();
        while delays.len() < AGREEING.min(count) {
            let (pin, token) = waits.next().await.unwrap();
            token.unwrap();
            delays.push(agreed.borrow()[&pin].elapsed());
        }
        delays
    };
    let (mut delays, ()) = tokio::join!(waits, users);
    delays.sort();
    println!(
        "{} tokens arrived: median {:.2} s after the user agreed, slowest {:.2} s",
        delays.len(),
        delays[delays.len() / 2].as_secs_f64(),
        delays[delays.len() - 1].as_secs_f64()
    );
    let seconds = began.elapsed().as_secs_f64();
    let mut polls: HashMap<String, usize> = HashMap::new();
    for request in emulator
        .requests()
        .iter()
        .filter(|request| request.operation == Some(Operation::GetPin))
    {
        *polls.entry(request.path.clone()).or_default() += 1;
    }
    let total: usize = polls.values().sum();
    let (least, most) = (polls.values().min(), polls.values().max());
    println!(
        "{total} polls in {seconds:.1} s ({:.0} a second); {} sign-ins polled, from {} to {} times",
        total as f64 / seconds,
        polls.len(),
        least.unwrap(),
        most.unwrap()
    );
}
