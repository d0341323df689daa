//! Structures: whether a language that the rule may meet takes the code, and where it does not.

use globset::GlobBuilder;

use super::diagnostic::{Place, Problem, quoted};
use super::node::Node;
use super::pattern::{Flaw, check_length};
use super::suggest::closest;
use crate::model::spec::Scope;
use crate::syntax::{Language, MAX_DEPTH, Structure, StructureFlawKind};

/// Takes nearly any words for a command, so that it says nothing about a structure unless named.
const UNDISCERNING: &str = "bash";

/// The language a rule names.
pub(super) fn language(rule: &Node) -> Result<Option<String>, Problem> {
    let Some((id, name)) = rule
        .get("language")
        .and_then(|it| Some((it.id, it.text()?)))
    else {
        return Ok(None);
    };
    if Language::all().any(|language| language.goes_by(name)) {
        return Ok(Some(name.to_owned()));
    }
    let known: Vec<_> = Language::all().map(Language::name).collect();
    let message = format!(
        "unknown language {}; known are {}",
        quoted(name),
        known.join(", ")
    );
    Err(Problem {
        hint: closest(name, known).map(|meant| format!("did you mean `{meant}`?")),
        ..Problem::new(Place::Node(id), message)
    })
}

/// The languages a rule's structures may be in: the one it names, else those that its globs name
/// by their extensions, else all that have an opinion.
pub(super) fn languages(scope: &Scope, named: Option<&str>) -> Vec<Language> {
    if let Some(name) = named {
        return Language::all().filter(|it| it.goes_by(name)).collect();
    }
    let globs: Option<Vec<_>> = scope.include.iter().map(|it| extension(it)).collect();
    let Some(globs) = globs.filter(|globs| !globs.is_empty()) else {
        return Language::all()
            .filter(|it| it.name() != UNDISCERNING)
            .collect();
    };
    let covers = |glob: &&str, extension: &&str| {
        let built = GlobBuilder::new(glob).build();
        built.is_ok_and(|glob| glob.compile_matcher().is_match(extension))
    };
    let in_scope = |language: &Language| {
        let extensions = language.extensions();
        globs
            .iter()
            .any(|glob| extensions.iter().any(|extension| covers(glob, extension)))
    };
    let found: Vec<_> = Language::all().filter(in_scope).collect();
    if found.is_empty() {
        return Language::all().collect();
    }
    found
}

/// What a glob says of extensions: `{ts,tsx}` of `src/*.{ts,tsx}`; none when it names none.
fn extension(glob: &str) -> Option<&str> {
    let name = glob.rsplit('/').next()?;
    let (stem, extension) = name.split_once('.')?;
    let extension = match extension.find('{') {
        Some(_) => extension,
        None => extension.rsplit('.').next()?,
    };
    (!stem.contains('{') && !extension.is_empty() && extension != "*").then_some(extension)
}

/// Refuses code that no language takes.
pub(super) fn check(code: &str, languages: &[Language]) -> Result<(), Flaw> {
    check_length(code)?;
    Structure::check(code, languages).map_err(|flaw| {
        let (message, hint) = match flaw.kind {
            StructureFlawKind::Unparsed => (not_code(languages), COMPLETE),
            StructureFlawKind::OnlyHole => ("a hole alone hits everything".to_owned(), HOLES),
            StructureFlawKind::Several => (
                "more than one statement or expression".to_owned(),
                "make it one, or a rule of several patterns",
            ),
            StructureFlawKind::Comment => (
                "holds a comment, which is never looked at".to_owned(),
                "drop it; `expressions` do not look at comments either",
            ),
            StructureFlawKind::Inside => (
                "holds a hole inside a string or the like".to_owned(),
                "a hole stands for whole nodes: `'$X'` is any string, `'a $X'` none",
            ),
            StructureFlawKind::Deep => (
                format!("holds more than {MAX_DEPTH} brackets inside one another"),
                HOLES,
            ),
        };
        Flaw::new(message).hint(hint).inner(flaw.offset)
    })
}

const COMPLETE: &str = "a pattern is a whole expression, statement, definition or type; name its `language` to be sure";
const HOLES: &str = "`$NAME` stands for one node, `$$$` for any number of them";

fn not_code(languages: &[Language]) -> String {
    match languages {
        [only] => format!("not {} code", only.name()),
        several if several.len() > NAMED => "not code of any language".to_owned(),
        several => {
            let names: Vec<_> = several.iter().map(|it| it.name()).collect();
            format!("not code of any language in scope ({})", names.join(", "))
        }
    }
}

/// So many languages are named in a message.
const NAMED: usize = 6;
