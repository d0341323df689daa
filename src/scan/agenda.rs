//! What all specs of a run ask for: each scope and each pattern once, whoever asks.

use std::collections::HashMap;

use anyhow::{Context as _, Result};

use super::class::{Class, may_be_script};
use super::needle::Case;
use super::pattern::{Meaning, Pattern};
use super::prefilter::Prefilter;
use super::scope::{Reach, ScopeMatcher};
use crate::model::hit::PatternKey;
use crate::model::path::RepoPath;
use crate::model::printable::Printable;
use crate::model::spec::{Clause, PatternKind, Rule, Spec};

/// The specs of a run, taken apart.
pub(super) struct Agenda {
    /// In the order of the specs.
    pub specs: Vec<Vec<RulePlan>>,
    scopes: Vec<ScopeMatcher>,
    meanings: Vec<Meaning>,
}

/// One rule.
pub(super) struct RulePlan {
    scope: usize,
    /// Its patterns; the second number is an index into [`Patterns`].
    pub patterns: Vec<(PatternKey, usize)>,
    /// What kinds they are of, each once.
    kinds: Vec<PatternKind>,
}

/// Every pattern of a run.
pub(super) struct Patterns {
    /// By the numbers of [`RulePlan::patterns`].
    pub all: Vec<Pattern>,
    /// Which of them a file could hit.
    pub prefilter: Prefilter,
}

/// How every scope of the run reaches one path.
#[derive(Debug)]
pub(super) struct Reaches(Vec<Reach>);

impl Agenda {
    /// Takes specs apart; fails on a glob that is no glob.
    pub(super) fn new<'a>(specs: impl IntoIterator<Item = &'a Spec>) -> Result<Self> {
        let mut agenda = Self {
            specs: Vec::new(),
            scopes: Vec::new(),
            meanings: Vec::new(),
        };
        let mut seen = Seen::default();
        for spec in specs {
            let plan = |(index, rule)| {
                agenda
                    .plan(index, rule, &mut seen)
                    .with_context(|| format!("rule {}", Printable::new(&rule.id)))
            };
            let rules = spec
                .rules
                .iter()
                .enumerate()
                .map(plan)
                .collect::<Result<_>>()?;
            agenda.specs.push(rules);
        }
        Ok(agenda)
    }

    fn plan<'a>(&mut self, rule: usize, of: &'a Rule, seen: &mut Seen<'a>) -> Result<RulePlan> {
        let key = (of.scope.include.as_slice(), of.scope.exclude.as_slice());
        let scope = match seen.scopes.get(&key) {
            Some(scope) => *scope,
            None => {
                self.scopes.push(ScopeMatcher::new(&of.scope)?);
                seen.scopes.insert(key, self.scopes.len() - 1);
                self.scopes.len() - 1
            }
        };
        let mut patterns = Vec::new();
        for clause in Clause::ALL {
            for (index, pattern) in of.patterns(clause).iter().enumerate() {
                let folded = of.ignore_case || pattern.kind == PatternKind::SqlTables;
                let meaning = Meaning {
                    kind: pattern.kind,
                    form: pattern.form.clone(),
                    case: if folded { Case::Folded } else { Case::Exact },
                    language: match pattern.kind {
                        PatternKind::Structures => of.language.clone(),
                        _ => None,
                    },
                };
                let id = *seen.meanings.entry(meaning).or_insert_with_key(|meaning| {
                    self.meanings.push(meaning.clone());
                    self.meanings.len() - 1
                });
                patterns.push((
                    PatternKey {
                        rule,
                        clause,
                        index,
                    },
                    id,
                ));
            }
        }
        let has = |kind: &PatternKind| {
            let all = Clause::ALL.iter().flat_map(|clause| of.patterns(*clause));
            all.into_iter().any(|pattern| pattern.kind == *kind)
        };
        Ok(RulePlan {
            scope,
            kinds: PatternKind::ALL.into_iter().filter(has).collect(),
            patterns,
        })
    }

    /// Prepares the patterns for a look at so many files; fails when there are too many needles.
    pub(super) fn patterns(&self, files: usize) -> Result<Patterns> {
        let requirements: Vec<_> = self.meanings.iter().map(Meaning::requirement).collect();
        Ok(Patterns {
            prefilter: Prefilter::new(&requirements, files)?,
            all: self.meanings.iter().cloned().map(Pattern::new).collect(),
        })
    }

    /// Asks every scope about a path.
    pub(super) fn reaches(&self, path: &RepoPath) -> Reaches {
        Reaches(self.scopes.iter().map(|scope| scope.reach(path)).collect())
    }

    /// Whether a file at `path` may be in the scope of a spec, whatever it holds.
    pub(super) fn may_judge(&self, spec: usize, path: &RepoPath, reaches: &Reaches) -> bool {
        let class = Class::of_path(path);
        let script = may_be_script(path);
        self.specs
            .get(spec)
            .into_iter()
            .flatten()
            .any(|rule| rule.holds(class, reaches) || script && reaches.of(rule) != Reach::Outside)
    }

    /// For each pattern, whether a rule of `specs` holds it against a file of this class.
    pub(super) fn wanted(&self, specs: &[usize], class: Class, reaches: &Reaches) -> Vec<bool> {
        let mut wanted = vec![false; self.meanings.len()];
        for rule in specs
            .iter()
            .filter_map(|spec| self.specs.get(*spec))
            .flatten()
        {
            let reach = reaches.of(rule);
            for (_, id) in &rule.patterns {
                if let (Some(wanted), Some(meaning)) = (wanted.get_mut(*id), self.meanings.get(*id))
                {
                    *wanted |= class.admits(reach, meaning.kind);
                }
            }
        }
        wanted
    }

    /// Whether a rule holds a pattern of the run against a file of this class.
    pub(super) fn admits(
        &self,
        rule: &RulePlan,
        pattern: usize,
        class: Class,
        reaches: &Reaches,
    ) -> bool {
        let meaning = self.meanings.get(pattern);
        meaning.is_some_and(|meaning| class.admits(reaches.of(rule), meaning.kind))
    }
}

impl RulePlan {
    /// Whether a file of this class is in the rule's scope.
    pub(super) fn holds(&self, class: Class, reaches: &Reaches) -> bool {
        let reach = reaches.of(self);
        self.kinds.iter().any(|kind| class.admits(reach, *kind))
    }
}

impl Reaches {
    fn of(&self, rule: &RulePlan) -> Reach {
        self.0.get(rule.scope).copied().unwrap_or(Reach::Outside)
    }

    /// Whether no scope of the run reaches the path.
    pub(super) fn nowhere(&self) -> bool {
        self.0.iter().all(|reach| *reach == Reach::Outside)
    }
}

/// What was met before, by content.
#[derive(Default)]
struct Seen<'a> {
    scopes: HashMap<(&'a [String], &'a [String]), usize>,
    meanings: HashMap<Meaning, usize>,
}
