//! What a run costs on R2: its operations by class, and the share of the free month that a run a day takes.

use super::Usage;

/// Class A operations that are free each month (<https://developers.cloudflare.com/r2/pricing/>).
const FREE_A: f64 = 1_000_000.0;
/// Class B operations that are free each month.
const FREE_B: f64 = 10_000_000.0;
/// A run a day.
const RUNS: f64 = 31.0;

/// One line on what was used.
pub fn line(usage: Usage) -> String {
    let Usage { class_a, class_b, free } = usage;
    let share = (f64::from(class_a) * RUNS / FREE_A).max(f64::from(class_b) * RUNS / FREE_B) * 100.0;
    let share = if share < 0.001 { "less than 0.001".to_owned() } else { format!("{share:.3}") };
    format!(
        "R2 operations: {class_a} class A, {class_b} class B, {free} free; a run a day takes {share} % of R2's free month."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_larger_share_counts() {
        let share = |class_a, class_b| line(Usage { class_a, class_b, free: 1 });
        assert!(
            share(3, 3).contains("3 class A, 3 class B, 1 free; a run a day takes 0.009 %"),
            "{}",
            share(3, 3)
        );
        assert!(share(0, 1000).contains(" 0.310 %"), "{}", share(0, 1000));
        assert!(share(0, 0).contains("less than 0.001 %"));
    }
}
