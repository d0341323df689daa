//! Java.

use crate::syntax::dialect::{Defines, Dialect};

pub(super) static JAVA: Dialect = Dialect {
    name: "java",
    extensions: &["java"],
    interpreters: &["java", "jbang"],
    grammar: || tree_sitter_java::LANGUAGE.into(),
    comments: &["block_comment", "line_comment"],
    names: &[
        "boolean_type",
        "floating_point_type",
        "identifier",
        "integral_type",
        "super",
        "this",
        "type_identifier",
        "void_type",
    ],
    separators: &[".", "::"],
    strings: &["character_literal", "string_literal"],
    contents: &[
        "escape_sequence",
        "multiline_string_fragment",
        "string_fragment",
    ],
    headers: &[
        "annotation_type_declaration",
        "annotation_type_element_declaration",
        "class_declaration",
        "compact_constructor_declaration",
        "constant_declaration",
        "constructor_declaration",
        "enum_declaration",
        "field_declaration",
        "import_declaration",
        "interface_declaration",
        "method_declaration",
        "module_declaration",
        "package_declaration",
        "record_declaration",
    ],
    bodies: &["body", "variable_declarator.value"],
    definitions: &[
        Defines::class("annotation_type_declaration", "name"),
        Defines::class("class_declaration", "name"),
        Defines::class("enum_declaration", "name"),
        Defines::class("interface_declaration", "name"),
        Defines::class("record_declaration", "name"),
        Defines::function("compact_constructor_declaration", "name"),
        Defines::function("constructor_declaration", "name"),
        Defines::function("method_declaration", "name"),
    ],
    ..Dialect::NONE
};
