//! Python.

use crate::syntax::dialect::{Binding, Defines, Dialect};

pub(super) static PYTHON: Dialect = Dialect {
    name: "python",
    extensions: &["py", "pyi", "pyw"],
    file_names: &["SConstruct", "SConscript", "wscript"],
    interpreters: &["python", "pypy"],
    grammar: || tree_sitter_python::LANGUAGE.into(),
    comments: &["comment", "line_continuation"],
    line_comment: "#",
    closers: "\"'{",
    docstring_owners: &["module", "function_definition", "class_definition"],
    names: &["identifier"],
    separators: &["."],
    strings: &["string"],
    contents: &["string_content"],
    delimiters: &["string_start", "string_end"],
    gaps: &["format_specifier"],
    headers: &[
        "class_definition",
        "function_definition",
        "future_import_statement",
        "import_from_statement",
        "import_statement",
        "type_alias_statement",
    ],
    bodies: &["body", "type_alias_statement.right"],
    definitions: &[
        Defines::class("class_definition", "name"),
        Defines::class("type_alias_statement", "left"),
        Defines::function("function_definition", "name"),
    ],
    bindings: &[Binding::new("assignment", "left", "right")],
    anonymous: &["lambda"],
    omissible: &["return_type", "type_parameters"],
    rows: &["block"],
    contexts: &[
        ("", ""),
        ("", "\ndef f(): pass"),
        ("a: ", ""),
        ("f(", ")"),
        ("{", "}"),
        ("def f(", "): pass"),
        ("try:\n    pass\n", ""),
    ],
    ..Dialect::NONE
};
