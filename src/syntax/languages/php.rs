//! PHP, with the HTML around it as text.

use crate::syntax::dialect::{Binding, Defines, Dialect};

pub(super) static PHP: Dialect = Dialect {
    name: "php",
    extensions: &[
        "php", "php3", "php4", "php5", "php7", "php8", "phtml", "inc",
    ],
    interpreters: &["php"],
    grammar: || tree_sitter_php::LANGUAGE_PHP.into(),
    comments: &["comment"],
    names: &["name", "primitive_type", "relative_scope", "variable_name"],
    separators: &["->", "::", "?->", "\\"],
    strings: &[
        "encapsed_string",
        "heredoc_body",
        "nowdoc_body",
        "shell_command_expression",
        "string",
    ],
    contents: &["escape_sequence", "nowdoc_string", "string_content", "text"],
    delimiters: &["heredoc_end", "heredoc_start"],
    headers: &[
        "class_declaration",
        "const_declaration",
        "enum_declaration",
        "function_definition",
        "include_expression",
        "include_once_expression",
        "interface_declaration",
        "method_declaration",
        "namespace_definition",
        "namespace_use_declaration",
        "property_declaration",
        "require_expression",
        "require_once_expression",
        "trait_declaration",
        "use_declaration",
    ],
    bodies: &[
        "compound_statement",
        "declaration_list",
        "enum_declaration_list",
        "property_element.default_value",
    ],
    module_calls: &["include", "include_once", "require", "require_once"],
    definitions: &[
        Defines::class("class_declaration", "name"),
        Defines::class("enum_declaration", "name"),
        Defines::class("interface_declaration", "name"),
        Defines::class("trait_declaration", "name"),
        Defines::function("function_definition", "name"),
        Defines::function("method_declaration", "name"),
    ],
    bindings: &[Binding::new("assignment_expression", "left", "right")],
    anonymous: &["anonymous_function", "arrow_function"],
    holes: &["gap", "$gap"],
    rests: &["gap", "$gap"],
    statements: &["gap;", "gap", "public $gap;", "default: gap;"],
    contexts: &[
        ("<?php ", ";"),
        ("<?php class A { ", " }"),
        ("<?php ", " class A {}"),
    ],
    ..Dialect::NONE
};
