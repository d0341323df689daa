//! The word somebody probably meant.

/// Returns the candidate closest to `word`, if one is close enough to be a slip.
pub(super) fn closest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if word.len() > 40 {
        return None;
    }
    let word = word.to_lowercase().replace('-', "_");
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Returns how many slips make `b` of `a`, by optimal string alignment: insertions, deletions, replacements and swaps of neighbours.
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let cost = usize::from(a[i - 1] != b[j - 1]);
                let best = (rows[i - 1][j] + 1)
                    .min(rows[i][j - 1] + 1)
                    .min(rows[i - 1][j - 1] + cost);
                let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                if swapped {
                    best.min(rows[i - 2][j - 2] + 1)
                } else {
                    best
                }
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let keys = [
            "identifiers",
            "expressions",
            "match",
            "expect",
            "expect_not",
            "where",
            "id",
        ];
        let check = |word: &str, expected: Option<&str>| assert_eq!(closest(word, keys), expected);
        check("identifers", Some("identifiers"));
        check("identifier", Some("identifiers"));
        check("Match", Some("match"));
        check("macth", Some("match"));
        check("expect-not", Some("expect_not"));
        check("exepct", Some("expect"));
        check("di", Some("id"));
        check("colour", None);
        check("", None);
        check(&"x".repeat(100_000), None);
    }
}
