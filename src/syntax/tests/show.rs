//! Tokens as one line of text.

use super::*;

/// The tokens, line breaks as `~`; what is no plain code is marked with a letter.
pub(super) fn show(path: &str, source: &str) -> String {
    let parsed = parse(path, source);
    let shown: Vec<String> = parsed
        .tokens()
        .iter()
        .map(|token| {
            let text = &source[token.range.clone()];
            match token.kind {
                TokenKind::Module => format!("m<{text}>"),
                TokenKind::Key => format!("k<{text}>"),
                TokenKind::Text => format!("t<{text}>"),
                _ => text.to_owned(),
            }
        })
        .collect();
    shown.join(" ").replace('\n', "~")
}

/// The names and what joins them, without the rest.
pub(super) fn chains(path: &str, source: &str) -> String {
    let parsed = parse(path, source);
    let mut shown = String::new();
    let mut joined = true;
    for token in parsed.tokens() {
        let text = &source[token.range.clone()];
        match token.kind {
            TokenKind::Name => {
                if !joined {
                    shown.push(' ');
                }
                shown.push_str(text);
                joined = false;
            }
            TokenKind::Separator => {
                shown.push_str(text);
                joined = true;
            }
            _ => joined = false,
        }
    }
    shown
}

pub(super) fn header(path: &str, source: &str) -> String {
    let parsed = parse(path, source);
    let words: Vec<&str> = parsed
        .tokens()
        .iter()
        .filter(|token| token.in_header)
        .map(|token| &source[token.range.clone()])
        .collect();
    words.join(" ")
}

pub(super) fn comments(path: &str, source: &str) -> Vec<String> {
    let parsed = parse(path, source);
    let text = |range: &std::ops::Range<usize>| source[range.clone()].to_owned();
    parsed.comments().iter().map(text).collect()
}
