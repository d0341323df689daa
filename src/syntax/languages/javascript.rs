//! JavaScript with JSX; TypeScript builds on it.

use crate::syntax::dialect::{Binding, Defines, Dialect};

pub(super) static JAVASCRIPT: Dialect = BASE;

pub(super) const BASE: Dialect = Dialect {
    name: "javascript",
    extensions: &["js", "jsx", "mjs", "cjs", "es6"],
    file_names: &["Jakefile"],
    interpreters: &["node", "nodejs", "bun"],
    grammar: || tree_sitter_javascript::LANGUAGE.into(),
    comments: &["comment", "hash_bang_line", "html_comment"],
    names: &[
        "identifier",
        "private_property_identifier",
        "property_identifier",
        "shorthand_property_identifier",
        "shorthand_property_identifier_pattern",
        "statement_identifier",
        "super",
        "this",
        "undefined",
    ],
    separators: &[".", "optional_chain"],
    strings: &["string", "template_string"],
    contents: &[
        "escape_sequence",
        "html_character_reference",
        "jsx_text",
        "regex_pattern",
        "string_fragment",
    ],
    headers: &[
        "class",
        "class_declaration",
        "export_statement",
        "function_declaration",
        "function_expression",
        "generator_function",
        "generator_function_declaration",
        "import_statement",
        "lexical_declaration",
        "method_definition",
        "variable_declaration",
    ],
    header_calls: &["require"],
    bodies: &[
        "body",
        "export_statement.value",
        "variable_declarator.value",
    ],
    modules: &[
        ("import_statement", "source"),
        ("export_statement", "source"),
    ],
    module_calls: &["require", "import"],
    keys: &[
        ("field_definition", "property"),
        ("method_definition", "name"),
        ("pair", "key"),
        ("pair_pattern", "key"),
    ],
    definitions: &[
        Defines::class("class", "name"),
        Defines::class("class_declaration", "name"),
        Defines::function("function_declaration", "name"),
        Defines::function("function_expression", "name"),
        Defines::function("generator_function", "name"),
        Defines::function("generator_function_declaration", "name"),
        Defines::function("method_definition", "name"),
    ],
    bindings: &[
        Binding::new("assignment_expression", "left", "right"),
        Binding::new("field_definition", "property", "value"),
        Binding::new("pair", "key", "value"),
        Binding::new("variable_declarator", "name", "value"),
    ],
    anonymous: &[
        "arrow_function",
        "class",
        "function_expression",
        "generator_function",
    ],
    markup: &["jsx_element", "jsx_self_closing_element"],
    omissible: &["decorator"],
    statements: &["gap", "default: gap"],
    contexts: &[
        ("", ""),
        ("(", ")"),
        ("({", "})"),
        ("class A { ", " }"),
        ("", " class A {}"),
        ("try { } ", ""),
        ("(<A ", " />)"),
    ],
    ..Dialect::NONE
};
