//! Every dialect names things its grammar has, and files are told apart.

#![allow(clippy::too_many_lines, reason = "a table is one thing, however long")]

use super::super::dialect::Dialect;
use super::super::languages::DIALECTS;
use super::*;

/// All node kinds that a dialect names.
fn kinds_named(dialect: &Dialect) -> Vec<&'static str> {
    let mut kinds = [
        dialect.comments,
        dialect.docstring_owners,
        dialect.names,
        dialect.separators,
        dialect.strings,
        dialect.contents,
        dialect.delimiters,
        dialect.gaps,
        dialect.unparsed,
        dialect.headers,
        dialect.anonymous,
        dialect.markup,
        dialect.rows,
        dialect.token_trees,
        dialect.unbracketed,
    ]
    .concat();
    let places = [dialect.modules, dialect.keys].concat();
    kinds.extend(places.iter().map(|(kind, _)| *kind));
    kinds.extend(dialect.bindings.iter().map(|binding| binding.node));
    kinds.extend(dialect.definitions.iter().map(|defines| defines.node));
    kinds.extend(
        dialect
            .bodies
            .iter()
            .chain(dialect.omissible)
            .filter_map(|part| Some(part.split_once('.')?.0)),
    );
    kinds
}

/// All fields that a dialect names; some may be kinds instead.
fn fields_named(dialect: &Dialect) -> Vec<&'static str> {
    let mut fields = Vec::new();
    let places = [dialect.modules, dialect.keys].concat();
    fields.extend(places.iter().map(|(_, field)| *field));
    fields.extend(
        dialect
            .bindings
            .iter()
            .flat_map(|binding| [binding.name, binding.value]),
    );
    fields.extend(
        dialect
            .definitions
            .iter()
            .flat_map(|defines| [defines.name, defines.body]),
    );
    fields.extend(
        dialect
            .bodies
            .iter()
            .chain(dialect.omissible)
            .map(|part| part.rsplit('.').next().unwrap_or(part)),
    );
    fields.retain(|field| !field.is_empty());
    fields
}

#[test]
fn a_name_need_not_be_utf8() {
    let named = |path: &[u8]| Language::of_path(&RepoPath::new(path)).map(Language::name);
    assert_eq!(named(b"dir/latin\xe9.py"), Some("python"));
    assert_eq!(named(b"latin.\xe9"), None);
    assert_eq!(named(b"\xe9"), None);
}

#[test]
fn every_kind_and_field_exists() {
    for dialect in DIALECTS {
        let grammar = (dialect.grammar)();
        let kinds: Vec<&str> = (0..grammar.node_kind_count())
            .filter_map(|id| grammar.node_kind_for_id(id as u16))
            .collect();
        for kind in kinds_named(dialect) {
            assert!(kinds.contains(&kind), "{}: no kind {kind}", dialect.name);
        }
        for field in fields_named(dialect) {
            let exists = grammar.field_id_for_name(field).is_some() || kinds.contains(&field);
            assert!(exists, "{}: no field {field}", dialect.name);
        }
    }
}

#[test]
fn files_are_told_apart() {
    let check = |path: &str, first: &str, expected: Option<&str>| {
        let language = Language::of(&RepoPath::from(path), first.as_bytes());
        assert_eq!(language.map(Language::name), expected, "{path} {first:?}");
    };
    check("a/b.py", "", Some("python"));
    check("a/B.PY", "", Some("python"));
    check("a.test.tsx", "", Some("tsx"));
    check("a.mts", "", Some("typescript"));
    check("a.jsx", "", Some("javascript"));
    check("x.vue", "", Some("vue"));
    check("x.svelte", "", Some("svelte"));
    check("Gemfile", "", Some("ruby"));
    check("lib/Rakefile", "", Some("ruby"));
    check("a.h", "#include <x>\nint f(void);", Some("c"));
    check("bin/tool", "#!/usr/bin/env python3.12\nx", Some("python"));
    check(
        "bin/tool",
        "#!/usr/bin/env -S A=1 node --x\n",
        Some("javascript"),
    );
    check("bin/tool", "#! /usr/local/bin/ruby -w\r\n", Some("ruby"));
    check("bin/tool", "#!/bin/sh\n", Some("bash"));
    check("bin/tool", "#!", None);
    check("bin/tool", "#!/bin/nothing-known\n", None);
    check("README.md", "#!/usr/bin/ruby\n", Some("ruby"));
    check("a.sql", "select 1", None);
    check("py", "", None);
    check(".py", "", None);
    check("", "", None);
}

#[test]
#[cfg(feature = "all-languages")]
fn headers_are_read_as_what_they_hold() {
    let check = |source: &str, expected: &str| {
        let language = Language::of(&RepoPath::from("a.h"), source.as_bytes());
        assert_eq!(language.map(Language::name), Some(expected), "{source}");
    };
    check("#pragma once\nnamespace a {\n", "cpp");
    check("  class A;\n", "cpp");
    check("// class A in words\nint x;", "c");
}
