//! The tree that was read to a checked `Spec`.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use crate::model::choice::UnknownChoice;
use crate::model::spec::{Clause, Pattern, PatternForm, PatternKind, Rule, Scope, Severity, Spec};
use crate::syntax::Language;

use super::diagnostic::{NodeId, Place, Problem, Warnings, quoted};
use super::glob::glob;
use super::node::{Document, Node, Value};
use super::pattern::{Flaw, pattern};
use super::regexes::{Case, Regexes};
use super::schema::SPEC;
use super::screen::EMPTY;
use super::structure;
use super::suggest::closest;
use super::{MAX_ENTRIES, MAX_RULES, MAX_STRUCTURES};

/// A checked spec and what is odd about it.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) spec: Spec,
    pub(super) warnings: Warnings,
}

/// Checks a document and builds the spec it says.
pub(super) fn build(document: &Document) -> Result<Built, Problem> {
    let root = &document.root;
    if matches!(root.value, Value::Nothing) {
        return Err(Problem::new(Place::Nowhere, "spec is empty").hint(EMPTY));
    }
    for key in ["refactor_name", "rules"] {
        require_top(document, key)?;
    }
    let name = required(root, "refactor_name", "the spec")?;
    let mut builder = Builder::default();
    for (node, key) in &document.unknown {
        builder
            .warnings
            .push(|| SPEC.unknown_key(Place::Node(*node), key));
    }
    let rules = match root.get("rules") {
        Some(rules) if rules.items().is_empty() => {
            return Err(at(rules.id, "`rules` is empty").hint("a spec needs at least one rule"));
        }
        rules => builder.rules(rules.map(Node::items).unwrap_or_default())?,
    };
    Ok(Built {
        spec: Spec {
            name,
            description: optional(root, "description"),
            version: optional(root, "version"),
            rules,
        },
        warnings: builder.warnings,
    })
}

/// A required key that is missing; one misspelt is pointed at.
fn require_top(document: &Document, key: &str) -> Result<(), Problem> {
    if document.root.get(key).is_some() {
        return Ok(());
    }
    let slip = document
        .unknown
        .iter()
        .take(20)
        .find(|(_, found)| closest(found, SPEC.keys()) == Some(key));
    Err(match slip {
        Some((node, found)) => SPEC.unknown_key(Place::Node(*node), found),
        None => missing(&document.root, key, "the spec"),
    })
}

fn at(node: NodeId, message: impl Into<String>) -> Problem {
    Problem::new(Place::Node(node), message)
}

fn missing(parent: &Node, key: &str, whose: &str) -> Problem {
    at(parent.id, format!("{whose} has no `{key}`"))
}

/// A text that must be there and say something; a bare `~` or `null` says nothing.
fn required(parent: &Node, key: &str, whose: &str) -> Result<String, Problem> {
    match parent.get(key) {
        None => Err(missing(parent, key, whose)),
        Some(node) => text_of(node).ok_or_else(|| at(node.id, format!("`{key}` is empty"))),
    }
}

fn optional(parent: &Node, key: &str) -> Option<String> {
    parent.get(key).and_then(text_of)
}

fn text_of(node: &Node) -> Option<String> {
    let text = node.text()?;
    (!matches!(text, "" | "~" | "null")).then(|| text.to_owned())
}

/// The clauses that can be broken; `where` only narrows.
const JUDGING: [Clause; 4] = [
    Clause::Match,
    Clause::Expect,
    Clause::ExpectAny,
    Clause::ExpectNot,
];

/// A pattern as the same-or-not question sees it.
type Meaning = (PatternKind, PatternForm);

#[derive(Default)]
struct Builder {
    ids: HashSet<String>,
    regexes: Regexes,
    /// Globs that passed, each with its one spelling.
    globs: HashMap<String, String>,
    entries: usize,
    structures: usize,
    warnings: Warnings,
}

/// How the patterns of one rule are read.
struct Reading {
    ignore_case: bool,
    scope: Scope,
    language: Option<String>,
    /// Those a structure may be in, once there is a structure: finding them compiles globs.
    languages: OnceCell<Vec<Language>>,
}

impl Reading {
    fn languages(&self) -> &[Language] {
        let find = || structure::languages(&self.scope, self.language.as_deref());
        self.languages.get_or_init(find)
    }
}

impl Builder {
    fn rules(&mut self, nodes: &[Node]) -> Result<Vec<Rule>, Problem> {
        if let Some(extra) = nodes.get(MAX_RULES) {
            let message = format!("{} rules; the limit is {MAX_RULES}", nodes.len());
            return Err(at(extra.id, message));
        }
        nodes.iter().map(|node| self.rule(node)).collect()
    }

    fn rule(&mut self, node: &Node) -> Result<Rule, Problem> {
        if matches!(node.value, Value::Nothing) {
            return Err(at(node.id, "empty rule"));
        }
        let id = required(node, "id", "the rule")?;
        let whose = format!("rule {}", quoted(&id));
        if !self.ids.insert(id.clone()) {
            let place = node.get("id").map_or(node.id, |id| id.id);
            return Err(at(place, format!("duplicate rule id {}", quoted(&id))));
        }
        let description = required(node, "description", &whose)?;
        let ignore_case = matches!(
            node.get("ignore_case"),
            Some(Node {
                value: Value::Flag(true),
                ..
            })
        );
        let how = Reading {
            ignore_case,
            scope: self.scope(node)?,
            language: structure::language(node)?,
            languages: OnceCell::new(),
        };
        let mut clauses = self.clauses(node, &how)?;
        if let Some(key) = node.get("language")
            && !clauses
                .iter()
                .flatten()
                .any(|it| it.kind == PatternKind::Structures)
        {
            return Err(at(
                key.id,
                format!("{whose} names a language but has no `patterns`"),
            )
            .hint("it is about `patterns` alone; `scope` narrows a rule to files"));
        }
        if JUDGING
            .iter()
            .all(|clause| clauses[*clause as usize].is_empty())
        {
            return Err(at(node.id, format!("{whose} has nothing to judge"))
                .hint("it needs a pattern under `match`, `expect`, `expect_any` or `expect_not`"));
        }
        let mut take = |clause: Clause| std::mem::take(&mut clauses[clause as usize]);
        Ok(Rule {
            id,
            description,
            severity: severity(node)?,
            category: optional(node, "category"),
            guidance: optional(node, "guidance"),
            match_: take(Clause::Match),
            expect: take(Clause::Expect),
            expect_any: take(Clause::ExpectAny),
            expect_not: take(Clause::ExpectNot),
            where_: take(Clause::Where),
            scope: how.scope,
            ignore_case,
            language: how.language,
        })
    }

    /// The patterns under each clause, and that none is both forbidden and required.
    fn clauses(&mut self, rule: &Node, how: &Reading) -> Result<[Vec<Pattern>; 5], Problem> {
        let mut clauses: [Vec<Pattern>; 5] = Default::default();
        let mut sides: HashMap<Meaning, Clause> = HashMap::new();
        for clause in Clause::ALL {
            let Some(set) = rule.get(clause.as_str()) else {
                continue;
            };
            let mut seen = HashSet::new();
            for (kind, node) in entries(set) {
                let pattern = self.pattern(kind, node, how)?;
                let meaning = meaning(&pattern, how.ignore_case);
                if !seen.insert(meaning.clone()) {
                    let twice = || format!("{} is listed twice", quoted(&pattern.text));
                    self.warnings.push(|| at(node.id, twice()));
                    continue;
                }
                if let Some(other) = sides.get(&meaning).filter(|other| opposed(**other, clause)) {
                    return Err(contradiction(node.id, &pattern, *other, clause));
                }
                sides.entry(meaning).or_insert(clause);
                clauses[clause as usize].push(pattern);
            }
        }
        Ok(clauses)
    }

    fn pattern(
        &mut self,
        kind: PatternKind,
        node: &Node,
        how: &Reading,
    ) -> Result<Pattern, Problem> {
        self.count(node)?;
        let text = node.text().unwrap_or_default();
        if kind == PatternKind::Structures {
            return self.structure(node, text, how.languages());
        }
        let case = if how.ignore_case || kind == PatternKind::SqlTables {
            Case::Ignored
        } else {
            Case::Kept
        };
        let checked = pattern(kind, text, case, &mut self.regexes);
        let (pattern, oddity) = checked.map_err(|flaw| within(node, flaw))?;
        if let Some(message) = oddity {
            self.warnings.push(|| at(node.id, message));
        }
        Ok(pattern)
    }

    fn structure(
        &mut self,
        node: &Node,
        code: &str,
        languages: &[Language],
    ) -> Result<Pattern, Problem> {
        self.structures += 1;
        if self.structures > MAX_STRUCTURES {
            let message = format!("more than {MAX_STRUCTURES} `patterns` in one spec");
            return Err(at(node.id, message));
        }
        structure::check(code, languages).map_err(|flaw| within(node, flaw))?;
        Ok(Pattern {
            kind: PatternKind::Structures,
            text: code.to_owned(),
            form: PatternForm::Literal(code.to_owned()),
        })
    }

    fn scope(&mut self, rule: &Node) -> Result<Scope, Problem> {
        let Some(scope) = rule.get("scope") else {
            return Ok(Scope::default());
        };
        Ok(Scope {
            include: self.globs(scope.get("include"))?,
            exclude: self.globs(scope.get("exclude"))?,
        })
    }

    fn globs(&mut self, list: Option<&Node>) -> Result<Vec<String>, Problem> {
        let nodes = list.map(Node::items).unwrap_or_default();
        nodes
            .iter()
            .map(|node| {
                self.count(node)?;
                let text = node.text().unwrap_or_default();
                if let Some(known) = self.globs.get(text) {
                    return Ok(known.clone());
                }
                let spelling = glob(text).map_err(|flaw| within(node, flaw))?;
                self.globs.insert(text.to_owned(), spelling.clone());
                Ok(spelling)
            })
            .collect()
    }

    fn count(&mut self, node: &Node) -> Result<(), Problem> {
        self.entries += 1;
        if self.entries > MAX_ENTRIES {
            let message = format!("more than {MAX_ENTRIES} patterns and globs in one spec");
            return Err(at(node.id, message));
        }
        Ok(())
    }
}

fn severity(rule: &Node) -> Result<Severity, Problem> {
    let Some(node) = rule.get("severity") else {
        return Ok(Severity::Medium);
    };
    let Some(text) = text_of(node) else {
        return Ok(Severity::Medium);
    };
    text.parse().map_err(|expected: UnknownChoice| {
        let words = ["critical", "high", "medium", "low"];
        let problem = at(
            node.id,
            format!("unknown severity {}: {expected}", quoted(&text)),
        );
        match closest(&text, words) {
            Some(meant) => problem.hint(format!("did you mean `{meant}`?")),
            None => problem,
        }
    })
}

/// The entries of a pattern set, kind by kind.
fn entries(set: &Node) -> impl Iterator<Item = (PatternKind, &Node)> {
    PatternKind::ALL
        .into_iter()
        .filter_map(|kind| set.get(kind.as_str()).map(|list| (kind, list)))
        .flat_map(|(kind, list)| list.items().iter().map(move |node| (kind, node)))
}

fn within(node: &Node, flaw: Flaw) -> Problem {
    Problem {
        place: match flaw.inner {
            0 => Place::Node(node.id),
            inner => Place::Within(node.id, inner),
        },
        message: flaw.message,
        hint: flaw.hint,
        value: node.text().map(str::to_owned),
    }
}

fn meaning(pattern: &Pattern, ignore_case: bool) -> Meaning {
    let folds = ignore_case || pattern.kind == PatternKind::SqlTables;
    let form = match &pattern.form {
        PatternForm::Literal(text) if folds => PatternForm::Literal(text.to_lowercase()),
        form => form.clone(),
    };
    (pattern.kind, form)
}

/// One forbids what the other requires.
const fn opposed(a: Clause, b: Clause) -> bool {
    const fn side(clause: Clause) -> i8 {
        match clause {
            Clause::Match | Clause::ExpectNot => -1,
            Clause::Expect | Clause::ExpectAny => 1,
            Clause::Where => 0,
        }
    }
    side(a) * side(b) < 0
}

fn contradiction(node: NodeId, pattern: &Pattern, first: Clause, second: Clause) -> Problem {
    let message = format!(
        "{} is under both `{}` and `{}`, so the rule can never be met",
        quoted(&pattern.text),
        first.as_str(),
        second.as_str()
    );
    let problem = at(node, message);
    if first == Clause::Match {
        problem.hint("to require it, drop it from `match`: `expect` alone requires it")
    } else {
        problem.hint("keep it in one of them")
    }
}
