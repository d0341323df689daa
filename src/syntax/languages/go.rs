//! Go.

use crate::syntax::dialect::{Binding, Defines, Dialect};

pub(super) static GO: Dialect = Dialect {
    name: "go",
    extensions: &["go"],
    grammar: || tree_sitter_go::LANGUAGE.into(),
    comments: &["comment"],
    line_comment: "//",
    closers: "`*",
    names: &[
        "blank_identifier",
        "field_identifier",
        "identifier",
        "iota",
        "label_name",
        "package_identifier",
        "type_identifier",
    ],
    separators: &["."],
    strings: &[
        "interpreted_string_literal",
        "raw_string_literal",
        "rune_literal",
    ],
    contents: &[
        "escape_sequence",
        "interpreted_string_literal_content",
        "raw_string_literal_content",
    ],
    headers: &[
        "const_declaration",
        "function_declaration",
        "import_declaration",
        "method_declaration",
        "package_clause",
        "type_alias",
        "type_declaration",
        "type_spec",
        "var_declaration",
    ],
    bodies: &[
        "body",
        "field_declaration_list",
        "method_elem",
        "type_elem",
        "const_spec.value",
        "var_spec.value",
    ],
    modules: &[("import_spec", "path")],
    definitions: &[
        Defines::class("type_alias", "name"),
        Defines::class("type_spec", "name"),
        Defines::function("function_declaration", "name"),
        Defines::function("method_declaration", "name"),
        Defines::function("method_elem", "name"),
    ],
    bindings: &[
        Binding::new("short_var_declaration", "left", "right"),
        Binding::new("var_spec", "name", "value"),
    ],
    anonymous: &["func_literal"],
    omissible: &["result", "type_parameters"],
    contexts: &[
        ("package p\nfunc f() {\n", "\n}"),
        ("package p\n", "\n"),
        ("package p\nvar x = T{", "}"),
        ("package p\ntype T struct {\n", "\n}"),
        ("package p\nvar x ", "\n"),
    ],
    ..Dialect::NONE
};
