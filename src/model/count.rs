//! Counts in words, as every sentence with a number in it needs them.

/// Counts things in words: `1 violation`, `3 violations`.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_thing_is_singular() {
        assert_eq!(counted(0, "violation"), "0 violations");
        assert_eq!(counted(1, "violation"), "1 violation");
        assert_eq!(counted(2, "violation"), "2 violations");
    }
}
