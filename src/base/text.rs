//! Small matters of wording that every wing needs.

/// `1 character`, `2 characters`.
pub fn counted(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}
