//! What no answer of git-plan's may ever hold.

/// Words that would make an error a trap for those who paste what they are told.
pub(super) const NEVER_ADVISED: [&str; 18] = [
    " rm ",
    "'rm ",
    " unlink ",
    " truncate ",
    "--force",
    "push -f",
    "--no-verify",
    "reset --hard",
    "git clean",
    "checkout -f",
    "checkout --",
    "checkout .",
    "git restore",
    "stash drop",
    "stash clear",
    "branch -D",
    "update-ref -d",
    "--prune=now",
];

/// Reports whether a terminal would act on `c` or hide it; line breaks and tabs are layout.
pub(super) const fn drives_a_terminal(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{61c}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
