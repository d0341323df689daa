//! What the leaves of a file are.

#![allow(clippy::too_many_lines, reason = "a table is one thing, however long")]

use super::show::{chains, comments, header, show};

#[test]
fn python() {
    let tokens = |source, expected: &str| assert_eq!(show("a.py", source), expected);
    let comments = |source, expected: &[&str]| assert_eq!(comments("a.py", source), expected);
    let header = |source, expected| assert_eq!(header("a.py", source), expected);
    tokens("import os.path as p\n", "import os . path as p");
    tokens(
        "from .models import (A,\n B)\n",
        "from . models import ( A , B )",
    );
    tokens("x = a\\\n  .b # c\n", "x = a . b");
    tokens("(a\n # why\n .b())", "( a . b ( ) )");
    tokens(
        "f\"hi {a.b!r:>{w}} {{x}}\\n\"",
        "f\" t<hi > { a . b !r : t<>> { w } } t< {{x}}\\n> \"",
    );
    tokens("x = {'user_email': 1}", "x = { ' t<user_email> ' : 1 }");
    tokens(
        "@app.route('/x')\ndef f(): pass",
        "@ app . route ( ' t</x> ' ) def f ( ) : pass",
    );
    tokens("print >>x", "print >> x");
    comments("'''Doc'''\nimport x\n'not'\n", &["'''Doc'''"]);
    comments("# a\n'doc' 'two'\nx='s'\n", &["# a", "'doc' 'two'"]);
    comments("def f():\n  # c\n  \"d\"\n  'no'\n", &["# c", "\"d\""]);
    comments("class A:\n  'd'\n  x = 1\n  'no'\n", &["'d'"]);
    comments("if x:\n  'no'\n", &[]);
    comments("def f():\n  f'no {x}'\n", &[]);
    header("class A(b.C):\n  x = 1\n", "class A ( b . C ) :");
    header(
        "async def f(a=1) -> B:\n  return x\n",
        "async def f ( a = 1 ) -> B :",
    );
    header(
        "from models import User\nimport a\nx = 1\n",
        "from models import User import a",
    );
}

#[test]
fn javascript() {
    let tokens = |source, expected: &str| {
        for path in ["a.js", "a.ts", "a.tsx"] {
            assert_eq!(show(path, source), expected, "{path}");
        }
    };
    tokens("a?.b\n  // why\n  .c()", "a ?. b . c ( )");
    tokens(
        "import d, { a as b } from '@aws-sdk/client-s3'",
        "import d , { a as b } from m<@aws-sdk/client-s3>",
    );
    tokens(
        "import 'side'; export * from \"./z\"",
        "import m<side> ; export * from m<./z>",
    );
    tokens(
        "const x = require('jwt').sign",
        "const x = require ( m<jwt> ) . sign",
    );
    tokens("await import(`./lazy`)", "await import ( m<./lazy> )");
    tokens(
        "a.require('x'); require(`a${b}`)",
        "a . require ( ' t<x> ' ) ; require ( ` t<a> ${ b } ` )",
    );
    tokens(
        "x = { 'user_email': 1, \"a-b\"() {}, c }",
        "x = { k<user_email> : 1 , k<a-b> ( ) { } , c }",
    );
    tokens(
        "`a ${b.c + `n ${d}`} e\\n`",
        "` t<a > ${ b . c + ` t<n > ${ d } ` } t< e\\n> `",
    );
    tokens(
        "/re[a-z]\\/x/gi.test(s)",
        "/ t<re[a-z]\\/x> / gi . test ( s )",
    );
    tokens("this.#p = super.q", "this . #p = super . q");
    tokens("''; \"\\\"\"", "' ' ; \" t<\\\"> \"");
}

#[test]
fn typescript() {
    let typed = |source, expected: &str| {
        for path in ["a.ts", "a.tsx"] {
            assert_eq!(show(path, source), expected, "{path}");
        }
    };
    typed("a!.b!\n.c", "a . b . c");
    typed(
        "import y = require('y'); declare module 'foo' {}",
        "import y = require ( m<y> ) ; declare module m<foo> { }",
    );
    typed(
        "type T = import('x').Y; let a: string[] = b as any",
        "type T = import ( m<x> ) . Y ; let a : string [ ] = b as any",
    );
    typed(
        "interface I { 'q': string } enum E { 'r' = 1 }",
        "interface I { k<q> : string } enum E { k<r> = 1 }",
    );
    typed(
        "@Input() class A { @Prop({ a: 1 }) x?: B.C }",
        "@ Input ( ) class A { @ Prop ( { a : 1 } ) x ? : B . C }",
    );
}

#[test]
fn markup_and_headers_in_javascript() {
    for path in ["a.jsx", "a.tsx"] {
        assert_eq!(
            show(path, "<Foo.Bar attr=\"v&amp;\" ns:x={y}>text {z}</Foo.Bar>"),
            "< Foo . Bar attr = \" t<v&amp;> \" ns : x = { y } > t<text > { z } </ Foo . Bar >"
        );
    }
    let header = |source, expected| assert_eq!(header("a.ts", source), expected);
    header(
        "export default class User<T> extends Base { m() { return x } }",
        "export default class User < T > extends Base m ( )",
    );
    header("import { a } from './b'; f(x)", "import { a } from ./b ;");
    header("export const f = async (a) => { g(a) }", "export const f =");
    header("interface I extends J { a: b }", "interface I extends J");
    header(
        "export { a, b } from 'c'; export default x.y",
        "export { a , b } from c ; export default",
    );
    assert_eq!(
        comments("a.js", "#!/usr/bin/env node\n/** a */ x // b\n"),
        ["#!/usr/bin/env node", "/** a */", "// b"]
    );
}

#[test]
fn rust() {
    let tokens = |source, expected: &str| assert_eq!(show("a.rs", source), expected);
    tokens(
        "use std::{io::{self, Read}, fmt as f};",
        "use std :: { io :: { self , Read } , fmt as f } ;",
    );
    tokens(
        "fn f() { println!(\"a {}\", b.c::<T>()?.d) }",
        "fn f ( ) { println ! ( \" t<a {}> \" , b . c :: < T > ( ) . d ) }",
    );
    tokens(
        "const A: &'a [u8] = b\"q\\n\";",
        "const A : & ' a [ u8 ] = b\" t<q\\n> \" ;",
    );
    tokens("static S: char = 'x';", "static S : char = ' t<x> ' ;");
    tokens(
        "#[get(\"/x\")] struct X { r#type: str }",
        "# [ get ( \" t</x> \" ) ] struct X { r#type : str }",
    );
    tokens(
        "macro_rules! m { ($x:expr) => { $x.foo() } }",
        "macro_rules! m { ( $x : expr ) => { $x . foo ( ) } }",
    );
    assert_eq!(
        header(
            "a.rs",
            "pub(crate) struct X<T>(u8);\npub fn f(a: B) -> C where D: E { g() }"
        ),
        "pub ( crate ) struct X < T > pub fn f ( a : B ) -> C where D : E"
    );
    assert_eq!(
        header("a.rs", "impl A for B { const C: u8 = d; }\nuse a::b;"),
        "impl A for B const C : u8 = use a :: b ;"
    );
    assert_eq!(
        comments("a.rs", "//! d\n/// e\nfn f() {} /* g /* h */ */"),
        ["//! d", "/// e", "/* g /* h */ */"]
    );
    assert_eq!(
        chains("a.rs", "fn f() { r#\"raw x\"#; self.a.b?.c() }"),
        " f self.a.b.c"
    );
}

#[test]
fn go() {
    let tokens = |source, expected: &str| assert_eq!(show("a.go", source), expected);
    tokens(
        "package main\nimport ( . \"fmt\"; x \"io/ioutil\"\n`raw/mod` )",
        "package main import ( . m<fmt> ; x m<io/ioutil> m<raw/mod> )",
    );
    tokens(
        "package p\nfunc (s *S) M(a ...int) error { return s.\n// c\nA.b[`raw`](\"q\\n\", 'r') }",
        "package p func ( s * S ) M ( a ... int ) error { return s . A . b [ ` t<raw> ` ] ( \" t<q\\n> \" , ' t<r> ' ) }",
    );
    tokens(
        "package p\ntype S struct { A int `json:\"a\"` }",
        "package p type S struct { A int ` t<json:\"a\"> ` }",
    );
    assert_eq!(
        header(
            "a.go",
            "package p\ntype S struct { A int }\nfunc (s *S) M() { x() }\nvar e = f()"
        ),
        "package p type S struct func ( s * S ) M ( ) var e ="
    );
    assert_eq!(
        header("a.go", "package p\ntype I interface { M() }\n"),
        "package p type I interface {"
    );
    assert_eq!(
        comments("a.go", "package p // a\n/* b */"),
        ["// a", "/* b */"]
    );
}

#[test]
fn java() {
    let tokens = |source, expected: &str| assert_eq!(show("A.java", source), expected);
    tokens("import static a.b.C.*;", "import static a . b . C . * ;");
    tokens(
        "@Get(value=\"/y\") class A<T> extends B { int f() { this.x\n .y(\"a\\n\", 'c'); return List::of; } }",
        "@ Get ( value = \" t</y> \" ) class A < T > extends B { int f ( ) { this . x . y ( \" t<a\\n> \" , ' t<c> ' ) ; return List :: of ; } }",
    );
    tokens(
        "class A { String s = \"\"\"\n  select 1\"\"\"; }",
        "class A { String s = \"\"\" t<~  select 1> \"\"\" ; }",
    );
    assert_eq!(
        header(
            "A.java",
            "public class A extends B { private int x = y(); void f(C c) throws D { g(); } }"
        ),
        "public class A extends B private int x = void f ( C c ) throws D"
    );
    assert_eq!(
        comments("A.java", "/** a */ class A {} // b"),
        ["/** a */", "// b"]
    );
}

#[test]
fn ruby() {
    let tokens = |source, expected: &str| assert_eq!(show("a.rb", source), expected);
    tokens(
        "require 'stripe/x'\nrequire_relative(\"y\")",
        "require m<stripe/x> require_relative ( m<y> )",
    );
    tokens("require \"a#{b}\"", "require \" t<a> #{ b } \"");
    tokens(
        "@x&.y(:sym, user_email: 1, \"q\": 2, 'r' => $g, c: @@d)",
        "@x &. y ( :sym , user_email : 1 , k<q> : 2 , ' t<r> ' => $g , c : @@d )",
    );
    tokens("user.save!\n# c\n  .valid?", "user . save! . valid?");
    tokens(
        "x = <<~SQL + foo\n  select #{a.b} from x\\n\nSQL\n",
        "x = <<~SQL + foo t<~  select > #{ a . b } t< from x\\n~> SQL",
    );
    tokens(
        "%w[a b]; %i[c d]; /re#{x}/i",
        "%w[ t<a> t<b> ] ; %i[ c d ] ; / t<re> #{ x } /i",
    );
    tokens("A::B.c `ls #{y}`", "A :: B . c ` t<ls > #{ y } `");
    assert_eq!(
        header(
            "a.rb",
            "class A::U < B::C\n  def self.f!(a)\n    g\n  end\nend\nmodule M; end"
        ),
        "class A :: U < B :: C def self . f! ( a ) module M ; end"
    );
    assert_eq!(
        comments("a.rb", "# a\n=begin\nb\n=end\nx # c"),
        ["# a", "=begin\nb\n=end", "# c"]
    );
}

#[test]
fn calls_that_import_are_headers() {
    let check = |path, source, expected| assert_eq!(header(path, source), expected, "{source}");
    check(
        "a.rb",
        "require 'a'\nclass B\n  include C::D, E\n  f.include G\nend",
        "require a class B include C :: D , E",
    );
    check("a.js", "x = require('y').z", "require ( y )");
    check("a.php", "<?php require 'a'; f('b');", "require a");
    check("a.lua", "f(require 'x')", "require x");
}

#[test]
fn scripts_in_markup() {
    let source = "<template><b>{{ user.name }}</b></template>\n<!-- <script>no()</script> -->\n<script setup lang=\"ts\">\nimport a from './a'\nconst b: B = a.c\n</script>\n<style>x{}</style>\n<script>d()</script>";
    for path in ["a.vue", "a.svelte"] {
        assert_eq!(
            show(path, source),
            "import a from m<./a> const b : B = a . c d ( )"
        );
    }
    assert_eq!(show("a.vue", "<template>x</template>"), "");
    assert_eq!(show("a.vue", "<script>\nf(1)"), "f ( 1 )");
    assert_eq!(
        show(
            "a.vue",
            "<script src=\"x\" />\n<script-x>y()</script-x><SCRIPT>\nf(1)</SCRIPT>"
        ),
        "f ( 1 )"
    );
}
