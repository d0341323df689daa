//! What a file defines: functions, classes and components.

use tree_sitter::Node;

use super::literal;
use super::parse::Parsed;
use super::table::{Kind, Role, Table};
use super::walk::{Step, Walk};

/// A definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// What is defined.
    pub kind: DefinitionKind,
    /// Its name, without what it is a member of.
    pub name: String,
    /// Where the name starts.
    pub offset: usize,
}

/// What a definition defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefinitionKind {
    /// A function or method.
    Function,
    /// A class, struct, trait, interface, enum, type, module, object or record.
    Class,
    /// A component of a user interface.
    Component,
}

/// How deep a name may be wrapped: `(*(*f)[3])(int)`.
const NAME_DEPTH: usize = 32;

impl Parsed {
    /// Functions and methods, classes and the like, and components, in order of where they start.
    /// A component is listed twice: as what it is written as, and as a component.
    pub fn definitions(&self, source: &[u8]) -> Vec<Definition> {
        let mut reader = Reader {
            table: self.language.table(),
            source,
            scopes: Vec::new(),
            found: Vec::new(),
            decorated: false,
        };
        let mut walk = Walk::new(&self.tree);
        loop {
            let step = reader.visit(&walk);
            if !walk.advance(step) {
                return reader.finish();
            }
        }
    }
}

struct Reader<'a> {
    table: &'static Table,
    source: &'a [u8],
    scopes: Vec<Scope>,
    found: Vec<Found>,
    /// A decorator has just said that the next class is a component.
    decorated: bool,
}

/// A definition, or what may turn out to be one.
struct Found {
    definition: Definition,
    /// What `Component` wraps: `memo(() => …)` is no definition unless it returns markup.
    wraps: bool,
    component: bool,
}

/// What the walk is inside of.
struct Scope {
    end: usize,
    /// The place in `found`; `None` for a function without a name.
    found: Option<usize>,
}

impl Reader<'_> {
    fn visit(&mut self, walk: &Walk<'_>) -> Step {
        let node = walk.node();
        let kind = self.table.kind(node);
        while self
            .scopes
            .pop_if(|scope| scope.end <= node.start_byte())
            .is_some()
        {}
        if kind.markup {
            self.mark_component();
        }
        match node.kind() {
            "decorator" => self.decorated |= self.text(node).starts_with("@Component"),
            "class_heritage" if self.extends_component(node) => self.component_class(),
            _ => {}
        }
        if let Some(defines) = kind.defines
            && let Some(name) = child(node, defines.name)
            && (defines.body.is_empty() || node.child_by_field_name(defines.body).is_some())
        {
            self.define(node, name, defines.kind);
        } else if let Some(binding) = kind.binds
            && let Some(value) = child(node, binding.value)
            && let Some(name) = child(node, binding.name)
        {
            self.bind(node, name, value);
        } else if kind.anonymous {
            self.enter(node, None);
        }
        match kind.role {
            Role::Plain => Step::Into,
            _ => Step::Over,
        }
    }

    /// A function or class that gets its name from what it is assigned to.
    fn bind(&mut self, node: Node<'_>, name: Node<'_>, value: Node<'_>) {
        let value = match value.kind() {
            "expression_list" => value.child(0).unwrap_or(value),
            _ => value,
        };
        let kind = self.table.kind(value);
        let named = kind
            .defines
            .is_some_and(|defines| child(value, defines.name).is_some());
        if kind.anonymous && !named {
            let is_class = kind
                .defines
                .is_some_and(|defines| defines.kind == DefinitionKind::Class);
            let defined = match is_class {
                true => DefinitionKind::Class,
                false => DefinitionKind::Function,
            };
            self.define(node, name, defined);
        } else if value.kind() == "call_expression" && !self.table.dialect.markup.is_empty() {
            self.define(node, name, DefinitionKind::Component);
        }
    }

    fn define(&mut self, node: Node<'_>, name: Node<'_>, kind: DefinitionKind) {
        let Some((offset, name)) = self.name(name) else {
            return;
        };
        let is_class = kind == DefinitionKind::Class;
        self.enter(node, Some(self.found.len()));
        self.found.push(Found {
            definition: Definition { kind, name, offset },
            wraps: kind == DefinitionKind::Component,
            component: is_class && std::mem::take(&mut self.decorated),
        });
    }

    fn enter(&mut self, node: Node<'_>, found: Option<usize>) {
        let end = node.end_byte();
        self.scopes.push(Scope { end, found });
    }

    /// The last segment of a name, however it is wrapped.
    fn name(&self, mut node: Node<'_>) -> Option<(usize, String)> {
        for _ in 0..NAME_DEPTH {
            let kind = self.table.kind(node);
            if kind.literal {
                let range = literal::content(self.table, node, self.source)?;
                let text = self.source.get(range.clone())?;
                return Some((range.start, String::from_utf8_lossy(text).into_owned()));
            }
            let inner = [
                "name",
                "declarator",
                "property",
                "attribute",
                "field",
                "method",
            ]
            .into_iter()
            .find_map(|field| node.child_by_field_name(field));
            match inner.or_else(|| node.named_child(0)) {
                Some(inner) if !is_name(kind, node) => node = inner,
                _ => break,
            }
        }
        let text = self.text(node);
        let usable = node.is_named() && !text.is_empty() && !text.contains(char::is_whitespace);
        usable.then(|| (node.start_byte(), text.into_owned()))
    }

    fn text(&self, node: Node<'_>) -> std::borrow::Cow<'_, str> {
        let bytes = self.source.get(node.byte_range()).unwrap_or_default();
        String::from_utf8_lossy(bytes)
    }

    /// Markup makes a component of the function around it that has a capital, also through
    /// functions without a name and through `render`.
    fn mark_component(&mut self) {
        let mut inside_function = false;
        for scope in self.scopes.iter().rev() {
            let Some(found) = scope.found.and_then(|at| self.found.get_mut(at)) else {
                inside_function = true;
                continue;
            };
            let capital = found.definition.name.starts_with(char::is_uppercase);
            if capital {
                found.component |= inside_function || !found.wraps;
                return;
            }
            if found.definition.name != "render" && !found.wraps {
                return;
            }
        }
    }

    /// `extends Component`, `extends React.PureComponent<Props>`.
    fn extends_component(&self, node: Node<'_>) -> bool {
        let text = self.text(node);
        let base = text.split_whitespace().nth(1).unwrap_or_default();
        let base = base.split(['<', '(', '{']).next().unwrap_or_default();
        let last = base.rsplit('.').next().unwrap_or_default();
        ["Component", "PureComponent"].contains(&last)
    }

    fn component_class(&mut self) {
        let found = self.scopes.last().and_then(|scope| scope.found);
        if let Some(found) = found.and_then(|at| self.found.get_mut(at)) {
            found.component = true;
        }
    }

    fn finish(self) -> Vec<Definition> {
        let mut definitions = Vec::with_capacity(self.found.len());
        for found in self.found {
            let component = Definition {
                kind: DefinitionKind::Component,
                ..found.definition.clone()
            };
            if !found.wraps {
                definitions.push(found.definition);
            }
            if found.component {
                definitions.push(component);
            }
        }
        definitions
    }
}

/// Names made of several leaves are still names.
fn is_name(kind: Kind, node: Node<'_>) -> bool {
    kind.role == Role::Name
        || matches!(
            node.kind(),
            "operator_name" | "destructor_name" | "operator_cast"
        )
}

/// The child in a field, or the first of a kind.
fn child<'tree>(node: Node<'tree>, name: &str) -> Option<Node<'tree>> {
    node.child_by_field_name(name).or_else(|| {
        let mut cursor = node.walk();
        node.named_children(&mut cursor)
            .find(|child| child.kind() == name)
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::parse;
    use super::DefinitionKind;

    fn check(path: &str, source: &str, expected: &[&str]) {
        let definitions = parse(path, source).definitions(source.as_bytes());
        let shown: Vec<String> = definitions
            .iter()
            .map(|found| {
                assert!(source[found.offset..].starts_with(&found.name), "{found:?}");
                let kind = match found.kind {
                    DefinitionKind::Function => "f",
                    DefinitionKind::Class => "c",
                    DefinitionKind::Component => "<>",
                };
                format!("{kind} {}", found.name)
            })
            .collect();
        assert_eq!(shown, expected, "{source}");
    }

    #[test]
    fn functions_and_classes() {
        check(
            "a.py",
            "@d\nasync def f(): pass\nclass A(B):\n  def g(self): pass\nh = lambda x: x\nx = f()",
            &["f f", "c A", "f g", "f h"],
        );
        check(
            "a.js",
            "function f() {} const g = async () => 1; const h = function () {}; class A { m() {} get n() {} #o() {} p = () => 1 }\nexports.q = function r() {}; x.y.z = () => 1; export default function () {}",
            &[
                "f f", "f g", "f h", "c A", "f m", "f n", "f #o", "f p", "f r", "f z",
            ],
        );
        check(
            "a.js",
            "const o = { a() {}, 'b-c': () => 1, d: function () {}, e: 1, [f]: 2 }; const K = class {}; function* g() {}",
            &["f a", "f b-c", "f d", "c K", "f g"],
        );
        check(
            "a.ts",
            "interface I { m(): void } type T = 1; enum E {} namespace N.M {} abstract class A { abstract b(): void; private c = () => 1 } declare function d(): void",
            &[
                "c I", "f m", "c T", "c E", "c M", "c A", "f b", "f c", "f d",
            ],
        );
        check(
            "a.rs",
            "pub struct S; enum E {} trait T { fn a(); } impl S { pub async fn b() {} } mod m { type X = u8; } macro_rules! n { () => {} } union U { a: u8 }",
            &[
                "c S", "c E", "c T", "f a", "f b", "c m", "c X", "f n", "c U",
            ],
        );
        check(
            "a.go",
            "package p\ntype S struct{}\ntype ( I interface { M() }\n T = S )\nfunc F[T any]() {}\nfunc (s *S) G() { h := func() {} }\nvar i = func() {}",
            &["c S", "c I", "f M", "c T", "f F", "f G", "f h", "f i"],
        );
        check(
            "A.java",
            "class A<T> { A() {} void m() {} interface I { int n(); } enum E { X; } record R(int a) { R { } } @interface N {} }",
            &[
                "c A", "f A", "f m", "c I", "f n", "c E", "c R", "f R", "c N",
            ],
        );
        check(
            "a.rb",
            "module M\n  class A::B < C\n    def self.f!; end\n    def g=(x) = 1\n    def <=>(o); end\n  end\nend",
            &["c M", "c B", "f f!", "f g", "f <=>"],
        );
    }

    #[test]
    fn in_more_languages() {
        check(
            "a.php",
            "<?php function f() {} class A { function g() {} } trait T {} enum E {} interface I {} $h = fn($x) => $x;",
            &["f f", "c A", "f g", "c T", "c E", "c I", "f $h"],
        );
        check(
            "a.cs",
            "namespace N { class A { A() {} void M() { int L() => 1; } } record R(int X); struct S {} interface I {} enum E {} delegate void D(); }",
            &[
                "c A", "f A", "f M", "f L", "c R", "c S", "c I", "c E", "c D",
            ],
        );
        check(
            "a.c",
            "struct S { int a; }; struct S *f(struct S *s) { return s; } typedef struct { int x; } T; int (*g)(int); static void **h(void) {}\n#define M(x) x\n",
            &["c S", "f f", "c T", "f h", "f M"],
        );
        check("a.sh", "f() { :; }\nfunction g-h { :; }", &["f f", "f g-h"]);
        check(
            "a.lua",
            "function M.a:b() end local function c() end M.d = function() end local e = { f = function() end }",
            &["f b", "f c", "f d", "f f"],
        );
    }

    #[test]
    #[cfg(feature = "all-languages")]
    fn in_the_largest_grammars() {
        check(
            "a.cpp",
            "namespace n { template<class T> class A { A(); ~A() {} int m() { return 1; } bool operator==(A); }; }\nint n::A::m() const {} using X = int; enum class E { F };",
            &["c n", "c A", "f ~A", "f m", "f m", "c X", "c E"],
        );
        check(
            "a.kt",
            "class A { fun m() = 1\n companion object { } }\nobject O { }\ninterface I { }\nenum class E { B }\ntypealias T = Int\nfun String.ext() = 1\n",
            &["c A", "f m", "c O", "c I", "c E", "c T", "f ext"],
        );
        check(
            "a.swift",
            "struct S { func m() {} }\nclass C {}\nenum E {}\nprotocol P { func g() }\ntypealias T = Int\n",
            &["c S", "f m", "c C", "c E", "c P", "f g", "c T"],
        );
        check(
            "a.scala",
            "class A { def m = 1 }\nobject O { type T = Int }\ntrait B { def g: Int }\n",
            &["c A", "f m", "c O", "c T", "c B", "f g"],
        );
    }

    #[test]
    fn components() {
        check(
            "a.tsx",
            "export default function Page() { return <b/> }\nconst row = () => <tr/>; const Empty = () => null",
            &["f Page", "<> Page", "f row", "f Empty"],
        );
        check(
            "a.jsx",
            "const List = ({ a }) => a.map(x => <Li key={x} />)\nfunction Outer() { const inner = () => <i/>; return inner() }",
            &["f List", "<> List", "f Outer", "f inner"],
        );
        check(
            "a.jsx",
            "const Card = memo(({ a }) => <div>{a}</div>); const Table = styled.div``; const Routes = make(<Route/>); const x = f(() => <i/>)",
            &["<> Card"],
        );
        check(
            "a.jsx",
            "class A extends React.Component { render() { return <b/> } }\nclass B extends PureComponent {}\nclass C extends D {}",
            &["c A", "<> A", "f render", "c B", "<> B", "c C"],
        );
        check(
            "a.ts",
            "@Component({ selector: 'x' })\nexport class XComponent { a() {} }\n@Injectable() class Y {}",
            &["c XComponent", "<> XComponent", "f a", "c Y"],
        );
    }
}
