//! Prefixes known in the file: of a stretch of code, and of a variable.

use std::collections::HashMap;
use std::ops::Range;

use super::code::{Call, Code};
use super::path;

/// What is in front of the paths declared at a place.
#[derive(Default)]
pub(super) struct Prefixes<'a> {
    regions: Vec<(Range<usize>, String)>,
    variables: HashMap<&'a str, String>,
}

impl<'a> Prefixes<'a> {
    /// Everything in a range of tokens gets a prefix, on top of the ones around it.
    pub(super) fn open(&mut self, range: Range<usize>, prefix: &str) {
        let whole = path::join(&self.at(range.start), prefix);
        self.regions.push((range, whole));
    }

    /// What is declared on a variable gets a prefix.
    pub(super) fn assign(&mut self, variable: &'a str, prefix: String) {
        self.variables.insert(variable, prefix);
    }

    /// A variable that is assigned anew has no prefix until something gives it one.
    pub(super) fn renew(&mut self, code: &Code<'a>, call: Call) {
        if let Some(variable) = code.assigned(call).filter(|_| code.begins_chain(call)) {
            self.variables.remove(variable);
        }
    }

    /// The prefix of a variable.
    pub(super) fn of(&self, variable: &str) -> Option<&str> {
        self.variables.get(variable).map(String::as_str)
    }

    /// The prefix at a token; tokens must be asked for in order.
    pub(super) fn at(&mut self, at: usize) -> String {
        while self.regions.pop_if(|(range, _)| range.end <= at).is_some() {}
        self.regions
            .iter()
            .rev()
            .find(|(range, _)| range.contains(&at))
            .map(|(_, prefix)| prefix.clone())
            .unwrap_or_default()
    }
}
