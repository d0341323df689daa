//! Kotlin.

use crate::syntax::dialect::{Defines, Dialect};

pub(super) static KOTLIN: Dialect = Dialect {
    name: "kotlin",
    extensions: &["kt", "kts"],
    interpreters: &["kotlin", "kscript"],
    grammar: || tree_sitter_kotlin_ng::LANGUAGE.into(),
    comments: &["block_comment", "line_comment", "shebang"],
    names: &["identifier", "label", "super_expression", "this_expression"],
    separators: &[".", "::", "?."],
    postfix: &["!!"],
    strings: &[
        "character_literal",
        "multiline_string_literal",
        "string_literal",
    ],
    contents: &["escape_sequence", "string_content"],
    gaps: &["character_literal"],
    sigil: "$",
    headers: &[
        "class_declaration",
        "companion_object",
        "function_declaration",
        "import",
        "object_declaration",
        "package_header",
        "type_alias",
    ],
    bodies: &["class_body", "enum_class_body", "function_body"],
    definitions: &[
        Defines::class("class_declaration", "name"),
        Defines::class("companion_object", "name"),
        Defines::class("object_declaration", "name"),
        Defines::class("type_alias", "type"),
        Defines::function("function_declaration", "name"),
    ],
    omissible: &[
        "annotation",
        "class_modifier",
        "function_modifier",
        "inheritance_modifier",
        "member_modifier",
        "modifiers",
        "platform_modifier",
        "property_modifier",
        "type_constraints",
        "type_parameters",
        "visibility_modifier",
        "function_declaration.function_type",
        "function_declaration.nullable_type",
        "function_declaration.user_type",
    ],
    rests: &["gap", "gap: Gap"],
    statements: &["gap", "val gap = 1"],
    contexts: &[("", ""), ("class A { ", " }"), ("val a: ", "")],
    ..Dialect::NONE
};
