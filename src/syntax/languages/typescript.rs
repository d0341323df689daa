//! TypeScript, TSX, and the scripts of Vue and Svelte files, which are read as TypeScript.

use super::javascript;
use crate::syntax::dialect::{Binding, Defines, Dialect, Extent};

pub(super) static TYPESCRIPT: Dialect = BASE;

pub(super) static TSX: Dialect = Dialect {
    name: "tsx",
    family: "typescript",
    extensions: &["tsx"],
    interpreters: &[],
    grammar: || tree_sitter_typescript::LANGUAGE_TSX.into(),
    contents: javascript::BASE.contents,
    markup: javascript::BASE.markup,
    ..BASE
};

pub(super) static VUE: Dialect = Dialect {
    name: "vue",
    extensions: &["vue"],
    ..SCRIPTS
};

pub(super) static SVELTE: Dialect = Dialect {
    name: "svelte",
    extensions: &["svelte"],
    ..SCRIPTS
};

const SCRIPTS: Dialect = Dialect {
    family: "typescript",
    interpreters: &[],
    extent: Extent::Scripts,
    ..BASE
};

const BASE: Dialect = Dialect {
    name: "typescript",
    extensions: &["ts", "mts", "cts"],
    file_names: &[],
    interpreters: &["ts-node", "tsx", "deno"],
    grammar: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
    names: &[
        "identifier",
        "predefined_type",
        "private_property_identifier",
        "property_identifier",
        "shorthand_property_identifier",
        "shorthand_property_identifier_pattern",
        "statement_identifier",
        "super",
        "this",
        "this_type",
        "type_identifier",
        "undefined",
    ],
    separators: &[".", "?.", "optional_chain"],
    postfix: &["!"],
    contents: &["escape_sequence", "regex_pattern", "string_fragment"],
    headers: &[
        "abstract_class_declaration",
        "class",
        "class_declaration",
        "enum_declaration",
        "export_statement",
        "function_declaration",
        "function_expression",
        "function_signature",
        "generator_function",
        "generator_function_declaration",
        "import_alias",
        "import_statement",
        "interface_declaration",
        "internal_module",
        "lexical_declaration",
        "method_definition",
        "module",
        "type_alias_declaration",
        "variable_declaration",
    ],
    bodies: &[
        "body",
        "export_statement.value",
        "type_alias_declaration.value",
        "variable_declarator.value",
    ],
    modules: &[
        ("export_statement", "source"),
        ("import_require_clause", "source"),
        ("import_statement", "source"),
        ("module", "name"),
    ],
    keys: &[
        ("enum_assignment", "name"),
        ("enum_body", "name"),
        ("method_definition", "name"),
        ("method_signature", "name"),
        ("pair", "key"),
        ("pair_pattern", "key"),
        ("property_signature", "name"),
        ("public_field_definition", "name"),
    ],
    definitions: &[
        Defines::class("abstract_class_declaration", "name"),
        Defines::class("class", "name"),
        Defines::class("class_declaration", "name"),
        Defines::class("enum_declaration", "name"),
        Defines::class("interface_declaration", "name"),
        Defines::class("internal_module", "name"),
        Defines::class("module", "name"),
        Defines::class("type_alias_declaration", "name"),
        Defines::function("abstract_method_signature", "name"),
        Defines::function("function_declaration", "name"),
        Defines::function("function_expression", "name"),
        Defines::function("function_signature", "name"),
        Defines::function("generator_function", "name"),
        Defines::function("generator_function_declaration", "name"),
        Defines::function("method_definition", "name"),
        Defines::function("method_signature", "name"),
    ],
    bindings: &[
        Binding::new("assignment_expression", "left", "right"),
        Binding::new("pair", "key", "value"),
        Binding::new("public_field_definition", "name", "value"),
        Binding::new("variable_declarator", "name", "value"),
    ],
    markup: &[],
    omissible: &[
        "accessibility_modifier",
        "decorator",
        "override_modifier",
        "return_type",
        "type_arguments",
        "type_parameters",
    ],
    contexts: &[
        ("", ""),
        ("(", ")"),
        ("({", "})"),
        ("class A { ", " }"),
        ("", " class A {}"),
        ("try { } ", ""),
        ("(<A ", " />)"),
        // No other place takes a named type and neither an object nor a function, which as types
        // look just like values.
        ("interface A extends ", " {}"),
    ],
    ..javascript::BASE
};
