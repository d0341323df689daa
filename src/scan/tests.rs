//! Tables: what a pattern hits in a source, with and without the prefilter.

use std::time::{Duration, Instant};

use super::agenda::Agenda;
use super::deadline::Deadline;
use super::look::{Filter, Look, Viewer};
use crate::model::hit::Analysis;
use crate::model::path::RepoPath;
use crate::model::spec::{Pattern, PatternForm, PatternKind, Rule, Scope, Severity, Spec};

pub(super) fn pattern(kind: PatternKind, text: &str) -> Pattern {
    let inner = text
        .strip_prefix('/')
        .and_then(|rest| rest.strip_suffix('/'));
    let regex = inner.filter(|inner| match kind {
        PatternKind::Structures => false,
        PatternKind::ApiRoutes => inner.contains(['\\', '^', '$', '(', '[', '|', '+']),
        _ => true,
    });
    Pattern {
        kind,
        text: text.to_owned(),
        form: match regex {
            Some(regex) => PatternForm::Regex(regex.to_owned()),
            None => PatternForm::Literal(text.to_owned()),
        },
    }
}

pub(super) fn rule(id: &str, patterns: Vec<Pattern>) -> Rule {
    Rule {
        id: id.to_owned(),
        description: String::new(),
        severity: Severity::Medium,
        category: None,
        guidance: None,
        match_: patterns,
        expect: Vec::new(),
        expect_any: Vec::new(),
        expect_not: Vec::new(),
        where_: Vec::new(),
        scope: Scope::default(),
        ignore_case: false,
        language: None,
    }
}

pub(super) fn spec(rules: Vec<Rule>) -> Spec {
    Spec {
        name: "test".to_owned(),
        description: None,
        version: None,
        rules,
    }
}

pub(super) fn look(spec: &Spec, path: &str, source: &[u8], filter: Filter) -> Look {
    let agenda = Agenda::new([spec]).unwrap();
    let patterns = agenda.patterns(1).unwrap();
    let viewer = Viewer {
        agenda: &agenda,
        patterns: &patterns,
        filter,
        deadline: Deadline::NONE,
    };
    let path = RepoPath::from(path);
    let reaches = agenda.reaches(&path);
    viewer.look(&path, source, &[0], &reaches).unwrap()
}

type Place = (u32, u32);

fn places(rule: Rule, path: &str, source: &str) -> Vec<Place> {
    let spec = spec(vec![rule]);
    let found = |filter| -> Vec<Place> {
        let look = look(&spec, path, source.as_bytes(), filter);
        let spots = look.searched.values().flat_map(|search| &search.spots);
        spots.map(|spot| (spot.line, spot.column)).collect()
    };
    let (with, without) = (found(Filter::On), found(Filter::Off));
    assert_eq!(with, without, "the prefilter lost something in {source:?}");
    with
}

/// Pattern, path, source, places.
type Row = (&'static str, &'static str, &'static str, &'static [Place]);

fn check_all(kind: PatternKind, rows: &[Row]) {
    for (text, path, source, expected) in rows {
        let rule = rule("r", vec![pattern(kind, text)]);
        assert_eq!(
            places(rule, path, source),
            *expected,
            "{text} in {path}: {source:?}"
        );
    }
}

const SEGMENTS: &[Row] = &[
    ("sign", "a.js", "this.jwt.sign.call(x)", &[(1, 10)]),
    ("jwt.sign", "a.js", "this.jwt.sign.call(x)", &[(1, 6)]),
    ("this.jwt", "a.js", "this.jwt.sign.call(x)", &[(1, 1)]),
    ("jwt.call", "a.js", "this.jwt.sign.call(x)", &[]),
    ("jwt.sign", "a.ts", "jwt?.sign(x)", &[(1, 1)]),
    ("jwt?.sign", "a.ts", "jwt.sign(x)", &[(1, 1)]),
    ("jwt.sign", "a.ts", "jwt!.sign(x)", &[(1, 1)]),
    (
        "jwt.sign",
        "a.js",
        "x = jwt\n  // why\n  .sign(x)",
        &[(1, 5)],
    ),
    ("sign", "a.js", "x = jwt\n  // why\n  .sign(x)", &[(3, 4)]),
    ("jwt.sign", "a.js", "jwt.signer(x); ajwt.sign()", &[]),
    (
        "foo",
        "a.py",
        "foo_bar = 1\nfoo = 2\nx.foo\n# foo\ns = 'foo'",
        &[(2, 1), (3, 3)],
    ),
    ("foo", "a.py", "foo = foo(foo)\n", &[(1, 1)]),
    (
        "foo",
        "a.py",
        "def f():\n    '''foo'''\n    return f'{foo} foo'\n",
        &[(3, 15)],
    ),
    ("foo", "a.js", "x = `foo ${foo}`", &[(1, 12)]),
    ("foo", "a.js", "\u{feff}foo()\r\n  foo()", &[(1, 1), (2, 3)]),
    ("foo", "a.go", "package p\nfunc foo() {}\n", &[(2, 6)]),
    (
        "User",
        "a.py",
        "class User(Base):\n    pass\nx: User = User()\n",
        &[(1, 7), (3, 4)],
    ),
    ("products", "a.py", "x['products']\n", &[]),
    (
        "user_email",
        "a.js",
        "x = {\"user_email\": 1, user_email: 2}",
        &[(1, 7)],
    ),
    (".product_id", "a.js", "items[0].product_id", &[(1, 10)]),
    (
        "goto",
        "a.c",
        "int f(void) { goto out; out: return 0; }",
        &[(1, 15)],
    ),
    ("naïve", "a.py", "naïve = 1\nnaïveté = 1\n", &[(1, 1)]),
    ("curl", "a.sh", "curl -s \"$curl\" # curl\n", &[(1, 1)]),
    ("a.b", "a.lua", "a.b() -- a.b\na.bc()\n", &[(1, 1)]),
    (
        "Console.WriteLine",
        "a.cs",
        "class A { void F() { System.Console.WriteLine(1); } }",
        &[(1, 29)],
    ),
    (
        "Bar",
        "a.scala",
        "object Foo extends Bar { val x = \"Bar\" }",
        &[(1, 20)],
    ),
];

const SEPARATORS_AND_SIGILS: &[Row] = &[
    (
        "std::env::var",
        "a.rs",
        "use std::env::var;\nlet x = std::env::vars();",
        &[(1, 5)],
    ),
    ("Foo::new", "a.rs", "let x = Foo::\n    new();", &[(1, 9)]),
    ("Foo.new", "a.rs", "let x = Foo::new();", &[]),
    (
        "Foo::make",
        "a.cpp",
        "auto x = Foo::make_it(); auto y = ::Foo::make();",
        &[(1, 37)],
    ),
    ("a->b", "a.c", "int f(void) { return a->b; }", &[(1, 22)]),
    ("a.b", "a.c", "int f(void) { return a->b; }", &[]),
    ("println", "a.rs", "println!(\"x\");", &[(1, 1)]),
    ("println!", "a.rs", "println!(\"x\");", &[(1, 1)]),
    ("Injectable", "a.ts", "@Injectable()\nclass A {}", &[(1, 2)]),
    (
        "@Injectable",
        "a.ts",
        "@Injectable()\nclass A {}\nInjectable()",
        &[(1, 1)],
    ),
    (
        "app.route",
        "a.py",
        "@app.route('/x')\ndef f(): pass",
        &[(1, 2)],
    ),
    (
        "name",
        "a.rb",
        "@name = :name\n@names = 1\n$name",
        &[(1, 1), (3, 1)],
    ),
    (
        "@name",
        "a.rb",
        "name = 1\n@name = :name\n@@name = 1",
        &[(2, 1)],
    ),
    ("save!", "a.rb", "user.save!\nuser.save", &[(1, 6)]),
    ("save", "a.rb", "user.save!\nuser.save", &[(2, 6)]),
    ("user.save", "a.rb", "user&.save", &[(1, 1)]),
    ("user", "a.php", "<?php $user->name; user();", &[(1, 7)]),
    (
        "$user->name",
        "a.php",
        "<?php $user?->name; user();",
        &[(1, 7)],
    ),
    ("target", "a.js", "$target = 1; /^target/", &[]),
    ("$target", "a.js", "$target = 1; target", &[(1, 1)]),
    ("/^target/", "a.ts", "$target = 1;", &[]),
    (
        "target",
        "a.rs",
        "macro_rules! m { ($target:expr) => {} }",
        &[(1, 19)],
    ),
    ("$user", "a.php", "<?php user(); ?>", &[]),
    (
        "App\\Models",
        "a.php",
        "<?php use App\\Models\\User;",
        &[(1, 11)],
    ),
    ("user.name", "a.swift", "print(user?.name)", &[(1, 7)]),
    (
        "user.name",
        "a.kt",
        "fun f() { g(user!!.name) }",
        &[(1, 13)],
    ),
];

#[test]
fn identifiers_by_whole_segments() {
    check_all(PatternKind::Identifiers, SEGMENTS);
    check_all(PatternKind::Identifiers, SEPARATORS_AND_SIGILS);
}

const MODULES: &[Row] = &[
    (
        "@aws-sdk/client-s3",
        "a.ts",
        "import x from '@aws-sdk/client-s3'",
        &[(1, 16)],
    ),
    (
        "client-s3",
        "a.ts",
        "import x from '@aws-sdk/client-s3'",
        &[(1, 25)],
    ),
    (
        "aws-sdk",
        "a.js",
        "const s = require('aws-sdk')",
        &[(1, 20)],
    ),
    ("aws-sdk", "a.js", "const s = 'aws-sdk'", &[]),
    ("fs", "a.js", "import fs2 from 'node:fs'", &[(1, 23)]),
    (
        "io/ioutil",
        "a.go",
        "package p\nimport (\n  \"fmt\"\n  \"io/ioutil\"\n)\n",
        &[(4, 4)],
    ),
    (
        "active_record/base",
        "a.rb",
        "require 'active_record/base'",
        &[(1, 10)],
    ),
    ("stdio.h", "a.c", "#include <stdio.h>\n", &[(1, 11)]),
];

const HEADERS: &[Row] = &[
    (
        "class User",
        "a.py",
        "class User(Base):\n    pass\n",
        &[(1, 1)],
    ),
    ("class User", "a.py", "class UserService:\n    pass\n", &[]),
    (
        "class User",
        "a.py",
        "# class User\ns = 'class User'\n",
        &[],
    ),
    (
        "class User",
        "a.java",
        "public class /* x */ User {}",
        &[(1, 8)],
    ),
    (
        "from models import User",
        "a.py",
        "from models import User\n",
        &[(1, 1)],
    ),
    (
        "import { User } from",
        "a.ts",
        "import {\n  User } from './user'",
        &[(1, 1)],
    ),
    (
        "import { User } from './user'",
        "a.ts",
        "import { User } from './user'",
        &[(1, 1)],
    ),
    (
        "import {User} from user",
        "a.ts",
        "import { User } from './user'",
        &[(1, 1)],
    ),
    (
        "import { User } from './user'",
        "a.ts",
        "import { User } from './users'",
        &[],
    ),
    (
        "struct User",
        "a.rs",
        "pub struct User {}\nfn f() { struct_user }",
        &[(1, 5)],
    ),
    ("pub fn", "a.rs", "pub fn x() {}", &[(1, 1)]),
    (
        "/import .*Legacy/",
        "a.ts",
        "import {\n  a,\n  Legacy,\n} from 'x'",
        &[(1, 1)],
    ),
    (
        "/^import .* from 'y'/",
        "a.ts",
        "import a from 'x'\nimport b from 'y'",
        &[(2, 1)],
    ),
    (
        "/class .*Legacy/",
        "a.py",
        "class A: pass\nclass MyLegacy: pass\n",
        &[(2, 1)],
    ),
];

#[test]
fn identifiers_in_modules_and_headers() {
    check_all(PatternKind::Identifiers, MODULES);
    check_all(PatternKind::Identifiers, HEADERS);
}

const CHAINS_BY_REGEX: &[Row] = &[
    (
        r"/\.product_id$/",
        "a.js",
        "cart.product_id\ncart.product_id.x\ncarts[0].product_id",
        &[(1, 6), (3, 10)],
    ),
    (
        r"/cart.*\.product_id/",
        "a.js",
        "this.cartItem\n  .product_id",
        &[(1, 6)],
    ),
    (
        r"/^get\w+ById$/",
        "a.js",
        "getUserById(x)\nx.getUserById()\n// getUserById",
        &[(1, 1)],
    ),
    (r"/\w+Id/", "a.js", "const userId = 'orderId'", &[(1, 7)]),
    (
        r"/^old_/",
        "a.py",
        "@old_decorator\ndef new_f(): old_f()\n",
        &[(1, 2), (2, 14)],
    ),
    (
        r"/^@old_/",
        "a.py",
        "@old_decorator\ndef new_f(): old_f()\n",
        &[(1, 1)],
    ),
    (r"/a\.b/", "a.js", "a?.b", &[(1, 1)]),
    (
        r"/^lodash/",
        "a.js",
        "import x from 'lodash/get'",
        &[(1, 16)],
    ),
    (r"/^get$/", "a.js", "import x from 'lodash/get'", &[]),
    (r"/get$/", "a.js", "import x from 'lodash/get'", &[(1, 23)]),
    (
        r"/^println$/",
        "a.rs",
        "println!(\"\");\neprintln!(\"\");",
        &[(1, 1)],
    ),
    (r"/^else$/", "a.js", "if (a) {} else {}", &[]),
];

#[test]
fn identifiers_by_regex() {
    check_all(PatternKind::Identifiers, CHAINS_BY_REGEX);
}

#[test]
fn letters_fold_only_on_request() {
    let check = |text: &str, source: &str, folded: bool| {
        for kind in [PatternKind::Identifiers, PatternKind::Expressions] {
            let mut rule = rule("r", vec![pattern(kind, text)]);
            assert!(
                places(rule.clone(), "a.js", source).is_empty(),
                "{text} in {source}"
            );
            rule.ignore_case = true;
            assert_eq!(
                !places(rule, "a.js", source).is_empty(),
                folded,
                "{text} in {source}"
            );
        }
    };
    check("user", "User", true);
    check("jwt.sign", "JWT.Sign()", true);
    check("user", "users", false);
    check("kiosk", "\u{212a}IOſK", true);
    check("/USER/", "user", true);
    check("größe", "GRÖßE", true);
}

const EXPRESSIONS: &[Row] = &[
    (
        "process.env.SECRET",
        "a.js",
        "x(process.env.SECRET) // process.env.SECRET",
        &[(1, 3)],
    ),
    (
        "md5(",
        "a.py",
        "\"\"\"md5(\"\"\"\nhashlib.md5(x)\n# md5(\ns = 'md5('",
        &[(2, 9), (4, 6)],
    ),
    ("new Foo", "a.js", "new /* x */\n  Foo()", &[(1, 1)]),
    ("users", "a.py", "__tablename__ = \"users\"\n", &[(1, 18)]),
    ("'/auth'", "a.js", "app.get('/auth')", &[(1, 9)]),
    (
        r"/TODO\(\d+\)/",
        "a.rs",
        "// TODO(1)\nlet x = \"TODO(2)\";",
        &[(2, 10)],
    ),
    ("^import x$", "a.py", "import x", &[]),
    (
        "/^import x$/",
        "a.py",
        "import y\r\nimport x\r\n",
        &[(2, 1)],
    ),
    ("a=1", "a.sh", "#!/bin/sh\na=1 # a=1\n", &[(2, 1)]),
];

#[test]
fn expressions_outside_comments() {
    check_all(PatternKind::Expressions, EXPRESSIONS);
}

const TABLES: &[Row] = &[
    (
        "users",
        "a.py",
        "q = 'SELECT * FROM users WHERE id = 1'\nusers = 1\n# FROM users",
        &[(1, 20)],
    ),
    (
        "users",
        "a.py",
        "q = f\"SELECT {x} FROM users\"\n",
        &[(1, 23)],
    ),
    ("users", "a.js", "q('SELECT *\\nFROM\\nusers')", &[(1, 20)]),
    (
        "USERS",
        "a.js",
        "q(`select a from public.users u`)",
        &[(1, 25)],
    ),
    (
        "public.users",
        "a.js",
        "q(`select a from public.users u`)",
        &[(1, 18)],
    ),
    (
        "public.users",
        "a.js",
        "q('select a from \"public\".\"users\" u')",
        &[(1, 19)],
    ),
    (
        "users",
        "a.js",
        "q('select a from \"public\".\"users\" u')",
        &[(1, 28)],
    ),
    (
        "audit.users",
        "a.js",
        "q(`select a from public.users u`)",
        &[],
    ),
    ("users", "a.js", "q('select from the users list')", &[]),
    (
        "orders",
        "m.sql",
        "-- orders\nCREATE TABLE \"orders\" (id int);\n",
        &[(2, 15)],
    ),
    (
        "/^old_/",
        "m.sql",
        "DROP TABLE old_users;\nDROP TABLE IF EXISTS cold_x;",
        &[(1, 12)],
    ),
    ("users", "m.txt", "select * from users", &[]),
];

#[test]
fn sql_tables_in_strings_and_sql_files() {
    check_all(PatternKind::SqlTables, TABLES);
}

const ROUTES: &[Row] = &[
    (
        "/auth/login",
        "a.js",
        "x\napp.post('/auth/login', (a) => b)",
        &[(2, 11)],
    ),
    (
        "/auth",
        "a.js",
        "app.post('/auth/login', (a) => b)",
        &[(1, 11)],
    ),
    ("/login", "a.js", "app.post('/auth/login', (a) => b)", &[]),
    ("/auth/login", "a.js", "axios.post('/auth/login', x)", &[]),
    (
        "/users/:id",
        "a.py",
        "@app.get('/users/{user_id}')\ndef f(): pass\n",
        &[(1, 11)],
    ),
    (
        "/posts/:id/edit",
        "config/routes.rb",
        "resources :posts",
        &[(1, 12)],
    ),
    (
        "/posts/new",
        "config/routes.rb",
        "resources :posts, only: [:show]",
        &[],
    ),
    (
        "/api/users",
        "A.java",
        "@RequestMapping(\"/api\")\nclass A {\n  @GetMapping(\"/users/{id}\")\n  void f() {}\n}",
        &[(3, 16)],
    ),
    (
        r"/^\/v[12]\//",
        "a.js",
        "app.get('/v1/x', (a) => b)\napp.get('/v3/x', (a) => b)",
        &[(1, 10)],
    ),
];

#[test]
fn declared_routes() {
    check_all(PatternKind::ApiRoutes, ROUTES);
}

#[test]
fn the_text_of_a_route_is_its_path() {
    let check = |path: &str, source: &str, expected: &str| {
        let spec = spec(vec![rule("r", vec![pattern(PatternKind::ApiRoutes, "/a")])]);
        let look = look(&spec, path, source.as_bytes(), Filter::On);
        let texts: Vec<_> = look.searched[&0]
            .spots
            .iter()
            .map(|spot| &*spot.text)
            .collect();
        assert_eq!(texts, [expected], "{source}");
    };
    check("a.js", "app.get('/a/b', (c) => d)", "/a/b");
    check("a.py", "@app.get(\"/a/{b}\")\ndef c(): pass", "/a/{b}");
    check(
        "a.py",
        "urls = [re_path(r'^a/(?P<b>\\w+)$', c)]",
        r"^a/(?P<b>\w+)$",
    );
    check("a.rs", "#[get(\"/a\")] fn b() {}", "/a");
    check("config/routes.rb", "resources :a", "a");
    check("config/routes.rb", "get \"a/b\", to: 'c#d'", "a/b");
    check(
        "a.py",
        "r = APIRouter(prefix=p)\n@r.get('/a')\ndef c(): pass",
        "/a",
    );
    check(
        "A.java",
        "@RequestMapping(\"/a\") class A { @GetMapping(\"\") void b() {} }",
        "\"\"",
    );
}

const STRUCTURES: &[Row] = &[
    (
        "jwt.sign($P, $S)",
        "a.ts",
        "x\n  jwt\n    .sign(a, b)",
        &[(2, 3)],
    ),
    ("$A == $A", "a.py", "a == a\na == b\n", &[(1, 1)]),
    ("f($$$)", "a.js", "// f(1)\n'f(1)'\nf(1)", &[(3, 1)]),
    ("f($X) if $Y", "a.py", "f(1)\n", &[]),
    ("x if $C else $X", "a.py", "x if 1else 2\n", &[(1, 1)]),
];

#[test]
fn structures_node_by_node() {
    check_all(PatternKind::Structures, STRUCTURES);
}

#[test]
fn structures_ignore_case_and_keep_to_their_language() {
    let found = |ignore_case, language: Option<&str>, path, source| {
        let mut rule = rule("r", vec![pattern(PatternKind::Structures, "Foo($X, $X)")]);
        rule.ignore_case = ignore_case;
        rule.language = language.map(str::to_owned);
        places(rule, path, source).len()
    };
    assert_eq!(found(false, None, "a.js", "foo(a, A)"), 0);
    assert_eq!(found(true, None, "a.js", "foo(a, A)"), 1);
    assert_eq!(found(true, None, "a.js", "foo(a, b)"), 0);
    assert_eq!(found(false, Some("python"), "a.js", "Foo(a, a)"), 0);
    assert_eq!(found(false, Some("typescript"), "a.tsx", "Foo(a, a)"), 1);
}

#[test]
fn structures_are_looked_for_loosely_in_code_that_is_too_large() {
    let spec = spec(vec![rule(
        "r",
        vec![pattern(PatternKind::Structures, "jwt.sign($P, $$$)")],
    )]);
    let large = format!(
        "{}\njwt . sign(\n  a, b)\njwt.sign(a)\n",
        "x = 1\n".repeat(200_000)
    );
    let look = look(&spec, "a.js", large.as_bytes(), Filter::On);
    let lines: Vec<_> = look.searched[&0]
        .spots
        .iter()
        .map(|spot| spot.line)
        .collect();
    assert_eq!(lines, [200_002]);
}

#[test]
fn what_is_not_code_is_text_when_named() {
    let found = |include: &str, path: &str, kind, text: &str, source: &str| {
        let mut rule = rule("r", vec![pattern(kind, text)]);
        rule.scope.include = vec![include.to_owned()];
        let spec = spec(vec![rule]);
        let look = look(&spec, path, source.as_bytes(), Filter::On);
        let spots = look.searched.values().flat_map(|search| &search.spots);
        spots
            .map(|spot| (spot.line, spot.column, spot.analysis))
            .collect::<Vec<_>>()
    };
    use Analysis::{Code, Text};
    use PatternKind::{ApiRoutes, Identifiers, SqlTables};
    assert_eq!(
        found(
            "**/*.yaml",
            "a.yaml",
            Identifiers,
            "foo",
            "x:\n  foo: 1\n  foo_bar: 2"
        ),
        [(2, 3, Text)]
    );
    assert_eq!(found("**", "a.yaml", Identifiers, "foo", "foo: 1"), []);
    assert_eq!(
        found("**/*.md", "a.md", SqlTables, "users", "select * from users"),
        [(1, 15, Text)]
    );
    assert_eq!(
        found(
            "**/*.yaml",
            "a.yaml",
            ApiRoutes,
            "/auth/login",
            "paths:\n  /auth/login:\n"
        ),
        [(2, 3, Text)]
    );
    assert_eq!(
        found("**/*.sql", "a.sql", Identifiers, "users", "select users"),
        [(1, 8, Text)]
    );
    assert_eq!(
        found("db/", "db/a.sql", Identifiers, "users", "select users"),
        []
    );
    assert_eq!(
        found("db/", "db/a.sql", SqlTables, "users", "delete from users"),
        [(1, 13, Code)]
    );
    assert_eq!(
        found(
            "bin/",
            "bin/tool",
            Identifiers,
            "foo",
            "#!/usr/bin/env python3\nfoo()\n# foo"
        ),
        [(2, 1, Code)]
    );
    assert_eq!(found("bin/", "bin/tool", Identifiers, "foo", "foo()\n"), []);
    assert_eq!(
        found("**/*.md", "a.md", PatternKind::Structures, "f($X)", "f(1)"),
        []
    );
}

#[test]
fn large_and_binary_files_are_said_to_be() {
    use crate::model::hit::UnjudgedReason::{Binary, Large};
    let spec = spec(vec![rule(
        "r",
        vec![pattern(PatternKind::Identifiers, "foo")],
    )]);
    let large = format!("{}\n# foo\n", "x = 1\n".repeat(200_000));
    let found = look(&spec, "a.py", large.as_bytes(), Filter::On);
    assert_eq!(found.unjudged, Some(Large));
    let search = &found.searched[&0];
    assert_eq!(search.spots[0].analysis, Analysis::Text);
    assert_eq!(search.spots[0].line, 200_002);
    for content in [b"foo\0".as_slice(), b"\xff\xfef\0o\0o\0", b"\xfe\xff\0f"] {
        let found = look(&spec, "a.py", content, Filter::On);
        assert_eq!(found.unjudged, Some(Binary));
        assert!(found.searched.is_empty());
    }
}

#[test]
fn hostile_matching_ends() {
    let many = "a.".repeat(100_000) + "b";
    let spec = spec(vec![rule(
        "r",
        vec![
            pattern(PatternKind::Identifiers, r"/.*[^A-Z]|[A-Z]$/"),
            pattern(PatternKind::Expressions, r"/(?s)z.*y|a/"),
        ],
    )]);
    let found = look(&spec, "a.js", many.as_bytes(), Filter::Off);
    assert_eq!(found.searched.len(), 2);
}

#[test]
fn a_thousand_rules_are_searched_together() {
    let start = Instant::now();
    let rules = (0..1000).map(|n| {
        let patterns = vec![
            pattern(PatternKind::Identifiers, &format!("module_{n}.name")),
            pattern(PatternKind::Identifiers, &format!("/^get_?{n}[a-z]*By/")),
            pattern(
                PatternKind::Expressions,
                &format!("/x{{1,{}}}\\w+y{n}/", n % 20 + 1),
            ),
            pattern(PatternKind::Structures, &format!("f_{n}($X, $$$)")),
        ];
        rule(&format!("r{n}"), patterns)
    });
    let spec = spec(rules.collect());
    let source = "module_7.name(get9By, 'xxay3')\nf_4(1, 2)\n".repeat(500);
    let look = look(&spec, "a.py", source.as_bytes(), Filter::On);
    let hit: Vec<_> = look
        .searched
        .iter()
        .filter(|(_, it)| !it.spots.is_empty())
        .collect();
    assert_eq!(hit.len(), 4);
    assert!(
        hit.iter()
            .all(|(_, search)| search.spots.len() == 500 && !search.cut_short)
    );
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn patterns_without_a_word_look_everywhere() {
    let found = |kind, text: &str| {
        let rule = rule("r", vec![pattern(kind, text)]);
        places(rule, "a.js", "f(a == a, [b])\n")
    };
    assert_eq!(found(PatternKind::Structures, "$A == $A"), [(1, 3)]);
    assert_eq!(found(PatternKind::Structures, "[$$$]"), [(1, 11)]);
    assert_eq!(found(PatternKind::Identifiers, r"/^\w$/"), [(1, 1)]);
    assert_eq!(found(PatternKind::Expressions, r"/\[./"), [(1, 11)]);
    assert_eq!(found(PatternKind::Expressions, "/x*/"), []);
}
