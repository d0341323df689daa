//! C++.

use super::c;
use crate::syntax::dialect::{Defines, Dialect};

pub(super) static CPP: Dialect = Dialect {
    name: "cpp",
    extensions: &[
        "c++", "cc", "cpp", "cppm", "cu", "cuh", "cxx", "h++", "hh", "hpp", "hxx", "inl", "ino",
        "ipp", "ixx", "tpp",
    ],
    interpreters: &[],
    grammar: || tree_sitter_cpp::LANGUAGE.into(),
    names: &[
        "field_identifier",
        "identifier",
        "namespace_identifier",
        "primitive_type",
        "statement_identifier",
        "this",
        "type_identifier",
    ],
    separators: &["->", "->*", ".", ".*", "::"],
    strings: &[
        "char_literal",
        "raw_string_literal",
        "string_literal",
        "system_lib_string",
    ],
    contents: &[
        "character",
        "escape_sequence",
        "raw_string_content",
        "string_content",
    ],
    delimiters: &["raw_string_delimiter"],
    headers: &[
        "alias_declaration",
        "class_specifier",
        "concept_definition",
        "enum_specifier",
        "function_definition",
        "namespace_alias_definition",
        "namespace_definition",
        "preproc_def",
        "preproc_function_def",
        "preproc_include",
        "struct_specifier",
        "template_declaration",
        "type_definition",
        "union_specifier",
        "using_declaration",
    ],
    bodies: &[
        "alias_declaration.type",
        "body",
        "field_initializer_list",
        "value",
    ],
    definitions: &[
        Defines::class("alias_declaration", "name"),
        Defines::class("class_specifier", "name").with("body"),
        Defines::class("concept_definition", "name"),
        Defines::class("enum_specifier", "name").with("body"),
        Defines::class("namespace_definition", "name"),
        Defines::class("struct_specifier", "name").with("body"),
        Defines::class("type_definition", "declarator"),
        Defines::class("union_specifier", "name").with("body"),
        Defines::function("function_definition", "declarator"),
        Defines::function("preproc_function_def", "name"),
    ],
    contexts: &[("void f() { ", "; }"), ("", ""), ("class A { ", " };")],
    ..c::BASE
};
