//! Shell scripts.

use crate::syntax::dialect::{Defines, Dialect};

pub(super) static BASH: Dialect = Dialect {
    name: "bash",
    extensions: &["bash", "bats", "ebuild", "eclass", "ksh", "sh", "zsh"],
    file_names: &[
        ".bash_aliases",
        ".bash_logout",
        ".bash_profile",
        ".bashrc",
        ".envrc",
        ".profile",
        ".zprofile",
        ".zshenv",
        ".zshrc",
        "PKGBUILD",
    ],
    interpreters: &["ash", "bash", "dash", "ksh", "sh", "zsh"],
    grammar: || tree_sitter_bash::LANGUAGE.into(),
    comments: &["comment"],
    names: &["simple_expansion", "special_variable_name", "variable_name"],
    sigils: &['$', '@', ':', '#', '&'],
    strings: &["ansi_c_string", "heredoc_body", "raw_string", "string"],
    contents: &["heredoc_body", "heredoc_content", "regex", "string_content"],
    delimiters: &["heredoc_end", "heredoc_start"],
    gaps: &["heredoc_body", "heredoc_redirect"],
    unparsed: &["word"],
    headers: &["function_definition"],
    bodies: &["body"],
    definitions: &[Defines::function("function_definition", "name")],
    ..Dialect::NONE
};
