//! Lua.

use crate::syntax::dialect::{Binding, Defines, Dialect};

pub(super) static LUA: Dialect = Dialect {
    name: "lua",
    extensions: &["lua", "rockspec"],
    file_names: &[".luacheckrc"],
    interpreters: &["lua", "luajit"],
    grammar: || tree_sitter_lua::LANGUAGE.into(),
    comments: &["comment", "hash_bang_line"],
    line_comment: "--",
    closers: "\"']",
    names: &["identifier"],
    separators: &[".", ":"],
    strings: &["string"],
    contents: &["escape_sequence", "string_content"],
    headers: &["function_declaration"],
    header_calls: &["dofile", "require"],
    bodies: &["body"],
    module_calls: &["dofile", "require"],
    definitions: &[Defines::function("function_declaration", "name")],
    bindings: &[
        Binding::new("assignment_statement", "variable_list", "expression_list"),
        Binding::new("field", "name", "value"),
    ],
    anonymous: &["function_definition"],
    rows: &["block"],
    unbracketed: &["arguments"],
    contexts: &[("", ""), ("local a = ", "")],
    ..Dialect::NONE
};
