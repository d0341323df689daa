//! Swift.

use crate::syntax::dialect::{Defines, Dialect};

pub(super) static SWIFT: Dialect = Dialect {
    name: "swift",
    extensions: &["swift"],
    interpreters: &["swift"],
    grammar: || tree_sitter_swift::LANGUAGE.into(),
    comments: &["comment", "multiline_comment", "shebang_line"],
    names: &[
        "self_expression",
        "simple_identifier",
        "statement_label",
        "super_expression",
        "type_identifier",
    ],
    separators: &["."],
    postfix: &["!", "?"],
    strings: &[
        "line_string_literal",
        "multi_line_string_literal",
        "raw_string_literal",
    ],
    contents: &[
        "line_str_text",
        "multi_line_str_text",
        "raw_str_end_part",
        "raw_str_part",
        "regex_literal",
        "str_escaped_char",
    ],
    delimiters: &["raw_str_continuing_indicator"],
    escapes: &["str_escaped_char"],
    headers: &[
        "associatedtype_declaration",
        "class_declaration",
        "function_declaration",
        "import_declaration",
        "init_declaration",
        "macro_declaration",
        "property_declaration",
        "protocol_declaration",
        "protocol_function_declaration",
        "typealias_declaration",
    ],
    bodies: &["body", "computed_value", "property_declaration.value"],
    definitions: &[
        Defines::class("class_declaration", "name"),
        Defines::class("protocol_declaration", "name"),
        Defines::class("typealias_declaration", "name"),
        Defines::function("function_declaration", "name"),
        Defines::function("protocol_function_declaration", "name"),
    ],
    rows: &["statements"],
    statements: &["gap", "var gap = 1"],
    contexts: &[("", ""), ("class A { ", " }")],
    ..Dialect::NONE
};
