//! The search for a structure in a parsed file.
//!
//! A structure is a row of steps, so a try at a node is a loop over them, and what a `$$$` might
//! have taken instead is a list of places to go on from: nothing here recurses.

use std::ops::Range;

use tree_sitter::Node;

use super::Structure;
use super::holes::Takes;
use super::place::{Child, Choice, Instead, Place, Row, begins_argument, ends_argument};
use super::reading::{Reading, Step, is_blank, parts_tokens};
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
    /// keywords, signs and modifiers that the structure does not have (`async`).
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
            if search.table.kind(node).token_tree {
                for reading in readings.iter().filter(|reading| reading.row) {
                    search.rows_in(node, reading, &mut found)?;
                }
            }
            for reading in readings.iter().filter(|reading| !reading.row) {
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
        let whole = Child {
            node,
            omissible: false,
        };
        let row = Row {
            children: [whole].into(),
            next: 0,
            tokens: false,
        };
        Some(self.follow(reading, row)?.is_some())
    }

    /// Every place among the tokens of a node where a row of them stands.
    fn rows_in(
        &mut self,
        tree: Node<'_>,
        reading: &Reading,
        found: &mut Vec<Range<usize>>,
    ) -> Option<()> {
        let row = self.row(tree);
        for (at, pair) in (1..).zip(row.children.windows(2)) {
            let [before, first] = pair else { continue };
            let begins = match reading.steps.first() {
                Some(Step::Hole(_)) => begins_argument(before.node),
                _ => self.table.kind(before.node).role != Role::Separator,
            };
            let from = Row {
                next: at,
                ..row.clone()
            };
            if begins
                && !ends_argument(first.node)
                && let Some(end) = self.follow(reading, from)?
                && let Some(last) = row.children.get(end - 1)
            {
                found.push(first.node.start_byte()..last.node.end_byte());
            }
        }
        Some(())
    }

    /// Takes the steps from a place on; answers how far they led in its row, if they could be taken.
    fn follow(&mut self, reading: &Reading, from: Row<'_>) -> Option<Option<usize>> {
        let mut choices: Vec<Choice<'_>> = Vec::new();
        let mut place = Place {
            step: 0,
            rows: vec![from],
            taken: Vec::new(),
        };
        loop {
            self.tick()?;
            let Some(step) = reading.steps.get(place.step) else {
                return Some(place.rows.first().map(|row| row.next));
            };
            if self.go(step, &mut place, &mut choices) {
                place.step += 1;
            } else {
                match self.retry(reading, &mut choices)? {
                    Some(next) => place = next,
                    None => return Some(None),
                }
            }
        }
    }

    /// `None` when the time is up.
    fn tick(&mut self) -> Option<()> {
        self.steps += 1;
        let late = self.steps.is_multiple_of(STEPS_PER_CHECK) && (self.expired)();
        (!late).then_some(())
    }

    /// Goes back to the last place where something else could have been done, and does that.
    fn retry<'tree>(
        &mut self,
        reading: &Reading,
        choices: &mut Vec<Choice<'tree>>,
    ) -> Option<Option<Place<'tree>>> {
        while let Some(choice) = choices.last_mut() {
            self.tick()?;
            let mut place = choice.place.clone();
            let Some(row) = place.rows.last_mut() else {
                choices.pop();
                continue;
            };
            let count = match &mut choice.instead {
                Instead::PassOver => {
                    row.next += 1;
                    choices.pop();
                    return Some(Some(place));
                }
                Instead::TakeMore(took) => {
                    *took += 1;
                    *took
                }
            };
            let step = reading.steps.get(place.step);
            let most = match step {
                Some(Step::Hole(Takes::One(_))) => row.argument(),
                _ => row.children.len() - row.next,
            };
            if count > most {
                choices.pop();
                continue;
            }
            if let Some(Step::Hole(takes)) = step
                && self.take(&mut place, *takes, count)
            {
                place.step += 1;
                return Some(Some(place));
            }
        }
        Some(None)
    }

    /// One step; what the code has and the structure need not have is passed over.
    fn go<'tree>(
        &self,
        step: &Step,
        place: &mut Place<'tree>,
        choices: &mut Vec<Choice<'tree>>,
    ) -> bool {
        if let Step::Hole(takes @ Takes::Any(_)) = step {
            choices.push(place.instead(Instead::TakeMore(0)));
            return self.take(place, *takes, 0);
        }
        loop {
            let Some(row) = place.rows.last() else {
                return false;
            };
            let Some(child) = row.children.get(row.next).copied() else {
                return matches!(step, Step::End)
                    || matches!(step, Step::Out) && place.rows.pop().is_some();
            };
            let fits = match step {
                Step::Hole(_) if row.tokens => row.argument() > 0,
                _ => self.fits(step, child.node),
            };
            if fits {
                match step {
                    Step::Hole(_) if row.tokens => {
                        choices.push(place.instead(Instead::TakeMore(1)))
                    }
                    _ if child.omissible => choices.push(place.instead(Instead::PassOver)),
                    _ => {}
                }
                return self.accept(step, place, child.node);
            }
            match place.rows.last_mut() {
                Some(row) if row.passes_over(child) && *step != Step::End => row.next += 1,
                _ => return false,
            }
        }
    }

    /// Takes a step at a node that it fits.
    fn accept<'tree>(&self, step: &Step, place: &mut Place<'tree>, node: Node<'tree>) -> bool {
        if let Step::Hole(takes) = step {
            return self.take(place, *takes, 1);
        }
        if let Some(row) = place.rows.last_mut()
            && *step != Step::End
        {
            row.next += 1;
        }
        if let Step::Into(_) = step {
            place.rows.push(self.row(node));
        }
        true
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
            Step::End => ends_argument(node),
            Step::Out => false,
        }
    }

    /// Lets a hole take the next `count` nodes, if it took the same code everywhere.
    fn take(&self, place: &mut Place<'_>, takes: Takes, count: usize) -> bool {
        let Some(row) = place.rows.last_mut() else {
            return false;
        };
        let end = row.next + count;
        let children = row.children.get(row.next..end).unwrap_or_default();
        let range = match (children.first(), children.last()) {
            (Some(first), Some(last)) => first.node.start_byte()..last.node.end_byte(),
            _ => 0..0,
        };
        row.next = end;
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
    fn row<'tree>(&self, of: Node<'tree>) -> Row<'tree> {
        let tokens = self.table.kind(of).token_tree;
        let mut cursor = of.walk();
        let mut children = Vec::with_capacity(of.child_count() as usize);
        let mut more = cursor.goto_first_child();
        while more {
            let node = cursor.node();
            let matters = self.table.kind(node).role != Role::Comment
                && (!is_blank(node, &self.parsed.source) || tokens && parts_tokens(node))
                && !node.is_missing();
            if matters {
                let field = cursor.field_id().map(u16::from);
                children.push(Child {
                    node,
                    omissible: self.table.is_omissible(of, field, node),
                });
            }
            more = cursor.goto_next_sibling();
        }
        Row {
            children: children.into(),
            next: 0,
            tokens,
        }
    }
}
