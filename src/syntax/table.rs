//! A dialect resolved against its grammar: what each node kind id is, looked up in one step.

use std::collections::HashSet;

use tree_sitter::Node;

use super::dialect::{Binding, Defines, Dialect};

/// What a node is to the token walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Role {
    /// Whatever its leaves are.
    #[default]
    Plain,
    /// A comment.
    Comment,
    /// One name.
    Name,
    /// Joins a chain.
    Separator,
    /// Text.
    Text,
    /// Code that has to be cut into words.
    Unparsed,
}

/// What is known of one node kind.
#[derive(Clone, Copy, Default)]
pub(super) struct Kind {
    /// What it is to the token walk.
    pub role: Role,
    /// Whether it is a string literal.
    pub literal: bool,
    /// Whether parts of its content are in none of its children.
    pub gaps: bool,
    /// Whether it is an escape in a string literal.
    pub escape: bool,
    /// Whether it delimits a string literal.
    pub delimiter: bool,
    /// Whether it is a list of words that need no quotes.
    pub word_list: bool,
    /// Whether it begins with a header.
    pub header: bool,
    /// Whether it ends a header.
    pub body: bool,
    /// Whether its first statement may be documentation.
    pub documented: bool,
    /// What it defines.
    pub defines: Option<&'static Defines>,
    /// What it gives a name to.
    pub binds: Option<&'static Binding>,
    /// Whether it is a function or class without a name of its own.
    pub anonymous: bool,
    /// Whether it is markup.
    pub markup: bool,
    /// Whether it is nothing but a row of statements.
    pub row: bool,
    /// Whether it is a row of bare tokens.
    pub token_tree: bool,
    /// Whether its brackets may be left out.
    pub unbracketed: bool,
}

/// A dialect resolved against its grammar.
pub(super) struct Table {
    /// The grammar.
    pub grammar: tree_sitter::Language,
    /// The names it was made of.
    pub dialect: &'static Dialect,
    kinds: Vec<Kind>,
    body_fields: HashSet<(u16, u16)>,
    omissible: Vec<Omissible>,
}

/// What a structure may leave out.
#[derive(Debug, Clone, Copy)]
struct Omissible {
    /// The kind of the node around it; any if there is none.
    owner: Option<u16>,
    /// The field it stands in.
    field: Option<u16>,
    /// Its kind.
    kind: Option<u16>,
}

impl Table {
    pub(super) fn new(dialect: &'static Dialect) -> Self {
        let grammar = (dialect.grammar)();
        let ids = 0..u16::try_from(grammar.node_kind_count()).unwrap_or(u16::MAX);
        let name = |id| grammar.node_kind_for_id(id).unwrap_or_default();
        let kinds: Vec<Kind> = ids
            .clone()
            .map(|id| kind(dialect, name(id), grammar.node_kind_is_named(id)))
            .collect();
        let mut body_fields = HashSet::new();
        for body in dialect.bodies {
            let (owner, field) = body.split_once('.').unwrap_or(("", body));
            let Some(field) = grammar.field_id_for_name(field) else {
                continue;
            };
            let owns = |id: &u16| match owner {
                "" => kinds.get(usize::from(*id)).is_some_and(|kind| kind.header),
                _ => name(*id) == owner,
            };
            body_fields.extend(ids.clone().filter(owns).map(|id| (id, field.into())));
        }
        let omissible = dialect.omissible.iter();
        let omissible = omissible
            .flat_map(|name| omissible_of(&grammar, name))
            .collect();
        Self {
            grammar,
            dialect,
            kinds,
            body_fields,
            omissible,
        }
    }

    /// Error nodes have an id beyond every table and are plain.
    pub(super) fn kind(&self, node: Node<'_>) -> Kind {
        self.kinds
            .get(usize::from(node.kind_id()))
            .copied()
            .unwrap_or_default()
    }

    /// Whether a structure may leave a child of a node out.
    pub(super) fn is_omissible(&self, owner: Node<'_>, field: Option<u16>, node: Node<'_>) -> bool {
        self.omissible.iter().any(|it| {
            it.owner.is_none_or(|kind| kind == owner.kind_id())
                && (it.kind == Some(node.kind_id()) || it.field.is_some() && it.field == field)
        })
    }

    /// Whether a field of a node ends a header.
    pub(super) fn is_body_field(&self, owner: Node<'_>, field: u16) -> bool {
        self.body_fields.contains(&(owner.kind_id(), field))
    }
}

/// Grammars may give several ids to one name.
fn omissible_of(grammar: &tree_sitter::Language, name: &str) -> Vec<Omissible> {
    let ids = |name: &str| -> Vec<u16> {
        let all = 0..u16::try_from(grammar.node_kind_count()).unwrap_or(u16::MAX);
        let named = |id: &u16| {
            grammar.node_kind_is_named(*id) && grammar.node_kind_for_id(*id) == Some(name)
        };
        all.filter(named).collect()
    };
    let (owners, part) = match name.split_once('.') {
        Some((owner, part)) => (ids(owner).into_iter().map(Some).collect(), part),
        None => (vec![None], name),
    };
    let field = grammar.field_id_for_name(part).map(u16::from);
    let kinds = ids(part).into_iter().map(Some);
    let parts: Vec<_> = kinds
        .map(|kind| (None, kind))
        .chain(field.map(|field| (Some(field), None)))
        .collect();
    let of = |owner| {
        let parts = parts.iter();
        parts.map(move |(field, kind)| Omissible {
            owner,
            field: *field,
            kind: *kind,
        })
    };
    owners.into_iter().flat_map(of).collect()
}

fn kind(dialect: &'static Dialect, name: &str, named: bool) -> Kind {
    let among = |list: &[&str]| list.contains(&name);
    let role = if dialect.separators.contains(&name) {
        Role::Separator
    } else if among(dialect.names) {
        Role::Name
    } else if !named {
        Role::Plain
    } else if among(dialect.comments) {
        Role::Comment
    } else if among(dialect.contents) {
        Role::Text
    } else if among(dialect.unparsed) {
        Role::Unparsed
    } else {
        Role::Plain
    };
    Kind {
        role,
        literal: named && among(dialect.strings),
        gaps: named && among(dialect.gaps),
        escape: named && among(dialect.escapes),
        delimiter: !named || among(dialect.delimiters),
        word_list: named && among(dialect.word_lists),
        header: named && among(dialect.headers),
        body: named && among(dialect.bodies),
        documented: named && among(dialect.docstring_owners),
        defines: dialect
            .definitions
            .iter()
            .find(|defines| named && defines.node == name),
        binds: dialect
            .bindings
            .iter()
            .find(|binding| named && binding.node == name),
        anonymous: named && among(dialect.anonymous),
        markup: named && among(dialect.markup),
        row: named && among(dialect.rows),
        token_tree: named && among(dialect.token_trees),
        unbracketed: named && among(dialect.unbracketed),
    }
}
