//! Annotations, decorators and attributes, with what they stand on.

use std::ops::Range;

use super::code::{Call, Code};
use super::value::{Literal, UNKNOWN};

/// How a language writes annotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `@Name(…)`.
    At,
    /// `[Name(…), Name]`.
    Brackets,
    /// `#[Name(…), Name]`.
    Hash,
}

/// One annotation, by the places of its tokens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Annotation {
    /// The last segment of its name.
    pub name: usize,
    /// Its arguments.
    pub call: Option<Call>,
}

/// All annotations of one class or member.
#[derive(Debug)]
pub(super) struct Group {
    pub annotations: Vec<Annotation>,
    pub target: Target,
}

/// What annotations stand on.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A class: its name and the tokens of its body.
    Class { name: usize, body: Range<usize> },
    /// Anything else: the first call-like name after it, which for a method is its own.
    Member { name: Option<usize> },
}

pub(super) const CLASS_WORDS: [&str; 6] =
    ["class", "interface", "object", "record", "struct", "trait"];

const MODIFIERS: [&str; 17] = [
    "abstract",
    "async",
    "data",
    "declare",
    "default",
    "export",
    "final",
    "internal",
    "open",
    "partial",
    "private",
    "protected",
    "public",
    "readonly",
    "sealed",
    "static",
    "unsafe",
];

/// How many tokens the header of a class may have.
const HEADER_LIMIT: usize = 512;

/// How far after its annotations a member's name is looked for.
const NAME_LIMIT: usize = 48;

/// All groups in order.
pub(super) fn groups(code: &Code<'_>, style: Style) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut at = 0;
    while at < code.len() {
        let mut annotations = Vec::new();
        let mut after = at;
        while let Some(next) = read(code, style, after, &mut annotations) {
            after = next;
        }
        if after == at {
            at += 1;
            continue;
        }
        let target = target(code, after);
        groups.push(Group {
            annotations,
            target,
        });
        at = after;
    }
    groups
}

/// Reads what starts at a token; returns where it ends.
fn read(code: &Code<'_>, style: Style, at: usize, found: &mut Vec<Annotation>) -> Option<usize> {
    match style {
        Style::At => {
            if code.text(at) != "@" || !code.is_name(at + 1) {
                return None;
            }
            let mut name = at + 1;
            while code.is_separator(name + 1) && code.is_name(name + 2) {
                name += 2;
            }
            let call = code.call(name);
            found.push(Annotation { name, call });
            Some(call.map_or(name, |call| call.close) + 1)
        }
        Style::Brackets => {
            let statement_starts = matches!(
                code.text(code.before(at)),
                "" | "{" | "}" | ";" | "]" | "," | "("
            );
            let open = Some(at).filter(|_| code.text(at) == "[" && statement_starts)?;
            listed(code, open, found)
        }
        Style::Hash => match code.text(at) {
            "#[" => listed(code, at, found),
            "#" if code.text(at + 1) == "[" => listed(code, at + 1, found),
            _ => None,
        },
    }
}

fn listed(code: &Code<'_>, open: usize, found: &mut Vec<Annotation>) -> Option<usize> {
    let close = code.partner(open).filter(|close| *close > open)?;
    for element in code.elements(open, close) {
        let mut name = element.start;
        if !code.is_name(name) {
            continue;
        }
        while name + 2 < element.end && code.is_separator(name + 1) && code.is_name(name + 2) {
            name += 2;
        }
        let call = code.call(name);
        found.push(Annotation { name, call });
    }
    Some(close + 1)
}

fn target(code: &Code<'_>, mut at: usize) -> Target {
    while MODIFIERS.contains(&code.text(at)) {
        at += 1;
    }
    let is_class = CLASS_WORDS.contains(&code.text(at)) && code.is_name(at + 1);
    if is_class {
        let name = at + 1;
        let mut open = name;
        while open < code.len().min(name + HEADER_LIMIT) && !matches!(code.text(open), "{" | ";") {
            open = code.partner(open).filter(|to| *to > open).unwrap_or(open) + 1;
        }
        let close = code.partner(open).unwrap_or(code.len());
        let body = open..close;
        return Target::Class { name, body };
    }
    let name = (at..at + NAME_LIMIT)
        .take_while(|at| !matches!(code.text(*at), ";" | "}" | "@" | ")"))
        .find(|at| code.call(*at).is_some());
    Target::Member { name }
}

/// The paths an annotation gives: its first argument, or the one called `value`, `path`,
/// `template`, `route` or `uri`; several when they are in brackets.
pub(super) fn paths(code: &Code<'_>, annotation: Annotation) -> Vec<Literal> {
    let Some(call) = annotation.call else {
        return Vec::new();
    };
    let arguments = code.arguments(call);
    let mut elements = arguments.clone();
    for argument in &arguments {
        elements.extend(code.entries(argument.clone()));
    }
    let named = ["value", "path", "template", "route", "uri"]
        .into_iter()
        .find_map(|name| code.named(&elements, name));
    if let Some(value) = named {
        return values(code, value);
    }
    let Some(first) = arguments.first() else {
        return Vec::new();
    };
    let is_list = matches!(code.text(first.start), "[" | "{" | "arrayOf")
        && !code.mentions(first.clone(), &[":"]);
    match code.literal(first.clone()) {
        Some(literal) => vec![literal],
        None if is_list => values(code, first.clone()),
        None => unknown(code, first.clone()).into_iter().collect(),
    }
}

/// The strings of a value; of a list with keys (`['en' => '/x']`) without these.
fn values(code: &Code<'_>, value: Range<usize>) -> Vec<Literal> {
    let one = |value: Range<usize>| {
        let known = code.literal(value.clone());
        known.or_else(|| unknown(code, value))
    };
    let open = value
        .clone()
        .find(|at| code.partner(*at) == value.end.checked_sub(1));
    match open.map(|open| code.elements(open, value.end - 1)) {
        Some(entries) if code.mentions(value.clone(), &["=>"]) => {
            let last = |entry: Range<usize>| code.literals(entry).pop();
            entries.into_iter().filter_map(last).collect()
        }
        Some(entries) => entries.into_iter().filter_map(one).collect(),
        None => one(value).into_iter().collect(),
    }
}

/// A path that only another file knows: `Paths.USERS`.
fn unknown(code: &Code<'_>, value: Range<usize>) -> Option<Literal> {
    let is_name = code.chain_end(value.start) == Some(value.end);
    is_name.then(|| Literal {
        text: UNKNOWN.to_owned(),
        offset: code.offset(value.start),
    })
}

/// Calls back for every class and member in order, with the prefixes of the classes around it,
/// outermost first; `prefixes` reads those of a class.
pub(super) fn each_member<'a>(
    code: &Code<'a>,
    style: Style,
    prefixes: impl Fn(&Code<'a>, &Group) -> Vec<String>,
    mut member: impl FnMut(&Code<'a>, &Group, &[String]),
) {
    let mut classes: Vec<(Range<usize>, Vec<String>)> = Vec::new();
    for group in groups(code, style) {
        let at = group.annotations.first().map_or(0, |first| first.name);
        while classes.pop_if(|(body, _)| body.end <= at).is_some() {}
        let around = classes
            .iter()
            .rev()
            .find(|(body, _)| body.contains(&at))
            .map(|(_, prefixes)| prefixes.clone())
            .unwrap_or_default();
        match &group.target {
            Target::Class { body, .. } => {
                let known = prefixes(code, &group)
                    .into_iter()
                    .filter(|prefix| prefix != UNKNOWN);
                classes.push((body.clone(), known.collect()));
            }
            Target::Member { .. } => member(code, &group, &around),
        }
    }
}

/// Every prefix with every path, unless nothing is known of both; no prefix is an empty one.
pub(super) fn pairs<'a>(
    prefixes: &'a [String],
    paths: &'a [Literal],
) -> impl Iterator<Item = (&'a str, &'a Literal)> {
    let bare = prefixes.is_empty().then_some("");
    let prefixes = prefixes.iter().map(String::as_str).chain(bare);
    let pairs = prefixes.flat_map(move |prefix| paths.iter().map(move |path| (prefix, path)));
    pairs.filter(|(prefix, path)| !prefix.is_empty() || path.text != UNKNOWN)
}
