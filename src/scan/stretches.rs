//! What regexes under `identifiers` are held against: chains, specifiers, keys and headers as text.

use std::ops::Range;

use super::identifiers::normal_separator;
use super::modules;
use crate::syntax::{Parsed, Token, TokenKind};

/// Texts cut out of one file, each with a way back to the source.
#[derive(Debug, Default)]
pub(super) struct Stretches {
    text: Vec<u8>,
    segments: Vec<Segment>,
    pieces: Vec<Piece>,
    /// What a name may be spoken of without.
    sigils: &'static [char],
}

/// Part of a text that stands in the source as it is.
#[derive(Debug)]
struct Segment {
    /// In `Stretches::text`.
    at: Range<usize>,
    /// Where it starts in the source.
    source: usize,
    kind: TokenKind,
}

#[derive(Debug)]
struct Piece {
    text: Range<usize>,
    segments: Range<usize>,
}

/// One text.
#[derive(Debug)]
pub(super) struct Stretch<'a> {
    /// With sigils and a macro's `!`.
    pub text: &'a [u8],
    /// The part of it without them.
    pub bare: Range<usize>,
    offset: usize,
    segments: &'a [Segment],
}

impl Stretch<'_> {
    /// The source from the first byte of the first segment of a match to the match's end.
    pub(super) fn source_of(&self, matched: Range<usize>) -> Option<Range<usize>> {
        let (start, end) = (self.offset + matched.start, self.offset + matched.end);
        let first = self
            .segments
            .iter()
            .find(|segment| start < segment.at.end)?;
        let last = self
            .segments
            .iter()
            .rfind(|segment| segment.at.start < end)
            .unwrap_or(first);
        let begin = match first.kind {
            TokenKind::Module => {
                let module = self
                    .text
                    .get(first.at.start - self.offset..first.at.end - self.offset);
                let module = std::str::from_utf8(module.unwrap_or_default()).unwrap_or_default();
                modules::segment_at(module, start.saturating_sub(first.at.start))
            }
            _ => 0,
        };
        let begin = first.source + begin;
        let stop = last.source + end.min(last.at.end).saturating_sub(last.at.start);
        Some(begin..stop.max(begin + 1))
    }
}

impl Stretches {
    /// Member chains, module specifiers and quoted keys.
    pub(super) fn chains(source: &[u8], parsed: &Parsed) -> Self {
        let tokens = parsed.tokens();
        let mut all = Self::new(parsed);
        let mut open = false;
        for (at, token) in tokens.iter().enumerate() {
            let text = source.get(token.range.clone()).unwrap_or_default();
            let before = at.checked_sub(1).and_then(|at| tokens.get(at));
            match token.kind {
                TokenKind::Name => {
                    if !before.is_some_and(|token| open && token.kind == TokenKind::Separator) {
                        all.begin();
                        all.decorate(source, token, before);
                    }
                    all.push(text, token);
                    open = true;
                    continue;
                }
                TokenKind::Separator => {
                    let names = tokens
                        .get(at + 1)
                        .is_some_and(|next| next.kind == TokenKind::Name);
                    if names && !open {
                        all.begin();
                    }
                    if names {
                        let text = std::str::from_utf8(text).unwrap_or_default();
                        all.text
                            .extend_from_slice(normal_separator(text).as_bytes());
                        open = true;
                        continue;
                    }
                }
                TokenKind::Module | TokenKind::Key => {
                    all.begin();
                    all.push(text, token);
                }
                TokenKind::Other if open && text == b"!" => {
                    if before.is_some_and(|name| name.range.end == token.range.start) {
                        all.push(text, token);
                    }
                }
                TokenKind::Other | TokenKind::Text => {}
            }
            open = false;
        }
        all.close();
        all
    }

    /// Headers of definitions and imports, a statement each, white space folded. Comments in
    /// `source` are blank.
    pub(super) fn headers(source: &[u8], parsed: &Parsed) -> Self {
        let mut all = Self::new(parsed);
        let mut indent = 0;
        let mut end = None;
        for token in parsed.tokens() {
            if !token.in_header {
                end = None;
                continue;
            }
            let text = source.get(token.range.clone()).unwrap_or_default();
            let gap = end.map(|end| source.get(end..token.range.start).unwrap_or_default());
            let word = text
                .first()
                .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'@');
            let column = column(source, token.range.start);
            match gap.filter(|gap| !(word && column <= indent && gap.contains(&b'\n'))) {
                Some(gap) => all.text.extend(
                    gap.chunk_by(both_blank)
                        .map(folded)
                        .collect::<Vec<_>>()
                        .concat(),
                ),
                None => {
                    all.begin();
                    indent = column;
                }
            }
            if token.kind != TokenKind::Text {
                all.push(text, token);
            }
            end = Some(token.range.end).filter(|_| text != b";");
            if matches!(token.kind, TokenKind::Module | TokenKind::Key)
                && let Some(quote @ (b'\'' | b'"' | b'`' | b'>')) = source.get(token.range.end)
            {
                all.text.push(*quote);
                end = Some(token.range.end + 1);
            }
        }
        all.close();
        all
    }

    /// Each text in the order of the source.
    pub(super) fn iter(&self) -> impl Iterator<Item = Stretch<'_>> {
        self.pieces.iter().filter_map(|piece| {
            let text = self.text.get(piece.text.clone())?;
            let shown = std::str::from_utf8(text).unwrap_or_default();
            let end = shown.strip_suffix('!').unwrap_or(shown).len();
            Some(Stretch {
                text,
                bare: (shown.len() - shown.trim_start_matches(self.sigils).len()).min(end)..end,
                offset: piece.text.start,
                segments: self.segments.get(piece.segments.clone())?,
            })
        })
    }

    fn new(parsed: &Parsed) -> Self {
        Self {
            sigils: parsed.sigils(),
            ..Self::default()
        }
    }

    fn begin(&mut self) {
        self.close();
        let (text, segments) = (self.text.len(), self.segments.len());
        self.pieces.push(Piece {
            text: text..text,
            segments: segments..segments,
        });
    }

    fn close(&mut self) {
        if let Some(piece) = self.pieces.last_mut() {
            piece.text.end = self.text.len();
            piece.segments.end = self.segments.len();
        }
    }

    fn push(&mut self, text: &[u8], token: &Token) {
        let start = self.text.len();
        self.text.extend_from_slice(text);
        self.segments.push(Segment {
            at: start..self.text.len(),
            source: token.range.start,
            kind: token.kind,
        });
    }

    /// A decorator's `@` is part of what regexes see.
    fn decorate(&mut self, source: &[u8], name: &Token, before: Option<&Token>) {
        if let Some(sign) = before
            && sign.kind == TokenKind::Other
            && sign.range.end == name.range.start
            && source.get(sign.range.clone()) == Some(b"@")
        {
            self.push(b"@", sign);
        }
    }
}

fn both_blank(left: &u8, right: &u8) -> bool {
    left.is_ascii_whitespace() && right.is_ascii_whitespace()
}

/// A run of white space as one space, anything else as it is.
fn folded(run: &[u8]) -> &[u8] {
    if run.first().is_some_and(u8::is_ascii_whitespace) {
        b" "
    } else {
        run
    }
}

/// How far a token stands from the start of its line, in bytes.
fn column(source: &[u8], offset: usize) -> usize {
    let before = source.get(..offset).unwrap_or_default();
    before
        .iter()
        .rev()
        .take_while(|byte| **byte != b'\n')
        .count()
}
