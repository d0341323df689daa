//! Counts in words, as every sentence with a number in it needs them.

/// Counts things in words: `1 violation`, `3 violations`.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

/// How many things a line names.
const NAMED: usize = 10;

/// Names things in one line, of many the first few: `a, b and 7 more`.
pub fn listed(things: &[impl ToString]) -> String {
    let first = things.iter().take(NAMED).map(ToString::to_string);
    let line = first.collect::<Vec<_>>().join(", ");
    match things.len().saturating_sub(NAMED) {
        0 => line,
        more => format!("{line} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_a_few_and_counts_the_rest() {
        assert_eq!(listed(&["a"]), "a");
        assert_eq!(listed(&["a", "b"]), "a, b");
        assert_eq!(listed(&[7; 10]), "7, 7, 7, 7, 7, 7, 7, 7, 7, 7");
        assert_eq!(listed(&[7; 12]), "7, 7, 7, 7, 7, 7, 7, 7, 7, 7 and 2 more");
    }

    #[test]
    fn only_one_thing_is_singular() {
        assert_eq!(counted(0, "violation"), "0 violations");
        assert_eq!(counted(1, "violation"), "1 violation");
        assert_eq!(counted(2, "violation"), "2 violations");
    }
}
