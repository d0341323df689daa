//! Structures: code with holes (`jwt.sign($PAYLOAD, $$$)`), looked for node by node.
//!
//! `holes` finds the holes and fills them with names the grammar accepts, `reading` parses the
//! filled text into a row of steps, `search` takes these steps through another tree, where `place`
//! says how far it is.

mod holes;
mod place;
mod reading;
mod search;

use std::sync::OnceLock;

use super::language::Language;
use super::languages::DIALECTS;
use holes::Holes;
use reading::Reading;
pub use search::Same;

/// At most this many brackets inside one another.
pub const MAX_DEPTH: usize = 32;

/// A structure, read in each language when first looked for there.
#[derive(Debug)]
pub struct Structure {
    code: String,
    /// The only language it is meant in.
    language: Option<String>,
    readings: [OnceLock<Vec<Reading>>; DIALECTS.len()],
}

/// Why code is no structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StructureFlaw {
    /// What is wrong with it.
    pub kind: StructureFlawKind,
    /// How many bytes into the code.
    pub offset: usize,
}

/// What can be wrong with a structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StructureFlawKind {
    /// A hole and nothing else: it would hit everything.
    OnlyHole,
    /// No language takes it.
    Unparsed,
    /// It is several statements or expressions.
    Several,
    /// It holds a comment, which is never looked at.
    Comment,
    /// A hole is only part of a string or the like.
    Inside,
    /// Brackets stand too deep in one another.
    Deep,
}

impl Structure {
    /// Code with holes, meant in every language or in one.
    pub fn new(code: &str, language: Option<&str>) -> Self {
        Self {
            code: code.to_owned(),
            language: language.map(str::to_owned),
            readings: [const { OnceLock::new() }; DIALECTS.len()],
        }
    }

    /// Asks whether any of the languages takes the code.
    ///
    /// # Errors
    /// What says most: as a rule, that of the language that got farthest.
    pub fn check(code: &str, languages: &[Language]) -> Result<(), StructureFlaw> {
        let holes = Holes::of(code);
        if let Some(offset) = too_deep(code) {
            let kind = StructureFlawKind::Deep;
            return Err(StructureFlaw { kind, offset });
        }
        let mut worst: Option<StructureFlaw> = None;
        for language in languages {
            match reading::readings(*language, code, &holes) {
                Ok(_) => return Ok(()),
                Err(flaw) => {
                    let weight = |flaw: &StructureFlaw| {
                        (flaw.kind == StructureFlawKind::OnlyHole, flaw.offset)
                    };
                    if worst
                        .as_ref()
                        .is_none_or(|known| weight(&flaw) > weight(known))
                    {
                        worst = Some(flaw);
                    }
                }
            }
        }
        worst.map_or(Ok(()), Err)
    }

    /// The words every hit holds: those of the code outside its holes. Where a number ends and a
    /// word begins need not be told by a blank (`1if`), so what begins with a digit is none.
    pub fn words(code: &str) -> Vec<&str> {
        let pieces = Self::pieces(code).into_iter();
        let words = pieces
            .flat_map(|piece| piece.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')));
        let begins = |c: char| c.is_ascii_alphabetic() || c == '_';
        words.filter(|word| word.starts_with(begins)).collect()
    }

    /// The pieces of the code between its holes.
    pub fn pieces(code: &str) -> Vec<&str> {
        let mut at = 0;
        let mut pieces = Vec::new();
        for hole in Holes::of(code).iter() {
            pieces.push(code.get(at..hole.range.start).unwrap_or_default());
            at = hole.range.end;
        }
        pieces.push(code.get(at..).unwrap_or_default());
        pieces
    }

    fn readings(&self, language: Language) -> &[Reading] {
        let meant = |name: &String| language.goes_by(name);
        if !self.language.as_ref().is_none_or(meant) {
            return &[];
        }
        self.readings[language.index()].get_or_init(|| {
            let holes = Holes::of(&self.code);
            reading::readings(language, &self.code, &holes).unwrap_or_default()
        })
    }
}

/// Where brackets stand deeper in one another than anybody writes and parsers like.
fn too_deep(code: &str) -> Option<usize> {
    let mut depth = 0usize;
    code.bytes().position(|byte| {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > MAX_DEPTH
    })
}

#[cfg(test)]
mod tests;
