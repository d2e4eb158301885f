//! The limits of the figures: ratios to the code written by hand, and counts of allocations.

use crate::Cost;
use crate::cases::Case;

struct Limit {
    case: Case,
    /// The case that its instructions are compared with.
    to: Case,
    /// The goal for the ratio.
    goal: f64,
    /// The limit of the ratio: 3 to 5 % above the measured ratio, but no more than the goal, unless it varies.
    ratio: f64,
    allocations: u64,
}

const LIMITS: [Limit; 3] = [
    Limit {
        case: Case::Operation,
        to: Case::ByHand,
        goal: 0.98,
        ratio: 0.926,
        allocations: 61,
    },
    Limit {
        case: Case::Wait,
        // How many instructions a pause costs depends on the machine's load, so both have pauses.
        to: Case::ByHandWaiting,
        goal: 0.88,
        // The load of the machine changes it by up to 2 %.
        ratio: 0.91,
        // All tasks that wait for the PIN share the poll, which takes two.
        allocations: 54,
    },
    Limit {
        case: Case::DecodeModel,
        to: Case::DecodeByHand,
        goal: 1.1,
        ratio: 0.95,
        allocations: 12,
    },
];

/// Prints each figure beside its limit, and returns true if all are kept.
pub(crate) fn compare(costs: &[(Case, Cost)]) -> bool {
    let cost = |case| costs.iter().find(|(its, _)| *its == case).unwrap().1;
    let mut all_kept = true;
    for limit in &LIMITS {
        let (it, other) = (cost(limit.case), cost(limit.to));
        let ratio = it.instructions as f64 / other.instructions as f64;
        let is_kept = ratio <= limit.ratio && it.allocations <= limit.allocations;
        all_kept &= is_kept;
        println!(
            "{}: {ratio:.3} of {} (limit {:.3}, goal {:.2}), {} allocations (limit {}): {}",
            limit.case.name(),
            limit.to.name(),
            limit.ratio,
            limit.goal,
            it.allocations,
            limit.allocations,
            if is_kept { "kept" } else { "EXCEEDED" },
        );
    }
    all_kept
}
