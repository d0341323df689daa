//! Structures by table: what each hits in a source of each language.

#![allow(clippy::too_many_lines, reason = "a table is one thing, however long")]

use std::time::{Duration, Instant};

use super::*;
use crate::syntax::tests::parse;

fn equal(left: &[u8], right: &[u8]) -> bool {
    left == right
}

fn found(path: &str, code: &str, source: &str) -> Vec<String> {
    let parsed = parse(path, source);
    let structure = Structure::new(code, None);
    let ranges = parsed.find(&structure, &equal, &|| false).unwrap();
    ranges
        .into_iter()
        .map(|range| source[range].to_owned())
        .collect()
}

/// Code, source, hits.
type Row = (&'static str, &'static str, &'static [&'static str]);

fn check(path: &str, rows: &[Row]) {
    for (code, source, expected) in rows {
        assert_eq!(
            found(path, code, source),
            *expected,
            "{code} in {path}: {source}"
        );
        for word in Structure::words(code) {
            let holds = expected.iter().all(|hit| hit.contains(word));
            assert!(holds, "{word} is in no hit of {code}");
        }
    }
}

#[test]
fn javascript() {
    check(
        "a.js",
        &[
            (
                "jwt.sign($P, $S)",
                "x = jwt.sign(a, b); jwt.sign(a); jwt.sign(a, b, c)",
                &["jwt.sign(a, b)"],
            ),
            (
                "jwt.sign($P, $$$)",
                "jwt.sign(a); jwt.sign(a, b, c); jwt.sign()",
                &["jwt.sign(a)", "jwt.sign(a, b, c)"],
            ),
            (
                "jwt.sign($$$)",
                "jwt.sign(); this.jwt.sign(a)",
                &["jwt.sign()"],
            ),
            (
                "$O.sign($$$)",
                "this.jwt.sign(f(a))",
                &["this.jwt.sign(f(a))"],
            ),
            ("f($X)", "f(f(1))", &["f(f(1))", "f(1)"]),
            (
                "$A == $A",
                "a.b == a . b; a == b; (x) == ( /* y */ x)",
                &["a.b == a . b", "(x) == ( /* y */ x)"],
            ),
            ("$_ == $_", "a == b", &["a == b"]),
            (
                "f($$$, 1, $$$)",
                "f(0, 1, 2); f(1); f(2)",
                &["f(0, 1, 2)", "f(1)"],
            ),
            (
                "f($$$A, g($$$A))",
                "f(1, 2, g(1, 2)); f(g()); f(1, g(2))",
                &["f(1, 2, g(1, 2))", "f(g())"],
            ),
            (
                "f(g($$$, $X, $$$), $X)",
                "f(g(1, 2, 3), 2); f(g(1), 2)",
                &["f(g(1, 2, 3), 2)"],
            ),
            (
                "f('x')",
                "f(\"x\"); f('x',); f(`x`); f('xy')",
                &["f(\"x\")", "f('x',)"],
            ),
            ("f('$X')", "f('any'); f(any)", &["f('any')"]),
            (
                "if ($C) { $$$ }",
                "if (a) { b; c } ; if (a) b; if (x) {}",
                &["if (a) { b; c }", "if (x) {}"],
            ),
            (
                "if ($C) { return $X }",
                "if (a) { return 1; }",
                &["if (a) { return 1; }"],
            ),
            (
                "function $F($$$) { $$$ }",
                "async function a(b, c) { d }",
                &["async function a(b, c) { d }"],
            ),
            (
                "const $X = require($M)",
                "const a = require('b'), c = 1; let d = require('e'); const f = require('g')",
                &["const f = require('g')"],
            ),
            (
                "import $X from 'lodash'",
                "import _ from \"lodash\"; import { a } from 'lodash'",
                &["import _ from \"lodash\";", "import { a } from 'lodash'"],
            ),
            (
                "{ algorithm: $X }",
                "sign(p, { algorithm: 'none' })",
                &["{ algorithm: 'none' }"],
            ),
            (
                "algorithm: $X",
                "sign(p, { algorithm: 'none', b: 1 })",
                &["algorithm: 'none'"],
            ),
            ("new Foo($$$)", "new Foo(1); Foo(1)", &["new Foo(1)"]),
            (
                "f(a, b)",
                "f(a, // why\n  b)\n// f(a, b)\n'f(a, b)'",
                &["f(a, // why\n  b)"],
            ),
            ("a ? $B : $C", "a ? b : c", &["a ? b : c"]),
            ("`x ${$Y}`", "`x ${1}`; `y ${1}`", &["`x ${1}`"]),
            ("let $X", "let y; var y", &["let y;"]),
            ("<Old $$$ />", "x = <Old a={1} b />", &["<Old a={1} b />"]),
            ("await $X", "async () => { await f() }", &["await f()"]),
            ("$A && $A()", "a && a(); a && b()", &["a && a()"]),
        ],
    );
}

#[test]
fn typescript() {
    check(
        "a.ts",
        &[
            (
                "jwt.sign($$$)",
                "jwt.sign<T>(a); jwt.sign(a as any)",
                &["jwt.sign<T>(a)", "jwt.sign(a as any)"],
            ),
            ("$X as any", "f(a as any, b as T)", &["a as any"]),
            (
                "@Injectable($$$) class $C { $$$ }",
                "@Injectable() class A { b = 1 }",
                &["@Injectable() class A { b = 1 }"],
            ),
            (
                "@Injectable($$$)",
                "@Injectable({ a: 1 }) export class A {}",
                &["@Injectable({ a: 1 })"],
            ),
            (
                "interface $N { $$$ }",
                "interface A { b: string; c(): void }",
                &["interface A { b: string; c(): void }"],
            ),
            (
                "let $X: $T = $V",
                "let a: string = 'b'; let c = 'd'",
                &["let a: string = 'b';"],
            ),
        ],
    );
    check(
        "a.vue",
        &[("f($X)", "<script>f(1)</script> f(2)", &["f(1)"])],
    );
}

#[test]
fn python() {
    check(
        "a.py",
        &[
            (
                "hashlib.md5($X)",
                "x = hashlib.md5(data)\nhashlib.md5()",
                &["hashlib.md5(data)"],
            ),
            (
                "requests.get($$$, verify=False, $$$)",
                "requests.get(u, verify=False)\nrequests.get(u, timeout=1, verify=False, x=2)\nrequests.get(u)",
                &[
                    "requests.get(u, verify=False)",
                    "requests.get(u, timeout=1, verify=False, x=2)",
                ],
            ),
            (
                "def $F($$$):\n    $$$",
                "def a(b, c=1):\n  d\n  e\n",
                &["def a(b, c=1):\n  d\n  e"],
            ),
            (
                "if $C:\n    return $X",
                "if a:\n  # why\n  return 1\nif b:\n  c\n  return 2\n",
                &["if a:\n  # why\n  return 1"],
            ),
            ("$X = $X", "a = a\na = b\n", &["a = a"]),
            (
                "from models import $X",
                "from models import User\nfrom models import A, B",
                &["from models import User"],
            ),
            (
                "@app.route($$$)",
                "@app.route('/x', methods=[])\ndef f(): pass\n",
                &["@app.route('/x', methods=[])"],
            ),
            ("except $E:", "try:\n  a\nexcept B:\n  c\n", &[]),
            ("print 'x'", "print 'x'\n", &["print 'x'"]),
            ("f'x {$Y}'", "f'x {1}'\nf'y {1}'\n", &["f'x {1}'"]),
            (
                "open($P, 'w')",
                "open(p, \"w\")\nopen(p, 'r')\nopen(p, b'w')",
                &["open(p, \"w\")"],
            ),
            ("lambda $A: $B", "x = lambda y: y + 1", &["lambda y: y + 1"]),
            ("'a\\nb'", "x = 'a\\nb'\ny = 'a\\tb'", &["'a\\nb'"]),
        ],
    );
}

#[test]
fn go() {
    let body = |text: &str| format!("package p\nfunc f() {{\n{text}\n}}\n");
    let rows: &[Row] = &[
        (
            "ioutil.ReadFile($P)",
            "a, err := ioutil.ReadFile(path)",
            &["ioutil.ReadFile(path)"],
        ),
        (
            "if $E != nil { return $$$ }",
            "if err != nil {\n\treturn nil, err\n}",
            &["if err != nil {\n\treturn nil, err\n}"],
        ),
        (
            "if err != nil { $$$ }",
            "if err != nil {\n\tlog.Fatal(err)\n\treturn\n}",
            &["if err != nil {\n\tlog.Fatal(err)\n\treturn\n}"],
        ),
        (
            "$A, $B := $F($$$)",
            "a, err := f(1, 2)",
            &["a, err := f(1, 2)"],
        ),
        (
            "fmt.Errorf($F, $$$)",
            "x(fmt.Errorf(\"a %w\", err))",
            &["fmt.Errorf(\"a %w\", err)"],
        ),
        (
            "InsecureSkipVerify: true",
            "x := tls.Config{InsecureSkipVerify: true}",
            &["InsecureSkipVerify: true"],
        ),
        ("go $F($$$)", "go g(1)", &["go g(1)"]),
    ];
    for (code, source, expected) in rows {
        assert_eq!(found("a.go", code, &body(source)), *expected, "{code}");
    }
    check(
        "a.go",
        &[
            (
                "func $F($$$) error { $$$ }",
                "package p\nfunc A(b int) error {\n\treturn nil\n}\n",
                &["func A(b int) error {\n\treturn nil\n}"],
            ),
            (
                "import \"io/ioutil\"",
                "package p\nimport \"io/ioutil\"\n",
                &["import \"io/ioutil\""],
            ),
        ],
    );
}

#[test]
fn rust() {
    check(
        "a.rs",
        &[
            (
                "$X.unwrap()",
                "fn f() { a.b()?.unwrap(); c.unwrap_or(1) }",
                &["a.b()?.unwrap()"],
            ),
            (
                "Foo::new($$$)",
                "fn f() { let a = Foo::new(1, 2); Bar::new() }",
                &["Foo::new(1, 2)"],
            ),
            (
                "let $X = $Y;",
                "fn f() { let a = 1; let mut b = 2; let c: u8 = 3; }",
                &["let a = 1;", "let mut b = 2;"],
            ),
            (
                "println!($$$)",
                "fn f() { println!(\"a {}\", b + c); print!(1) }",
                &["println!(\"a {}\", b + c)"],
            ),
            (
                "fn $F($$$) -> $R { $$$ }",
                "fn a(b: u8) -> u8 { b }\nfn c() {}",
                &["fn a(b: u8) -> u8 { b }"],
            ),
            (
                "use async_std::$X;",
                "use async_std::task;\nuse tokio::task;",
                &["use async_std::task;"],
            ),
            (
                "#[allow($$$)]",
                "#[allow(dead_code, unused)]\nfn f() {}",
                &["#[allow(dead_code, unused)]"],
            ),
            (
                "if $A == $A { $$$ }",
                "fn f() { if a == a { b; c } }",
                &["if a == a { b; c }"],
            ),
            (
                "unsafe { $$$ }",
                "fn f() { unsafe { a(); b() } }",
                &["unsafe { a(); b() }"],
            ),
            (
                "match $X { $$$ }",
                "fn f() { match a { B => c, _ => d } }",
                &["match a { B => c, _ => d }"],
            ),
        ],
    );
}

#[test]
fn types() {
    let check = |path: &str, rows: &[Row]| {
        for (code, source, expected) in rows {
            assert_eq!(found(path, code, source), *expected, "{code} in {path}");
        }
    };
    check(
        "a.rs",
        &[
            (
                "Box<dyn Error>",
                "fn f(a: &dyn Error) -> Result<(), Box<dyn Error>> { }",
                &["Box<dyn Error>"],
            ),
            (
                "Rc<RefCell<$T>>",
                "struct S { a: Rc<RefCell<u8>>, b: Rc<u8> }",
                &["Rc<RefCell<u8>>"],
            ),
            (
                "&'static str",
                "fn f(a: &'static str, b: &str) { }",
                &["&'static str"],
            ),
            (
                "[u8; 4]",
                "fn f(a: [u8; 4]) { let b = [u8; 4]; }",
                &["[u8; 4]", "[u8; 4]"],
            ),
            ("dyn Error", "type A = Box<dyn Error>;", &["dyn Error"]),
        ],
    );
    let source = "const a: Promise<any> = b as Promise<string>; f<Promise<any>>()";
    check(
        "a.ts",
        &[
            ("Promise<any>", source, &["Promise<any>", "Promise<any>"]),
            (
                "Promise<$T>",
                source,
                &["Promise<any>", "Promise<string>", "Promise<any>"],
            ),
            (
                "{ a: $X }",
                "let a: { a: string } = { a: 1 }",
                &["{ a: 1 }"],
            ),
            ("($A) => $B", "let a: (b) => c = (d) => e", &["(d) => e"]),
        ],
    );
    check(
        "A.java",
        &[
            (
                "List<$T>",
                "class A { List<String> a; Map<String, List<Integer>> b() { } }",
                &["List<String>", "List<Integer>"],
            ),
            (
                "java.util.Date",
                "class A { java.util.Date a; }",
                &["java.util.Date"],
            ),
        ],
    );
    check(
        "A.cs",
        &[(
            "Task<$T>",
            "class A { Task<int> a; List<Task<string>> B(Task c) { } }",
            &["Task<int>", "Task<string>"],
        )],
    );
    let source =
        "package p\nfunc f(a *gin.Context, b map[string]interface{}) []byte { *c.d = e }\n";
    check(
        "a.go",
        &[
            ("*gin.Context", source, &["*gin.Context"]),
            (
                "map[string]interface{}",
                source,
                &["map[string]interface{}"],
            ),
            ("interface{}", source, &["interface{}"]),
            ("[]byte", source, &["[]byte"]),
        ],
    );
    check(
        "a.py",
        &[(
            "Optional[$T]",
            "def f(a: Optional[int], b: List[Optional[A]]): c = Optional[int]\n",
            &["Optional[int]", "Optional[A]", "Optional[int]"],
        )],
    );
    check(
        "a.kt",
        &[(
            "LiveData<$T>",
            "fun f(a: LiveData<Int>): List<LiveData<A>> { val b: LiveData<B> = c() }",
            &["LiveData<Int>", "LiveData<A>", "LiveData<B>"],
        )],
    );
    check(
        "a.swift",
        &[(
            "Array<$T>",
            "func f(a: Array<Int>) -> Set<Array<A>> { let b: Array<B> = c() }",
            &["Array<Int>", "Array<A>", "Array<B>"],
        )],
    );
    check(
        "a.scala",
        &[(
            "Future[$T]",
            "object A { def f(a: Future[Int]): Seq[Future[B]] = { g[Future[C]]() } }",
            &["Future[Int]", "Future[B]", "Future[C]"],
        )],
    );
    check(
        "a.cpp",
        &[(
            "std::auto_ptr<$T>",
            "std::auto_ptr<int> f(std::auto_ptr<A> a) { g<std::auto_ptr<B>>(); }",
            &["std::auto_ptr<int>", "std::auto_ptr<A>", "std::auto_ptr<B>"],
        )],
    );
}

#[test]
fn parts_of_calls_and_values() {
    let rows: &[(&str, &str, &str, &str)] = &[
        ("a.py", "verify=$X", "f(u, verify=False)", "verify=False"),
        (
            "a.py",
            "timeout=None",
            "def f(a, timeout=None): pass",
            "timeout=None",
        ),
        (
            "a.py",
            "'verify': $X",
            "{'a': 1, 'verify': False}",
            "'verify': False",
        ),
        ("a.py", "**$X", "f(a, **b)", "**b"),
        ("a.rb", "foo: $X", "f(a, foo: 1)", "foo: 1"),
        ("a.rb", ":foo => $X", "{ :foo => 1 }", ":foo => 1"),
        ("a.rb", "&:sym", "a.map(&:sym)", "&:sym"),
        (
            "a.php",
            "'foo' => $X",
            "<?php $a = ['foo' => 1, 2];",
            "'foo' => 1",
        ),
        ("a.php", "foo: $X", "<?php f(1, foo: 2);", "foo: 2"),
        ("a.rs", "foo: $X", "fn f() { A { foo: 1, b }; }", "foo: 1"),
        (
            "a.rs",
            "..A::default()",
            "fn f() { A { b, ..A::default() }; }",
            "..A::default()",
        ),
        ("a.kt", "foo = $X", "val a = f(b, foo = 1)", "foo = 1"),
        (
            "A.cs",
            "foo: $X",
            "class A { void F() { G(1, foo: 2); } }",
            "foo: 2",
        ),
        (
            "A.cs",
            "out $X",
            "class A { void F() { G(out a); } }",
            "out a",
        ),
        (
            "A.cs",
            "$X.Result",
            "class A { void F() { var a = t.Result; } }",
            "t.Result",
        ),
        (
            "A.cs",
            "$X == null",
            "class A { bool F() => a == null; }",
            "a == null",
        ),
        ("a.swift", "foo: $X", "f(b, foo: 1)", "foo: 1"),
        (
            "A.java",
            "name = $X",
            "@A(name = \"b\") class C {}",
            "name = \"b\"",
        ),
        (
            "a.jsx",
            "onClick={$X}",
            "x = <A b onClick={c} />",
            "onClick={c}",
        ),
        (
            "a.tsx",
            "onClick={$X}",
            "x = <A b onClick={c} />",
            "onClick={c}",
        ),
        ("a.lua", "$X == nil", "local a = b == nil", "b == nil"),
        ("a.lua", "$X.foo", "f(a.foo)", "a.foo"),
        (
            "a.cpp",
            "$A && $B",
            "void f() { int c = a && b; }",
            "a && b",
        ),
        ("a.c", "$A * $B", "void f(void) { int c = a * b; }", "a * b"),
    ];
    for (path, code, source, hit) in rows {
        assert_eq!(found(path, code, source), [*hit], "{code} in {path}");
    }
}

#[test]
fn brackets_that_the_language_does_not_need() {
    let source = "User.find_by(a: 1); User.find_by a: 1; User.find";
    let hits: &[&str] = &["User.find_by(a: 1)", "User.find_by a: 1"];
    check(
        "a.rb",
        &[
            ("User.find_by($$$)", source, hits),
            ("User.find_by $$$", source, hits),
            ("puts($X, $Y)", "puts 1, 2; puts 1", &["puts 1, 2"]),
        ],
    );
    check(
        "a.lua",
        &[(
            "require($X)",
            "local a = require 'b'; local c = require(\"d\")",
            &["require 'b'", "require(\"d\")"],
        )],
    );
}

#[test]
fn clauses_of_try() {
    let rows: &[(&str, &str, &str, &str)] = &[
        (
            "a.js",
            "catch ($E) { }",
            "try { a() } catch (e) { }",
            "catch (e) { }",
        ),
        ("a.ts", "catch { }", "try { a() } catch { }", "catch { }"),
        (
            "A.cs",
            "catch (Exception $E) { }",
            "class A { void F() { try { } catch (Exception e) { } } }",
            "catch (Exception e) { }",
        ),
        (
            "a.php",
            "catch (Exception $E) { }",
            "<?php try { } catch (Exception $e) { }",
            "catch (Exception $e) { }",
        ),
        (
            "a.py",
            "except Exception: pass",
            "try:\n  a\nexcept Exception:\n  pass\n",
            "except Exception:\n  pass",
        ),
        (
            "a.py",
            "except:\n    $$$",
            "try:\n  a\nexcept:\n  b\n  c\n",
            "except:\n  b\n  c",
        ),
        (
            "a.rb",
            "rescue Exception\n  $$$",
            "begin\n  a\nrescue Exception\n  b\nend",
            "rescue Exception\n  b",
        ),
        (
            "a.kt",
            "catch (e: Exception) { }",
            "fun f() { try { a() } catch (e: Exception) { } }",
            "catch (e: Exception) { }",
        ),
        (
            "a.cpp",
            "catch (...) { }",
            "void f() { try { a(); } catch (...) { } }",
            "catch (...) { }",
        ),
    ];
    for (path, code, source, hit) in rows {
        assert_eq!(found(path, code, source), [*hit], "{code} in {path}");
    }
}

#[test]
fn arguments_of_rust_macros() {
    let body = |text: &str| format!("fn f() {{ {text} }}");
    let rows: &[Row] = &[
        (
            "vec![$X]",
            "vec![a.b(c, d)?]; vec![1, 2]; vec![]",
            &["vec![a.b(c, d)?]"],
        ),
        (
            "vec![$X; $N]",
            "vec![0; n + 1]; vec![0, n]",
            &["vec![0; n + 1]"],
        ),
        ("vec![$X]", "vec![&a,]", &["vec![&a,]"]),
        (
            "assert_eq!($A, $A)",
            "assert_eq!(a.b, a .b); assert_eq!(a, b); assert_eq!(a + a)",
            &["assert_eq!(a.b, a .b)"],
        ),
        (
            "assert_eq!($A, $B)",
            "assert_eq!(x + y); assert_eq!(x + 1, -y); assert_eq!(x, y, z)",
            &["assert_eq!(x + 1, -y)"],
        ),
        (
            "dbg!($X.unwrap())",
            "dbg!(a.b().unwrap()); dbg!(c, a.unwrap())",
            &["dbg!(a.b().unwrap())"],
        ),
        (
            "println!(\"{}\", $X)",
            "println!(\"{}\", a.b + 1); println!(\"{}\", a, b)",
            &["println!(\"{}\", a.b + 1)"],
        ),
        (
            "println!($F, $$$)",
            "println!(\"a\"); println!(\"{}{}\", b.c, d)",
            &["println!(\"a\")", "println!(\"{}{}\", b.c, d)"],
        ),
    ];
    for (code, source, expected) in rows {
        assert_eq!(found("a.rs", code, &body(source)), *expected, "{code}");
    }
}

#[test]
fn code_inside_rust_macros() {
    let rows: &[Row] = &[
        (
            "$X.unwrap()",
            "assert!(a.b().unwrap() == 1); m!(c.unwrap_or(1))",
            &["a.b().unwrap()"],
        ),
        (
            "target($$$)",
            "m!(\"{}\", target(1), x.target(2), a::target(3))",
            &["target(1)"],
        ),
        (
            "Foo::new($A, $B)",
            "m!(1, Foo::new(a.b, c)); m!(Foo::new(a))",
            &["Foo::new(a.b, c)"],
        ),
        (
            "$A == $A",
            "assert!(a.b == a.b); assert!(x + a == a * y); assert!(1, b == b, 2)",
            &["a.b == a.b", "b == b"],
        ),
        ("f(g($X))", "m!({ let a = f(g(1)); })", &["f(g(1))"]),
        ("f(1)", "m!(f(1).g(), h + (1), f + (1))", &["f(1)"]),
        (
            "$X.lock().unwrap();",
            "m!({ a.lock().unwrap(); })",
            &["a.lock().unwrap()"],
        ),
    ];
    for (code, source, expected) in rows {
        let body = format!("fn f() {{ {source} }}");
        assert_eq!(found("a.rs", code, &body), *expected, "{code}");
    }
}

/// Path, code, source; all of the source but what the code leaves out is the hit.
type Whole = (&'static str, &'static str, &'static str);

#[test]
fn modifiers_and_return_types_may_be_left_out() {
    let rows: &[Whole] = &[
        (
            "a.rs",
            "fn $F($$$) { $$$ }",
            "pub(crate) async unsafe fn f<T>(a: T) -> u8 where T: A { b }",
        ),
        (
            "a.rs",
            "async fn $F($$$) { $$$ }",
            "pub async fn f() -> u8 { b }",
        ),
        ("a.rs", "struct $S { $$$ }", "pub struct A<T> { b: T }"),
        (
            "a.rs",
            "fn $F($$$) -> $R { $$$ }",
            "pub fn f() -> Vec<u8> { b }",
        ),
        (
            "a.py",
            "def $F($$$): $$$",
            "async def f(a) -> int:\n  return a",
        ),
        ("a.py", "class $C($B): $$$", "class A[T](B):\n  pass"),
        (
            "a.ts",
            "function $F($A) { $$$ }",
            "async function f<T>(a): Promise<T> { return a }",
        ),
        ("a.ts", "class $C { $$$ }", "@A() @B() class C<T> { d = 1 }"),
        (
            "a.ts",
            "@B() class $C { $$$ }",
            "@A() @B() class C { d = 1 }",
        ),
        ("a.ts", "useState($X)", "useState<string>('')"),
        ("a.js", "class $C { $$$ }", "@A class C { d = 1 }"),
        (
            "A.java",
            "void $M($$$) { $$$ }",
            "@A public static <T> void f(int a) throws B { }",
        ),
        (
            "A.java",
            "@Test public void $M() { $$$ }",
            "@Slow @Test public void f() { a(); }",
        ),
        ("A.java", "private $T $X;", "@Inject private final Foo foo;"),
        (
            "A.java",
            "class $C { $$$ }",
            "@A public final class B<T> { }",
        ),
        (
            "A.cs",
            "void $M($$$) { $$$ }",
            "[A] public static async void F<T>(int a) where T : B { }",
        ),
        (
            "A.cs",
            "static void $M() { $$$ }",
            "public static void F() { A(); }",
        ),
        (
            "a.c",
            "int $F($$$) { $$$ }",
            "static inline int f(int a) { return a; }",
        ),
        (
            "a.go",
            "func $F($$$) { $$$ }",
            "func f[T any](a T) (T, error) { return a, nil }",
        ),
        (
            "a.php",
            "function $F($$$) { $$$ }",
            "#[A] function f($a): ?int { b(); }",
        ),
        ("a.php", "class $C { $$$ }", "#[A] final class B { }"),
    ];
    let mut missed = Vec::new();
    for (path, code, source) in rows {
        let (head, tail) = match *path {
            "A.java" | "A.cs" if !source.contains("class") => ("class X { ", " }"),
            "a.go" => ("package p\n", "\n"),
            "a.php" => ("<?php ", ""),
            _ => ("", ""),
        };
        let whole = format!("{head}{source}{tail}");
        let hits = found(path, code, &whole);
        if !hits.iter().any(|hit| source.ends_with(hit)) {
            missed.push(format!("{code}: {source}: {hits:?}"));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
#[cfg(feature = "all-languages")]
fn modifiers_and_return_types_of_the_largest_grammars() {
    let rows: &[Whole] = &[
        (
            "a.cpp",
            "int $F($$$) { $$$ }",
            "[[nodiscard]] static int f(int a) noexcept { return a; }",
        ),
        (
            "a.kt",
            "fun $F($$$) { $$$ }",
            "@A public suspend fun <T> f(a: T): T? { b() }",
        ),
        (
            "a.kt",
            "override fun $F() { $$$ }",
            "public override fun f(): Int { b() }",
        ),
        (
            "a.kt",
            "fun $F(): $R { $$$ }",
            "private fun f(): Int { b() }",
        ),
        ("a.kt", "class $C { $$$ }", "data class B<T> { val c = 1 }"),
        (
            "a.swift",
            "func $F() { $$$ }",
            "@A public static func f<T>() throws -> T where T: B { c() }",
        ),
        (
            "a.swift",
            "class $C { $$$ }",
            "@A public final class B<T> { }",
        ),
        (
            "a.scala",
            "def $F($$$) = $B",
            "private final def f(a) : Int = c",
        ),
        (
            "a.scala",
            "class $C { $$$ }",
            "@A private final class B[T] { }",
        ),
    ];
    let mut missed = Vec::new();
    for (path, code, source) in rows {
        let hits = found(path, code, source);
        if !hits.iter().any(|hit| source.ends_with(hit)) {
            missed.push(format!("{code}: {source}: {hits:?}"));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn what_is_written_must_be_there() {
    for (path, code, source) in [
        ("a.rs", "pub fn $F($$$) { $$$ }", "fn f() { b }"),
        ("a.rs", "pub fn $F($$$) { $$$ }", "pub(crate) fn f() { b }"),
        ("a.rs", "fn $F($$$) -> u8 { $$$ }", "fn f() -> u16 { b }"),
        ("a.rs", "let mut $X = $Y;", "fn f() { let x = 1; }"),
        ("a.rs", "let $X = $Y;", "fn f() { let x: u8 = 1; }"),
        ("a.rs", "f(&$X)", "fn g() { f(&mut x); }"),
        ("a.ts", "class $C { $$$ }", "class A extends B { }"),
        ("a.py", "async def $F(): $$$", "def f() -> int:\n  return a"),
        ("A.java", "public void $M() { }", "class A { void f() { } }"),
        (
            "A.java",
            "@Test void $M() { }",
            "class A { @Slow void f() { } }",
        ),
        ("a.c", "char *$X = $Y;", "void f() { const char *x = y; }"),
    ] {
        let hits = found(path, code, source);
        assert!(hits.is_empty(), "{code}: {source}: {hits:?}");
    }
}

#[test]
fn java() {
    let rows: &[Row] = &[
        (
            "System.out.println($X)",
            "System.out.println(a + b);",
            &["System.out.println(a + b)"],
        ),
        (
            "new Date($$$)",
            "Date d = new Date(1, 2);",
            &["new Date(1, 2)"],
        ),
        (
            "try { $$$ } catch (Exception $E) { }",
            "try { a(); } catch (Exception e) { }",
            &["try { a(); } catch (Exception e) { }"],
        ),
        ("$T $X = null;", "Foo a = null;", &["Foo a = null;"]),
        (
            "if ($C) { $$$ }",
            "if (a) { b(); c(); }",
            &["if (a) { b(); c(); }"],
        ),
        (
            "$X.equals($X)",
            "a.equals(a); a.equals(b);",
            &["a.equals(a)"],
        ),
        (
            "Assert.assertEquals($A, $B);",
            "Assert.assertEquals(1, x());",
            &["Assert.assertEquals(1, x());"],
        ),
    ];
    for (code, source, expected) in rows {
        let body = format!("class A {{ void f() {{ {source} }} }}");
        assert_eq!(found("A.java", code, &body), *expected, "{code}");
    }
    check(
        "A.java",
        &[
            (
                "public void $M($$$) { $$$ }",
                "class A { public void f(int a, B c) { d(); } }",
                &["public void f(int a, B c) { d(); }"],
            ),
            (
                "@Autowired $T $X;",
                "class A { @Autowired Foo foo; }",
                &["@Autowired Foo foo;"],
            ),
            (
                "@RequestMapping($$$)",
                "class A { @RequestMapping(\"/x\") void f() {} }",
                &["@RequestMapping(\"/x\")"],
            ),
            (
                "import javax.inject.$X;",
                "import javax.inject.Inject;\nclass A {}",
                &["import javax.inject.Inject;"],
            ),
            (
                "class $C extends Base { $$$ }",
                "class A extends Base { int b; }",
                &["class A extends Base { int b; }"],
            ),
        ],
    );
}

#[test]
fn ruby() {
    check(
        "a.rb",
        &[
            (
                "User.find_by($$$)",
                "x = User.find_by(name: 'a', b: 1)",
                &["User.find_by(name: 'a', b: 1)"],
            ),
            ("$X.save!", "user.save!\nuser.save", &["user.save!"]),
            (
                "class $C < ApplicationRecord\n  $$$\nend",
                "class A < ApplicationRecord\n  b\n  c\nend\n",
                &["class A < ApplicationRecord\n  b\n  c\nend"],
            ),
            (
                "def $M($$$)\n  $$$\nend",
                "def a(b)\n  c\nend\n",
                &["def a(b)\n  c\nend"],
            ),
            (
                "before_filter $$$",
                "before_filter :a, only: :b\n",
                &["before_filter :a, only: :b"],
            ),
            (
                "require 'fog'",
                "require \"fog\"\nrequire 'frog'",
                &["require \"fog\""],
            ),
            (
                "$X.each { |$Y| $$$ }",
                "a.each { |b| c(b) }",
                &["a.each { |b| c(b) }"],
            ),
            ("$A if $B", "x if y", &["x if y"]),
        ],
    );
}

#[test]
fn more_languages() {
    check(
        "a.php",
        &[
            (
                "mysql_query($$$)",
                "<?php $r = mysql_query($sql, $db);",
                &["mysql_query($sql, $db)"],
            ),
            (
                "$X->query($S)",
                "<?php $db->query('a');",
                &["$db->query('a')"],
            ),
            ("$X = null", "<?php $a = null;", &["$a = null"]),
            (
                "function $F($$$) { $$$ }",
                "<?php function a($b, $c) { d(); e(); }",
                &["function a($b, $c) { d(); e(); }"],
            ),
        ],
    );
    check(
        "a.cs",
        &[
            (
                "Thread.Sleep($X)",
                "class A { void F() { Thread.Sleep(1); } }",
                &["Thread.Sleep(1)"],
            ),
            (
                "public void $M($$$) { $$$ }",
                "class A { public void F(int a) { B(); } }",
                &["public void F(int a) { B(); }"],
            ),
            (
                "[HttpGet($$$)]",
                "class A { [HttpGet(\"x\")] void F() {} }",
                &["[HttpGet(\"x\")]"],
            ),
        ],
    );
    check(
        "a.c",
        &[
            (
                "strcpy($D, $S)",
                "void f() { strcpy(a, b); strcpy(a); }",
                &["strcpy(a, b)"],
            ),
            ("$P->next", "int f() { return a->next; }", &["a->next"]),
            (
                "int $F($$$) { $$$ }",
                "int f(int a, char *b) { c(); return 1; }",
                &["int f(int a, char *b) { c(); return 1; }"],
            ),
            (
                "if ($X = $Y) { $$$ }",
                "void f() { if (a = b) { c(); } }",
                &["if (a = b) { c(); }"],
            ),
        ],
    );
    check(
        "a.lua",
        &[("ngx.say($$$)", "ngx.say('a', b)", &["ngx.say('a', b)"])],
    );
    check(
        "a.sh",
        &[("rm -rf $X", "rm -rf \"$a\"\nrm -r b\n", &["rm -rf \"$a\""])],
    );
}

#[test]
#[cfg(feature = "all-languages")]
fn the_largest_grammars() {
    check(
        "a.cpp",
        &[
            (
                "new $T($$$)",
                "void f() { auto a = new B(1); }",
                &["new B(1)"],
            ),
            (
                "std::auto_ptr<$T> $X;",
                "void f() { std::auto_ptr<A> b; }",
                &["std::auto_ptr<A> b;"],
            ),
        ],
    );
    check(
        "a.kt",
        &[
            ("$X!!", "fun f() { g(a!!) }", &["a!!"]),
            ("println($X)", "fun f() { println(1) }", &["println(1)"]),
        ],
    );
    check(
        "a.swift",
        &[
            ("print($X)", "func f() { print(a) }", &["print(a)"]),
            ("try! $X", "func f() { try! g() }", &["try! g()"]),
        ],
    );
    check(
        "a.scala",
        &[(
            "Await.result($X, $Y)",
            "object A { val b = Await.result(c, d) }",
            &["Await.result(c, d)"],
        )],
    );
}

#[test]
fn what_is_no_structure() {
    let all: Vec<_> = Language::all().collect();
    let python: Vec<_> = all
        .iter()
        .copied()
        .filter(|it| it.goes_by("python"))
        .collect();
    let check =
        |code: &str, languages: &[Language], expected: Option<(StructureFlawKind, usize)>| {
            let flaw = Structure::check(code, languages).err();
            assert_eq!(
                flaw.map(|flaw| (flaw.kind, flaw.offset)),
                expected,
                "{code}"
            );
        };
    check("f($X)", &all, None);
    check("def f(): $$$", &all, None);
    check("$X", &python, Some((StructureFlawKind::OnlyHole, 0)));
    check("$$$", &python, Some((StructureFlawKind::OnlyHole, 0)));
    check("f($X", &python, Some((StructureFlawKind::Unparsed, 4)));
    check("f($X) )", &python, Some((StructureFlawKind::Unparsed, 6)));
    check("f(1)\ng(2)", &python, Some((StructureFlawKind::Several, 0)));
    check("f(1) # x", &python, Some((StructureFlawKind::Comment, 5)));
    check(
        "const x = $Y",
        &python,
        Some((StructureFlawKind::Unparsed, 6)),
    );
    check("const x = $Y", &all, None);
    check(
        "f('Bearer $X')",
        &python,
        Some((StructureFlawKind::Inside, 3)),
    );
    check("f('$X')", &python, None);
    let deep = "(".repeat(33) + "$X" + &")".repeat(33);
    check(&deep, &python, Some((StructureFlawKind::Deep, 32)));
}

#[test]
fn holes_are_told_from_names() {
    let holes = |code: &str| -> Vec<String> {
        Holes::of(code)
            .iter()
            .map(|hole| code[hole.range.clone()].to_owned())
            .collect()
    };
    assert_eq!(
        holes("$A.$_B($$$, $$$ARGS) $_ $X1"),
        ["$A", "$_B", "$$$", "$$$ARGS", "$_", "$X1"]
    );
    assert!(holes("$a $Ab $1 $ $$A $(x) ${A} cost$").is_empty());
    assert_eq!(
        Structure::words("jwt.sign($PAYLOAD, 'x_1', 0x1)"),
        ["jwt", "sign", "x_1",]
    );
}

#[test]
fn hostile_structures_and_sources_end() {
    let start = Instant::now();
    let all: Vec<_> = Language::all().collect();
    for code in [
        "(".repeat(4096),
        "[".repeat(4000) + "$X",
        "$A+".repeat(1300) + "$A",
        "{$$$".repeat(1000),
    ] {
        let _ = Structure::check(&code, &all);
    }
    let deep = "f(".repeat(32) + "$X" + &")".repeat(32);
    let parsed = parse("a.js", "f(".repeat(2_000) + "1" + &")".repeat(2_000));
    let structure = Structure::new(&deep, Some("javascript"));
    assert_eq!(
        parsed.find(&structure, &equal, &|| false).unwrap().len(),
        1969
    );
    let many = Structure::new("f($$$, $A, $$$, $B, $$$, $A, $$$, $B, x)", None);
    let source = format!(
        "f({})",
        (0..3000).map(|n| format!("a{n}, ")).collect::<String>()
    );
    let parsed = parse("a.js", &source);
    let began = Instant::now();
    let expired = || began.elapsed() > Duration::from_millis(100);
    assert!(parsed.find(&many, &equal, &expired).is_none());
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "{:?}",
        start.elapsed()
    );
}
