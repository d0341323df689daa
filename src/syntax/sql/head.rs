//! Whether a text is a statement of SQL or a piece of one, and where that begins.

use super::lexer::LexemeKind;
use super::statement::Statement;
use super::vocabulary::{JOINS, OBJECT_MODIFIERS, OBJECTS, VERBS, among};

impl Statement<'_> {
    /// Where the verb is, when this is a statement.
    pub(super) fn head(&self, in_body: bool) -> Option<usize> {
        let is_lead = |at: usize| {
            self.mark(at) == Some(b'(') || among("explain analyze verbose", self.word(at))
        };
        let head = (0..self.end()).find(|at| !is_lead(*at))?;
        let next = |ahead: usize| self.word(head + ahead);
        let holds = match self.word(head) {
            "select" => {
                let bare = next(1) == "from" && !self.shouts(head);
                !bare && (self.has("from") || self.has("into"))
            }
            "insert" => self.has_any(head + 1..head + 5, "into overwrite"),
            "update" => self.has("set"),
            "delete" => {
                let modified = among("ignore low_priority quick", next(1));
                let reach = if self.shouts(head) {
                    16
                } else {
                    2 + usize::from(modified)
                };
                self.has_any(head + 1..head + reach, "from")
            }
            "merge" | "replace" | "upsert" => next(1) == "into",
            "create" | "alter" | "drop" => self.makes_object(head),
            "truncate" => self.truncates(head),
            "with" => self.has("as") && self.holds(LexemeKind::Mark(b'(')),
            "declare" => self.has("cursor") && self.has("select"),
            "prepare" => self.has("as") && self.has_any(head + 2..self.end(), VERBS),
            "lock" | "reindex" => next(1) == "table",
            "refresh" => next(1) == "materialized",
            "comment" => next(1) == "on" && among("table view", next(2)) && self.has("is"),
            "grant" | "revoke" => self.shouts(head) && self.has("on"),
            "copy" => {
                self.has_any(head + 1..self.end(), "stdin stdout program")
                    || self.holds(LexemeKind::Literal)
            }
            _ => in_body,
        };
        holds.then_some(head)
    }

    /// Where to begin in a piece of a statement.
    pub(super) fn piece(&self) -> Option<usize> {
        self.clause().or_else(|| self.subquery())
    }

    /// A piece that begins like one: `left join users on users.id = x.user_id`, `FROM users`.
    fn clause(&self) -> Option<usize> {
        if among("from into", self.word(0)) {
            return self.shouts(0).then_some(0);
        }
        let join = (0..4).find(|at| among("join straight_join", self.word(*at)))?;
        if !(0..join).all(|at| among(JOINS, self.word(at))) {
            return None;
        }
        let compares = |at: usize| self.mark(at).is_some_and(|mark| b"=<>".contains(&mark));
        let on = (join + 2..self.end()).find(|at| self.word(*at) == "on");
        let using = |at: usize| self.word(at) == "using" && self.mark(at + 1) == Some(b'(');
        let says_which = on.is_some_and(|on| (on + 1..self.end()).any(compares))
            || (join + 2..self.end()).any(using)
            || self.has_any(0..join, "cross natural") && self.shouts(0);
        says_which.then_some(0)
    }

    /// The query in a piece of a statement: `id in (select user_id from orders)`.
    fn subquery(&self) -> Option<usize> {
        let compares = |at: usize| {
            among("all any exists in some", self.before(at, 1))
                || at
                    .checked_sub(1)
                    .and_then(|at| self.mark(at))
                    .is_some_and(|mark| b"=<>".contains(&mark))
        };
        let opens = |at: &usize| self.mark(*at) == Some(b'(') && self.word(at + 1) == "select";
        let open = (0..self.end()).find(|at| opens(at) && compares(*at))?;
        self.has_any(open + 2..self.end(), "from")
            .then_some(open + 1)
    }

    /// `create or replace temporary table`: nothing but modifiers before the object. A `definer`
    /// and the like may bring more.
    fn makes_object(&self, head: usize) -> bool {
        let modifies = |at: &usize| among(OBJECT_MODIFIERS, self.word(*at));
        let object = (head + 1..).find(|at| !modifies(at)).unwrap_or(head);
        among(OBJECTS, self.word(object))
            || self.shouts(head) && self.has_any(object..object + 8, OBJECTS)
    }

    /// `truncate [table] a, b [restart|continue|cascade …]`, nothing wordier.
    fn truncates(&self, head: usize) -> bool {
        let name = head + 1 + usize::from(self.word(head + 1) == "table");
        match self.word(name + 1) {
            "" => true,
            next => among("restart continue cascade restrict", next),
        }
    }
}
