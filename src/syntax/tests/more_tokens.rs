//! What the leaves of a file are, in the languages that come after the first eight.

use super::show::{chains, comments, header, show};

#[test]
fn php() {
    let tokens = |source: &str, expected: &str| {
        assert_eq!(
            show("a.php", &format!("<?php {source}")),
            format!("<?php {expected}")
        )
    };
    tokens(
        "use Foo\\{Bar, Baz as Q};",
        "use Foo \\ { Bar , Baz as Q } ;",
    );
    tokens(
        "require_once 'x.php'; include(\"y\");",
        "require_once m<x.php> ; include ( m<y> ) ;",
    );
    tokens(
        "$this->a?->b // c\n ->d::$e['k'];",
        "$this -> a ?-> b -> d :: $e [ ' t<k> ' ] ;",
    );
    tokens(
        "new \\A\\B; A::class; self::x();",
        "new \\ A \\ B ; A :: class ; self :: x ( ) ;",
    );
    tokens(
        "\"u $id {$a->b} \\n\";",
        "\" t<u > $id t< > { $a -> b } t< \\n> \" ;",
    );
    tokens(
        "$h = <<<SQL\nselect $a from {$b->c}\nSQL;",
        "$h = <<< SQL t<select > $a t< from > { $b -> c } SQL ;",
    );
    tokens("$n = <<<'X'\nraw $y\nX;", "$n = <<< ' X ' t<raw $y> X ;");
    tokens(
        "function f(?int $x): static {}",
        "function f ( ? int $x ) : static { }",
    );
    assert_eq!(
        show("a.php", "<b>t</b><?= $x ?>\n"),
        "t<<b>t</b>> <?= $x ?>"
    );
    assert_eq!(
        header(
            "a.php",
            "<?php namespace A\\B; use C; class D extends E { use T; private ?int $x = F; function g($y) { h(); } }"
        ),
        "namespace A \\ B ; use C ; class D extends E use T ; private ? int $x = function g ( $y )"
    );
    assert_eq!(
        comments("a.php", "<?php // a\n# b\n/** c */"),
        ["// a", "# b", "/** c */"]
    );
}

#[test]
fn csharp() {
    let tokens = |source: &str, expected: &str| assert_eq!(show("a.cs", source), expected);
    tokens(
        "using static A.B; using X = Y.Z;",
        "using static A . B ; using X = Y . Z ;",
    );
    tokens(
        "var x = this.a?.B!.C<int>(base.d);",
        "var x = this . a . B . C < int > ( base . d ) ;",
    );
    tokens(
        "var s = $\"a {b.C:N2} {{}}\\n\" + @\"v\"\"w\" + 'c';",
        "var s = $ \" t<a > { b . C : } t< {{}}\\n> \" + @\" t<v\"\"w> \" + ' t<c> ' ;",
    );
    tokens(
        "var s = \"\"\"raw \"x\" \"\"\";",
        "var s = \"\"\" t<raw \"x\" > \"\"\" ;",
    );
    tokens(
        "[HttpGet(\"x\")] class A { }",
        "[ HttpGet ( \" t<x> \" ) ] class A { }",
    );
    assert_eq!(
        header(
            "a.cs",
            "namespace N.M { public class A<T> : B where T : C { string P { get; set; } = \"s\"; int F(int a) => b; } }"
        ),
        "namespace N . M public class A < T > : B where T : C string P int F ( int a )"
    );
    assert_eq!(
        comments("a.cs", "/// <a/>\nclass A { /* b */ } // c"),
        ["/// <a/>", "/* b */", "// c"]
    );
}

#[test]
fn c() {
    let tokens = |source: &str, expected: &str| assert_eq!(show("a.c", source), expected);
    tokens(
        "#include <stdio.h>\n#include \"a/b.h\"\n",
        "#include m<stdio.h> #include m<a/b.h>",
    );
    tokens(
        "#define X(a) foo->b(\"s\", 1)\n",
        "#define X ( a ) foo -> b ( \" t<s> \" , 1 )",
    );
    tokens(
        "int *f(T *t) { return t->b /* x */ .c(\"s\" L\"w\\n\", 'c'); }",
        "int * f ( T * t ) { return t -> b . c ( \" t<s> \" L\" t<w\\n> \" , ' t<c> ' ) ; }",
    );
    assert_eq!(
        header(
            "a.c",
            "#include <x.h>\nstruct S { int a; };\nstatic int f(void) { g(); }"
        ),
        "#include x.h struct S static int f ( void )"
    );
    assert_eq!(comments("a.c", "/* a */ int x; // b"), ["/* a */", "// b"]);
}

#[test]
#[cfg(feature = "all-languages")]
fn cpp() {
    let tokens = |source: &str, expected: &str| assert_eq!(show("a.cpp", source), expected);
    tokens(
        "#include <vector>\nusing namespace std;",
        "#include m<vector> using namespace std ;",
    );
    tokens(
        "int a::A::m() const { return this->x.y + R\"(raw)\" + u8\"x\"; }",
        "int a :: A :: m ( ) const { return this -> x . y + R\" ( t<raw> ) \" + u8\" t<x> \" ; }",
    );
    assert_eq!(
        header(
            "a.hpp",
            "template<typename T> class A : public B { int m() { return 1; } };"
        ),
        "template < typename T > class A : public B int m ( )"
    );
    assert_eq!(
        chains("a.h", "namespace a { std::vector<b::C> d; }"),
        " a std::vector b::C d"
    );
}

#[test]
fn bash() {
    let tokens = |source: &str, expected: &str| assert_eq!(show("a.sh", source), expected);
    tokens(
        "FOO_BAR=1 my-cmd --flag=value | jq .foo",
        "FOO_BAR = 1 my-cmd - - flag = value | jq . foo",
    );
    tokens(
        "x=\"b $c ${d:-e} $(cmd -x \"$y\")\" 'raw' $'a\\n'",
        "x = \" t<b > $c  ${ d :- e }  $( cmd - x \" $y \" ) \" ' t<raw> ' $' t<a\\n> '",
    );
    tokens(
        "cat <<EOF | grep x\nselect $a from ${b} z\nEOF\n",
        "cat << EOF | grep x t<select > $a t< from > ${ b } t< z~> EOF",
    );
    tokens("cat <<'E'\nraw 'x' $y\nE\n", "cat << 'E' t<raw 'x' $y~> E");
    assert_eq!(
        header("a.sh", "f() { g; }\nfunction h { i; }"),
        "f ( ) function h"
    );
    assert_eq!(comments("a.sh", "#!/bin/sh\nx # c"), ["#!/bin/sh", "# c"]);
}

#[test]
fn lua() {
    let tokens = |source: &str, expected: &str| assert_eq!(show("a.lua", source), expected);
    tokens(
        "local j = require(\"cjson\") require 'y'",
        "local j = require ( m<cjson> ) require m<y>",
    );
    tokens(
        "self.c:d(\"s\\n\" .. [[q]], {k = 1})",
        "self . c : d ( \" t<s\\n> \" .. [[ t<q> ]] , { k = 1 } )",
    );
    assert_eq!(
        header("a.lua", "function M.a:b(x) return y end"),
        "function M . a : b ( x )"
    );
    assert_eq!(
        comments("a.lua", "-- a\n--[[ b\n]] x = 1"),
        ["-- a", "--[[ b\n]]"]
    );
}

#[test]
#[cfg(feature = "all-languages")]
fn kotlin() {
    let tokens = |source: &str, expected: &str| assert_eq!(show("a.kt", source), expected);
    tokens(
        "import c.d.E as F\nimport x.*\n",
        "import c . d . E as F import x . *",
    );
    tokens(
        "val s = this.x?.y!!.z(A::class)",
        "val s = this . x ?. y . z ( A :: class )",
    );
    tokens(
        "val s = \"a $b, ${c.d}\\n\"",
        "val s = \" t<a > $ b t<, > ${ c . d } t<\\n> \"",
    );
    tokens(
        "val s = \"\"\"raw $e\"\"\"\nval c = 'c'",
        "val s = \"\"\" t<raw > $ e \"\"\" val c = ' t<c> '",
    );
    assert_eq!(
        header(
            "a.kt",
            "package a.b\ndata class U(val n: S) : B() { fun f(a: C): D = e }\n"
        ),
        "package a . b data class U ( val n : S ) : B ( ) fun f ( a : C ) : D"
    );
    assert_eq!(
        comments("a.kt", "/** a */ val x = 1 // b"),
        ["/** a */", "// b"]
    );
}

#[test]
#[cfg(feature = "all-languages")]
fn swift() {
    let tokens = |source: &str, expected: &str| assert_eq!(show("a.swift", source), expected);
    tokens(
        "import struct A.B\nlet x = self.x?.y!.z",
        "import struct A . B let x = self . x . y . z",
    );
    tokens(
        "let s = \"a \\(b.c) d\\n\"",
        "let s = \" t<a > \\( b . c ) t< d\\n> \"",
    );
    tokens(
        "let s = \"\"\"\n m \\(q)\n \"\"\"",
        "let s = \"\"\" t<~ m > \\( q ) \"\"\"",
    );
    assert_eq!(
        header(
            "a.swift",
            "struct U: C { let n: S = v; func f(_ a: A) throws -> B? { g() } }"
        ),
        "struct U : C let n : S = func f ( _ a : A ) throws -> B ?"
    );
    assert_eq!(
        comments("a.swift", "/* a */ let x = 1 // b"),
        ["/* a */", "// b"]
    );
}

#[test]
#[cfg(feature = "all-languages")]
fn scala() {
    let tokens = |source: &str, expected: &str| assert_eq!(show("a.scala", source), expected);
    tokens("import c.d.{E, F => G}", "import c . d . { E , F => G }");
    tokens(
        "val x = this.a.b(s\"a $b c\\n ${d.e} f\", \"\"\"raw\"\"\", 'c')",
        "val x = this . a . b ( s \" t<a > $ b t< c\\n > $ { d . e } t< f> \" , \"\"\" t<raw> \"\"\" , ' t<c> ' )",
    );
    tokens(
        "val x = s\"\"\"x $y z\"\"\" + raw\"q\"",
        "val x = s \"\"\" t<x > $ y t< z> \"\"\" + raw \" t<q> \"",
    );
    assert_eq!(
        header(
            "a.scala",
            "package a\ncase class U(n: S) extends B { def f(a: A): C = { d } }"
        ),
        "package a case class U ( n : S ) extends B def f ( a : A ) : C ="
    );
    assert_eq!(
        comments("a.scala", "/** a */ val x = 1 // b"),
        ["/** a */", "// b"]
    );
}
