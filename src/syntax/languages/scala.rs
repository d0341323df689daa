//! Scala.

use crate::syntax::dialect::{Defines, Dialect};

pub(super) static SCALA: Dialect = Dialect {
    name: "scala",
    extensions: &["sbt", "sc", "scala"],
    interpreters: &["amm", "scala", "scala-cli"],
    grammar: || tree_sitter_scala::LANGUAGE.into(),
    comments: &["block_comment", "comment", "xml_comment"],
    names: &["identifier", "type_identifier"],
    separators: &["."],
    strings: &["character_literal", "interpolated_string", "string"],
    contents: &["escape_sequence", "xml_cdata", "xml_string", "xml_text"],
    gaps: &["interpolated_string"],
    headers: &[
        "class_definition",
        "enum_definition",
        "export_declaration",
        "function_declaration",
        "function_definition",
        "given_definition",
        "import_declaration",
        "object_definition",
        "package_clause",
        "package_object",
        "trait_definition",
        "type_definition",
        "val_declaration",
        "val_definition",
        "var_declaration",
        "var_definition",
    ],
    bodies: &["body", "val_definition.value", "var_definition.value"],
    definitions: &[
        Defines::class("class_definition", "name"),
        Defines::class("enum_definition", "name"),
        Defines::class("object_definition", "name"),
        Defines::class("package_object", "name"),
        Defines::class("trait_definition", "name"),
        Defines::class("type_definition", "name"),
        Defines::function("function_declaration", "name"),
        Defines::function("function_definition", "name"),
    ],
    rows: &["indented_block"],
    contexts: &[("", ""), ("class A { ", " }")],
    ..Dialect::NONE
};
