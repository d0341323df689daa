//! Every dialect names things its grammar has, and files are told apart.

#![allow(clippy::too_many_lines, reason = "a table is one thing, however long")]

use super::super::languages::DIALECTS;
use super::*;

#[test]
fn every_kind_and_field_exists() {
    for dialect in DIALECTS {
        let grammar = (dialect.grammar)();
        let kinds: Vec<&str> = (0..grammar.node_kind_count())
            .filter_map(|id| grammar.node_kind_for_id(id as u16))
            .collect();
        let named = [
            dialect.comments,
            dialect.docstring_owners,
            dialect.names,
            dialect.separators,
            dialect.strings,
            dialect.contents,
            dialect.delimiters,
            dialect.gaps,
            dialect.unparsed,
            dialect.anonymous,
            dialect.markup,
            dialect.headers,
        ]
        .concat();
        let field = |name: &str| grammar.field_id_for_name(name).is_some();
        let language = dialect.name;
        for kind in named {
            assert!(kinds.contains(&kind), "{language}: no kind {kind}");
        }
        for body in dialect.bodies {
            let exists = match body.split_once('.') {
                Some((kind, name)) => kinds.contains(&kind) && field(name),
                None => field(body) || kinds.contains(body),
            };
            assert!(exists, "{language}: no {body}");
        }
        for (kind, name) in [dialect.modules, dialect.keys].concat() {
            assert!(kinds.contains(&kind), "{language}: no kind {kind}");
            assert!(
                name.is_empty() || field(name),
                "{language}: no field {name}"
            );
        }
        for binding in dialect.bindings {
            assert!(
                kinds.contains(&binding.node),
                "{language}: no kind {}",
                binding.node
            );
            for part in [binding.name, binding.value] {
                assert!(
                    field(part) || kinds.contains(&part),
                    "{language}: no {part}"
                );
            }
        }
        for defines in dialect.definitions {
            assert!(
                kinds.contains(&defines.node),
                "{language}: no kind {}",
                defines.node
            );
            assert!(
                field(defines.name) || kinds.contains(&defines.name),
                "{language}: no {}",
                defines.name
            );
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
    check("bin/tool", "#!/usr/bin/env python3.12\nx", Some("python"));
    check(
        "bin/tool",
        "#!/usr/bin/env -S A=1 node --x\n",
        Some("javascript"),
    );
    check("bin/tool", "#! /usr/local/bin/ruby -w\r\n", Some("ruby"));
    check("bin/tool", "#!", None);
    check("bin/tool", "#!/bin/nothing-known\n", None);
    check("README.md", "#!/usr/bin/ruby\n", Some("ruby"));
    check("a.sql", "select 1", None);
    check("py", "", None);
    check(".py", "", None);
    check("", "", None);
}
