//! C; C++ builds on it.

use crate::syntax::dialect::{Defines, Dialect};

pub(super) static C: Dialect = BASE;

pub(super) const BASE: Dialect = Dialect {
    name: "c",
    extensions: &["c", "h"],
    interpreters: &["tcc"],
    grammar: || tree_sitter_c::LANGUAGE.into(),
    comments: &["comment"],
    line_comment: "//",
    closers: "\"*",
    names: &[
        "field_identifier",
        "identifier",
        "primitive_type",
        "statement_identifier",
        "type_identifier",
    ],
    separators: &["->", "."],
    strings: &["char_literal", "string_literal", "system_lib_string"],
    contents: &["character", "escape_sequence", "string_content"],
    unparsed: &["preproc_arg"],
    headers: &[
        "enum_specifier",
        "function_definition",
        "preproc_def",
        "preproc_function_def",
        "preproc_include",
        "struct_specifier",
        "type_definition",
        "union_specifier",
    ],
    bodies: &["body", "value"],
    modules: &[("preproc_include", "path")],
    definitions: &[
        Defines::class("enum_specifier", "name").with("body"),
        Defines::class("struct_specifier", "name").with("body"),
        Defines::class("type_definition", "declarator"),
        Defines::class("union_specifier", "name").with("body"),
        Defines::function("function_definition", "declarator"),
        Defines::function("preproc_function_def", "name"),
    ],
    omissible: &[
        "attribute_declaration",
        "attribute_specifier",
        "ms_declspec_modifier",
        "storage_class_specifier",
    ],
    statements: &["gap;", "gap", "int gap;", "default: gap;"],
    contexts: &[("void f() { ", "; }"), ("", ""), ("int a = ", ";")],
    ..Dialect::NONE
};
