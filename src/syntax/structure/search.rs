//! The search for a structure in a parsed file.
//!
//! A structure is a row of steps, so a try at a node is a loop over them, and what a `$$$` might
//! have taken instead is a list of places to go on from: nothing here recurses.

use std::ops::Range;
use std::rc::Rc;

use tree_sitter::Node;

use super::Structure;
use super::holes::Takes;
use super::reading::{Reading, Step, is_blank};
use crate::syntax::literal;
use crate::syntax::parse::Parsed;
use crate::syntax::table::{Role, Table};
use crate::syntax::walk::{Step as Walking, Walk};

/// How two texts compare.
pub type Same = dyn Fn(&[u8], &[u8]) -> bool;

/// How many steps are taken between two looks at the clock.
const STEPS_PER_CHECK: usize = 1024;

impl Parsed {
    /// Every place where the structure stands, in order of where they start; `None` when `expired`
    /// said so. Comments, commas, semicolons and white space make no difference, and neither do
    /// keywords and signs that the structure does not have (`async`).
    pub fn find(
        &self,
        structure: &Structure,
        same: &Same,
        expired: &dyn Fn() -> bool,
    ) -> Option<Vec<Range<usize>>> {
        let mut search = Search {
            parsed: self,
            table: self.language.table(),
            same,
            expired,
            steps: 0,
        };
        let readings = structure.readings(self.language);
        let mut found = Vec::new();
        if readings.is_empty() {
            return Some(found);
        }
        let mut walk = Walk::new(&self.tree);
        loop {
            let node = walk.node();
            for reading in readings {
                if search.holds(reading, node)? {
                    found.push(node.byte_range());
                    break;
                }
            }
            if !walk.advance(Walking::Into) {
                return Some(found);
            }
        }
    }

    /// Whether two stretches of the source are the same code, comments and white space aside.
    fn alike(&self, left: &Range<usize>, right: &Range<usize>, same: &Same) -> bool {
        let tokens = |range: &Range<usize>| {
            let all = self.tokens();
            let from = all.partition_point(|token| token.range.start < range.start);
            let to = all.partition_point(|token| token.range.start < range.end);
            all.get(from..to).unwrap_or_default()
        };
        let (left, right) = (tokens(left), tokens(right));
        left.len() == right.len()
            && left.iter().zip(right).all(|(left, right)| {
                left.kind == right.kind && same(self.text(&left.range), self.text(&right.range))
            })
    }

    fn text(&self, range: &Range<usize>) -> &[u8] {
        self.source.get(range.clone()).unwrap_or_default()
    }
}

struct Search<'a> {
    parsed: &'a Parsed,
    table: &'static Table,
    same: &'a Same,
    expired: &'a dyn Fn() -> bool,
    /// Taken so far.
    steps: usize,
}

/// How far a try has come.
#[derive(Clone)]
struct Place<'tree> {
    /// The next step.
    step: usize,
    /// The children of each node it is inside of, and which of them is next.
    rows: Vec<(Rc<[Node<'tree>]>, usize)>,
    /// What named holes took.
    taken: Vec<(Takes, Range<usize>)>,
}

/// A `$$$` that may take more than it did.
struct Choice<'tree> {
    /// As it came to the `$$$`.
    place: Place<'tree>,
    /// How many nodes it took.
    took: usize,
}

impl Search<'_> {
    /// Whether the structure stands at this node; `None` when the time is up.
    fn holds(&mut self, reading: &Reading, node: Node<'_>) -> Option<bool> {
        if !reading
            .steps
            .first()
            .is_some_and(|step| self.fits(step, node))
        {
            return Some(false);
        }
        let mut choices: Vec<Choice<'_>> = Vec::new();
        let mut place = Place {
            step: 0,
            rows: vec![([node].into(), 0)],
            taken: Vec::new(),
        };
        loop {
            self.steps += 1;
            if self.steps.is_multiple_of(STEPS_PER_CHECK) && (self.expired)() {
                return None;
            }
            let Some(step) = reading.steps.get(place.step) else {
                return Some(true);
            };
            let went_on = match step {
                Step::Hole(takes @ Takes::Any(_)) => {
                    let choice = Choice {
                        place: place.clone(),
                        took: 0,
                    };
                    let went_on = self.take(&mut place, *takes, 0);
                    choices.push(choice);
                    went_on
                }
                _ => self.go(step, &mut place),
            };
            if went_on {
                place.step += 1;
            } else {
                match self.retry(reading, &mut choices)? {
                    Some(next) => place = next,
                    None => return Some(false),
                }
            }
        }
    }

    /// Lets the last `$$$` that can take one node more.
    fn retry<'tree>(
        &mut self,
        reading: &Reading,
        choices: &mut Vec<Choice<'tree>>,
    ) -> Option<Option<Place<'tree>>> {
        while let Some(choice) = choices.last_mut() {
            self.steps += 1;
            if self.steps.is_multiple_of(STEPS_PER_CHECK) && (self.expired)() {
                return None;
            }
            choice.took += 1;
            let mut place = choice.place.clone();
            let left = place.rows.last().map_or(0, |(row, next)| row.len() - next);
            if choice.took > left {
                choices.pop();
                continue;
            }
            if let Some(Step::Hole(takes)) = reading.steps.get(place.step)
                && self.take(&mut place, *takes, choice.took)
            {
                place.step += 1;
                return Some(Some(place));
            }
        }
        Some(None)
    }

    /// One step; a sign of the code that the structure does not have is passed over.
    fn go(&self, step: &Step, place: &mut Place<'_>) -> bool {
        loop {
            let Some((row, next)) = place.rows.last_mut() else {
                return false;
            };
            let node = row.get(*next).copied();
            match (step, node) {
                (Step::Out, None) => {
                    place.rows.pop();
                    return true;
                }
                (_, None) => return false,
                (Step::Hole(takes), Some(node)) if node.is_named() => {
                    return self.take(place, *takes, 1);
                }
                (Step::Into(_), Some(node)) if self.fits(step, node) => {
                    *next += 1;
                    place.rows.push((self.children(node), 0));
                    return true;
                }
                (Step::Leaf { .. } | Step::Text { .. }, Some(node)) if self.fits(step, node) => {
                    *next += 1;
                    return true;
                }
                (_, Some(node)) if !node.is_named() => *next += 1,
                _ => return false,
            }
        }
    }

    /// Whether a step can be taken at a node.
    fn fits(&self, step: &Step, node: Node<'_>) -> bool {
        match step {
            Step::Into(kind) => *kind == node.kind_id(),
            Step::Leaf {
                kind,
                is_name,
                text,
            } => {
                (*kind == node.kind_id() || *is_name && self.table.kind(node).role == Role::Name)
                    && (self.same)(text, self.parsed.text(&node.byte_range()))
            }
            Step::Text { kind, content } => {
                *kind == node.kind_id()
                    && literal::quoted(self.table, node, &self.parsed.source)
                        .is_some_and(|found| (self.same)(content, found))
            }
            Step::Hole(_) => node.is_named(),
            Step::Out => false,
        }
    }

    /// Lets a hole take the next `count` nodes, if it took the same code everywhere.
    fn take(&self, place: &mut Place<'_>, takes: Takes, count: usize) -> bool {
        let Some((row, next)) = place.rows.last_mut() else {
            return false;
        };
        let nodes = row.get(*next..*next + count).unwrap_or_default();
        let range = match (nodes.first(), nodes.last()) {
            (Some(first), Some(last)) => first.start_byte()..last.end_byte(),
            _ => 0..0,
        };
        *next += count;
        if matches!(takes, Takes::One(None) | Takes::Any(None)) {
            return true;
        }
        match place.taken.iter().find(|(known, _)| *known == takes) {
            Some((_, before)) => self.parsed.alike(before, &range, self.same),
            None => {
                place.taken.push((takes, range));
                true
            }
        }
    }

    /// What a node is made of, as far as it matters.
    fn children<'tree>(&self, node: Node<'tree>) -> Rc<[Node<'tree>]> {
        let mut cursor = node.walk();
        let matters = |child: &Node<'tree>| {
            self.table.kind(*child).role != Role::Comment
                && !is_blank(*child, &self.parsed.source)
                && !child.is_missing()
        };
        node.children(&mut cursor).filter(matters).collect()
    }
}
