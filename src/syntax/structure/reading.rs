//! What a structure means in one language: its syntax tree as a row of steps.

use std::ops::{ControlFlow, Range};
use std::time::{Duration, Instant};

use tree_sitter::{Node, ParseOptions, ParseState, Parser, Tree};

use super::holes::{Filled, Holes, Takes};
use super::{StructureFlaw, StructureFlawKind};
use crate::syntax::language::Language;
use crate::syntax::literal;
use crate::syntax::table::{Role, Table};
use crate::syntax::walk::{Step as Walking, Walk};

/// How long one reading may take; a structure takes a thousandth of it.
const DEADLINE: Duration = Duration::from_secs(1);

/// One way to read a structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    pub steps: Vec<Step>,
    /// Whether it is a row of bare tokens and no node.
    pub row: bool,
}

/// One step through a tree, in source order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Into a node of this kind.
    Into(u16),
    /// Out of it, past its last child.
    Out,
    /// Past a node of this text; of this kind too, unless both are names.
    Leaf {
        kind: u16,
        is_name: bool,
        text: Vec<u8>,
    },
    /// Past a string literal of this kind and content, whichever of the two quotes it has.
    Text { kind: u16, content: Vec<u8> },
    /// Past whatever a hole takes.
    Hole(Takes),
    /// At the end of an argument among bare tokens.
    End,
}

/// What stands around bare tokens.
const BARE: (&str, &str) = ("m!(", ");");

/// Every way to read a structure in a language, the likeliest first.
pub(super) fn readings(
    language: Language,
    code: &str,
    holes: &Holes,
) -> Result<Vec<Reading>, StructureFlaw> {
    let table = language.table();
    let mut found: Vec<Reading> = Vec::new();
    let mut flaw: Option<StructureFlaw> = None;
    for filled in holes.fillings(code, table.dialect) {
        for (before, after) in table.dialect.contexts {
            let draft = Draft::new(table, holes, &filled, (before, after));
            match draft.read() {
                Ok(reading) if found.contains(&reading) => {}
                Ok(reading) => found.push(reading),
                Err((kind, at)) => {
                    let offset = holes.offset(&filled, at).min(code.len());
                    let new = StructureFlaw { kind, offset };
                    let weight = |flaw: &StructureFlaw| {
                        (flaw.kind != StructureFlawKind::Unparsed, flaw.offset)
                    };
                    if flaw
                        .as_ref()
                        .is_none_or(|known| weight(&new) > weight(known))
                    {
                        flaw = Some(new);
                    }
                }
            }
        }
    }
    match flaw {
        Some(flaw) if found.is_empty() => return Err(flaw),
        _ if table.dialect.token_trees.is_empty() => {}
        // Nearly anything is a row of tokens, so that alone would say nothing.
        _ => {
            let bare = holes.fillings(code, table.dialect).into_iter().next();
            let row = bare.and_then(|filled| Draft::new(table, holes, &filled, BARE).read_row());
            found.extend(row);
        }
    }
    Ok(found)
}

/// One filling in one context.
struct Draft<'a> {
    table: &'static Table,
    holes: &'a Holes,
    source: String,
    /// Where the structure stands in the source.
    whole: Range<usize>,
    /// Where each hole stands in the source.
    fillings: Vec<Range<usize>>,
}

type Trouble = (StructureFlawKind, usize);

impl<'a> Draft<'a> {
    fn new(
        table: &'static Table,
        holes: &'a Holes,
        filled: &Filled,
        (before, after): (&str, &str),
    ) -> Self {
        let moved = |range: &Range<usize>| range.start + before.len()..range.end + before.len();
        Self {
            table,
            holes,
            source: format!("{before}{}{after}", filled.text),
            whole: before.len()..before.len() + filled.text.len(),
            fillings: filled.ranges.iter().map(moved).collect(),
        }
    }

    fn read(&self) -> Result<Reading, Trouble> {
        let tree = self.parse().ok_or((StructureFlawKind::Unparsed, 0))?;
        if let Some(at) = error_in(&tree) {
            let at = at.clamp(self.whole.start, self.whole.end) - self.whole.start;
            return Err((StructureFlawKind::Unparsed, at));
        }
        if let Some(at) = self.comment_in(&tree) {
            return Err((StructureFlawKind::Comment, at));
        }
        let root = self.root(&tree).ok_or((StructureFlawKind::Several, 0))?;
        let mut steps = Vec::new();
        self.steps_through(root, &mut steps)?;
        let taken = steps.iter().filter(|step| matches!(step, Step::Hole(_)));
        match steps.as_slice() {
            [Step::Hole(_)] => Err((StructureFlawKind::OnlyHole, 0)),
            _ if taken.count() < self.fillings.len() => Err((StructureFlawKind::Inside, 0)),
            _ => Ok(Reading { steps, row: false }),
        }
    }

    /// Reads it as bare tokens; none when it is but one of them.
    fn read_row(&self) -> Option<Reading> {
        let tree = self.parse().filter(|tree| error_in(tree).is_none())?;
        let mut walk = Walk::new(&tree);
        while !self.table.kind(walk.node()).token_tree {
            walk.advance(Walking::Into).then_some(())?;
        }
        let mut steps = Vec::new();
        let mut cursor = walk.node().walk();
        for node in walk.node().children(&mut cursor) {
            if self.whole.contains(&node.start_byte()) {
                self.steps_through(node, &mut steps).ok()?;
            }
        }
        let ends = |step: &Step| matches!(step, Step::Leaf { text, .. } if text == b";");
        while steps.pop_if(|last| ends(last)).is_some() {}
        if let Some(Step::Hole(_)) = steps.last() {
            steps.push(Step::End);
        }
        let taken = steps.iter().filter(|step| matches!(step, Step::Hole(_)));
        let whole = taken.count() == self.fillings.len() && steps.len() > 1;
        whole.then_some(Reading { steps, row: true })
    }

    fn steps_through(&self, root: Node<'_>, steps: &mut Vec<Step>) -> Result<(), Trouble> {
        let mut ends: Vec<usize> = Vec::new();
        let mut walk = Walk::at(root);
        loop {
            while ends.pop_if(|depth| *depth >= walk.depth()).is_some() {
                steps.push(Step::Out);
            }
            let walking = self.step(walk.node(), steps)?;
            if walking == Walking::Into {
                ends.push(walk.depth());
            }
            if !walk.advance(walking) {
                steps.extend(ends.iter().map(|_| Step::Out));
                return Ok(());
            }
        }
    }

    fn comment_in(&self, tree: &Tree) -> Option<usize> {
        let mut walk = Walk::new(tree);
        loop {
            let start = walk.node().start_byte();
            if self.table.kind(walk.node()).role == Role::Comment && self.whole.contains(&start) {
                return Some(start - self.whole.start);
            }
            if !walk.advance(Walking::Into) {
                return None;
            }
        }
    }

    fn parse(&self) -> Option<Tree> {
        let mut parser = Parser::new();
        parser.set_language(&self.table.grammar).ok()?;
        let start = Instant::now();
        let mut progress = |_: &ParseState| match start.elapsed() > DEADLINE {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        let source = self.source.as_bytes();
        parser.parse_with_options(
            &mut |at, _| source.get(at..).unwrap_or_default(),
            None,
            Some(ParseOptions::new().progress_callback(&mut progress)),
        )
    }

    /// The innermost node that is the whole structure; none when it is several side by side.
    fn root<'tree>(&self, tree: &'tree Tree) -> Option<Node<'tree>> {
        let whole = self.whole.clone();
        let mut node = tree
            .root_node()
            .descendant_for_byte_range(whole.start, whole.end)?;
        if !self.is_whole(node) {
            return None;
        }
        loop {
            let mut cursor = node.walk();
            let mut inner = node
                .children(&mut cursor)
                .filter(|child| !self.blank(*child));
            match (inner.next(), inner.next()) {
                (Some(only), None) if !self.is_leaf(node) && self.is_whole(only) => node = only,
                (Some(_), Some(_)) if self.is_row(node) => return None,
                _ => return Some(node),
            }
        }
    }

    /// Whether a node is the structure, white space aside.
    fn is_whole(&self, node: Node<'_>) -> bool {
        let text = |range: Range<usize>| self.source.get(range).unwrap_or_default().trim();
        let (start, end) = (node.start_byte(), node.end_byte());
        let (whole_start, whole_end) = (self.whole.start, self.whole.end);
        text(start.min(whole_start)..start.max(whole_start)).is_empty()
            && text(end.min(whole_end)..end.max(whole_end)).is_empty()
    }

    fn is_row(&self, node: Node<'_>) -> bool {
        node.parent().is_none() || self.table.kind(node).row
    }

    fn blank(&self, node: Node<'_>) -> bool {
        let around = || node.parent().map(|parent| self.table.kind(parent));
        let brackets = matches!(node.kind(), "(" | ")");
        match around() {
            Some(around) if brackets => around.unbracketed,
            Some(around) if parts_tokens(node) && around.token_tree => false,
            _ => is_blank(node, self.source.as_bytes()),
        }
    }

    /// Whether a comma between tokens stands beside a `$$$`, which may take it, or nothing.
    fn beside_rest(&self, node: Node<'_>) -> bool {
        let is_rest = |beside: Option<Node<'_>>| {
            let range = beside.map(|beside| beside.byte_range());
            let all = self.holes.iter().zip(&self.fillings);
            all.filter(|(_, filling)| range.as_ref() == Some(*filling))
                .any(|(hole, _)| matches!(hole.takes, Takes::Any(_)))
        };
        parts_tokens(node) && (is_rest(node.prev_sibling()) || is_rest(node.next_sibling()))
    }

    /// Writes down what stands at a node, and says whether to look inside.
    fn step(&self, node: Node<'_>, steps: &mut Vec<Step>) -> Result<Walking, Trouble> {
        let kind = self.table.kind(node);
        if self.blank(node) || self.beside_rest(node) {
            return Ok(Walking::Over);
        }
        let range = node.byte_range();
        let hole = self.fillings.iter().position(|filling| *filling == range);
        if let Some(hole) = hole.and_then(|at| self.holes.iter().nth(at))
            && !kind.row
        {
            steps.push(Step::Hole(hole.takes));
            return Ok(Walking::Over);
        }
        let holds_hole = self
            .fillings
            .iter()
            .any(|filling| range.start <= filling.start && filling.end <= range.end);
        if !holds_hole
            && kind.literal
            && let Some(content) = literal::quoted(self.table, node, self.source.as_bytes())
        {
            let kind = node.kind_id();
            steps.push(Step::Text {
                kind,
                content: content.to_vec(),
            });
            return Ok(Walking::Over);
        }
        if holds_hole && (self.is_leaf(node) || self.is_text(node) && self.has_gaps(node)) {
            let at = range.start.saturating_sub(self.whole.start);
            return Err((StructureFlawKind::Inside, at));
        }
        if self.is_leaf(node) || !holds_hole && self.has_gaps(node) {
            steps.push(Step::Leaf {
                kind: node.kind_id(),
                is_name: kind.role == Role::Name,
                text: self
                    .source
                    .as_bytes()
                    .get(range)
                    .unwrap_or_default()
                    .to_vec(),
            });
            return Ok(Walking::Over);
        }
        steps.push(Step::Into(node.kind_id()));
        Ok(Walking::Into)
    }

    /// Whether the node is one name, whatever it is made of, or made of nothing.
    fn is_leaf(&self, node: Node<'_>) -> bool {
        node.child_count() == 0 || self.table.kind(node).role == Role::Name
    }

    fn is_text(&self, node: Node<'_>) -> bool {
        let kind = self.table.kind(node);
        kind.literal || kind.role == Role::Text
    }

    /// Whether part of the node's text stands in none of its children.
    fn has_gaps(&self, node: Node<'_>) -> bool {
        let mut at = node.start_byte();
        let mut cursor = node.walk();
        let blank =
            |range: Range<usize>| self.source.get(range).is_none_or(|s| s.trim().is_empty());
        let gap = node.children(&mut cursor).any(|child| {
            let gap = !blank(at..child.start_byte().max(at));
            at = child.end_byte();
            gap
        });
        gap || !blank(at..node.end_byte().max(at))
    }
}

/// Whether a node says nothing: a comma, a semicolon, a line end, or what the parser made up.
pub(super) fn is_blank(node: Node<'_>, source: &[u8]) -> bool {
    !node.is_named()
        && matches!(
            source
                .get(node.byte_range())
                .unwrap_or_default()
                .trim_ascii(),
            b"" | b"," | b";"
        )
}

/// Whether a node parts arguments where nothing but a comma or semicolon does.
pub(super) fn parts_tokens(node: Node<'_>) -> bool {
    matches!(node.kind(), "," | ";")
}

/// Where the first error of a tree is.
fn error_in(tree: &Tree) -> Option<usize> {
    if !tree.root_node().has_error() {
        return None;
    }
    let mut walk = Walk::new(tree);
    loop {
        let node = walk.node();
        let ends_line = node.kind() == ";" || node.kind().starts_with('_');
        if node.is_error() || node.is_missing() && !ends_line {
            return Some(node.start_byte());
        }
        let walking = match node.has_error() {
            true => Walking::Into,
            false => Walking::Over,
        };
        if !walk.advance(walking) {
            return None;
        }
    }
}
