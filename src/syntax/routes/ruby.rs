//! Rails route files, and the blocks of Sinatra and Grape.

use tree_sitter::Node;

use super::value::{Literal, UNKNOWN, append};
use super::{ANY, Route, each_method, method, path};
use crate::model::path::RepoPath;
use crate::syntax::literal;
use crate::syntax::parse::Parsed;
use crate::syntax::table::Table;
use crate::syntax::walk::{Step, Walk};

/// All routes of a file.
pub(super) fn routes(parsed: &Parsed, source: &[u8], path: &RepoPath) -> Vec<Route> {
    let Some(framework) = framework(source, path) else {
        return Vec::new();
    };
    let mut reader = Reader {
        table: parsed.language.table(),
        source,
        framework,
        scopes: Vec::new(),
        found: Vec::new(),
    };
    let mut walk = Walk::new(&parsed.tree);
    loop {
        let step = reader.visit(walk.node());
        if !walk.advance(step) {
            return reader.found;
        }
    }
}

/// How deep a string may be put together.
const DEPTH_LIMIT: usize = 64;

/// What the blocks of a file mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framework {
    Rails,
    Grape,
    Sinatra,
}

fn framework(source: &[u8], path: &RepoPath) -> Option<Framework> {
    let text = String::from_utf8_lossy(source);
    let name = String::from_utf8_lossy(path.as_bytes());
    if text.contains("routes.draw") || name.contains("routes") && !text.contains("Sinatra") {
        Some(Framework::Rails)
    } else if text.contains("Grape::API") {
        Some(Framework::Grape)
    } else {
        Some(Framework::Sinatra).filter(|_| text.contains(" do") || text.contains('{'))
    }
}

/// A block whose routes have a prefix.
struct Scope {
    end: usize,
    /// In front of what the block declares.
    nested: String,
    /// In front of what it declares `on: :member`.
    member: String,
    /// In front of what it declares `on: :collection`.
    collection: String,
}

struct Reader<'a> {
    table: &'static Table,
    source: &'a [u8],
    framework: Framework,
    scopes: Vec<Scope>,
    found: Vec<Route>,
}

/// A call's arguments: places in front, options by name.
struct Arguments<'tree> {
    places: Vec<Literal>,
    options: Vec<(String, Node<'tree>)>,
    block: Option<Node<'tree>>,
}

impl Reader<'_> {
    fn visit(&mut self, node: Node<'_>) -> Step {
        while self
            .scopes
            .pop_if(|scope| scope.end <= node.start_byte())
            .is_some()
        {}
        if node.kind() == "call"
            && node.child_by_field_name("receiver").is_none()
            && let Some(method) = node.child_by_field_name("method")
        {
            let name = self.text(method).to_owned();
            if name == "concern" {
                return Step::Over;
            }
            let arguments = self.arguments(node);
            self.declare(&name, &arguments, method.start_byte());
        }
        Step::Into
    }

    fn declare(&mut self, name: &str, arguments: &Arguments<'_>, offset: usize) {
        match (name, self.framework) {
            ("resources", Framework::Rails) => self.resources(arguments),
            ("resource", Framework::Rails) => self.resource(arguments),
            ("member" | "collection", Framework::Rails) => {
                let around = self.scopes.last();
                let prefix = around.map(|scope| match name {
                    "member" => scope.member.clone(),
                    _ => scope.collection.clone(),
                });
                self.open(arguments, prefix.unwrap_or_default());
            }
            ("root", Framework::Rails) => {
                let text = String::new();
                self.add(&["GET"], &self.prefix(), &Literal { text, offset });
            }
            ("mount" | "devise_for", Framework::Rails) => self.mount(name, arguments),
            ("namespace" | "scope" | "resource" | "resources" | "group" | "route_param", _) => {
                let stated = self.option(arguments, "path");
                let first = stated.or_else(|| arguments.places.first().cloned());
                let mut text = first.map(|literal| literal.text).unwrap_or_default();
                if name == "route_param" {
                    text = format!(":{text}");
                }
                self.open(arguments, path::join(&self.prefix(), &text));
            }
            _ => self.verb(name, arguments, offset),
        }
    }

    /// `get '/x', to: 'c#a'`, `match 'x', via: [:get, :post]`, `get :x, on: :member`.
    fn verb(&mut self, name: &str, arguments: &Arguments<'_>, offset: usize) {
        let mut methods: Vec<&'static str> = method(name).into_iter().collect();
        if name == "match" {
            let via = arguments.options.iter().find(|(key, _)| key == "via");
            let stated = via.map_or_else(Vec::new, |(_, value)| self.words(*value));
            methods.extend(stated.iter().filter_map(|word| method(word)));
        } else if methods.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return;
        }
        let mut places = arguments.places.clone();
        if self.framework != Framework::Rails {
            let in_grape = self.framework == Framework::Grape;
            if arguments.block.is_none() || !in_grape && !rooted(&places) {
                return;
            }
            if in_grape && places.is_empty() {
                let text = String::new();
                places.push(Literal { text, offset });
            }
        }
        places.extend(self.option(arguments, "\0path"));
        let on = arguments.options.iter().find(|(key, _)| key == "on");
        let on = on
            .map_or("", |(_, value)| self.text(*value))
            .trim_start_matches(':');
        let around = self.scopes.last();
        let prefix = match (on, around) {
            ("member", Some(scope)) => scope.member.clone(),
            ("collection", Some(scope)) => scope.collection.clone(),
            _ => self.prefix(),
        };
        for literal in places {
            let text = literal.text.trim_end_matches("(.:format)").to_owned();
            let offset = literal.offset;
            self.add(&methods, &prefix, &Literal { text, offset });
        }
    }

    fn resources(&mut self, arguments: &Arguments<'_>) {
        const ACTIONS: [(&str, &[&str], &str); 7] = [
            ("index", &["GET"], ""),
            ("create", &["POST"], ""),
            ("new", &["GET"], "/new"),
            ("edit", &["GET"], "/{id}/edit"),
            ("show", &["GET"], "/{id}"),
            ("update", &["PATCH", "PUT"], "/{id}"),
            ("destroy", &["DELETE"], "/{id}"),
        ];
        let stated = self.option(arguments, "path");
        let param = self.option(arguments, "param");
        let param = param.map_or("id".to_owned(), |literal| literal.text);
        for literal in &arguments.places {
            let own = stated.as_ref().unwrap_or(literal);
            let base = path::join(&self.prefix(), &own.text);
            for (action, methods, rest) in ACTIONS {
                if self.has_action(arguments, action) {
                    let text = rest.replace("{id}", &format!(":{param}"));
                    let offset = literal.offset;
                    self.add(methods, &base, &Literal { text, offset });
                }
            }
            let nested = format!("{base}/:{}_{param}", path::singular(&literal.text));
            let member = format!("{base}/:{param}");
            self.open_resource(arguments, [nested, member, base]);
        }
    }

    fn resource(&mut self, arguments: &Arguments<'_>) {
        const ACTIONS: [(&str, &[&str], &str); 6] = [
            ("show", &["GET"], ""),
            ("create", &["POST"], ""),
            ("new", &["GET"], "/new"),
            ("edit", &["GET"], "/edit"),
            ("update", &["PATCH", "PUT"], ""),
            ("destroy", &["DELETE"], ""),
        ];
        let stated = self.option(arguments, "path");
        for literal in &arguments.places {
            let own = stated.as_ref().unwrap_or(literal);
            let base = path::join(&self.prefix(), &own.text);
            for (action, methods, rest) in ACTIONS {
                if self.has_action(arguments, action) {
                    let text = rest.to_owned();
                    let offset = literal.offset;
                    self.add(methods, &base, &Literal { text, offset });
                }
            }
            self.open_resource(arguments, [base.clone(), base.clone(), base]);
        }
    }

    /// `only:` and `except:`.
    fn has_action(&self, arguments: &Arguments<'_>, action: &str) -> bool {
        let listed = |key: &str| {
            let option = arguments.options.iter().find(|(name, _)| name == key);
            option.map(|(_, value)| self.words(*value).iter().any(|word| word == action))
        };
        listed("only").unwrap_or(true) && !listed("except").unwrap_or(false)
    }

    /// `mount App => '/x'`, `mount App, at: '/x'`, `devise_for :users, path: 'x'`.
    fn mount(&mut self, name: &str, arguments: &Arguments<'_>) {
        let stated = match name {
            "mount" => {
                let entry = arguments
                    .options
                    .iter()
                    .find(|(key, _)| key != "as" && key != "via");
                entry.and_then(|(_, value)| self.literal(*value))
            }
            _ => self
                .option(arguments, "path")
                .or_else(|| arguments.places.first().cloned()),
        };
        if let Some(literal) = stated {
            self.add(&[ANY], &self.prefix(), &literal);
        }
    }

    fn add(&mut self, methods: &[&'static str], prefix: &str, literal: &Literal) {
        self.found.extend(each_method(methods, prefix, literal));
    }

    fn prefix(&self) -> String {
        let around = self.scopes.last();
        around.map_or_else(String::new, |scope| scope.nested.clone())
    }

    fn open(&mut self, arguments: &Arguments<'_>, prefix: String) {
        self.open_resource(arguments, [prefix.clone(), prefix.clone(), prefix]);
    }

    fn open_resource(&mut self, arguments: &Arguments<'_>, prefixes: [String; 3]) {
        if let Some(block) = arguments.block {
            let [nested, member, collection] = prefixes;
            self.scopes.push(Scope {
                end: block.end_byte(),
                nested,
                member,
                collection,
            });
        }
    }

    fn arguments<'tree>(&self, call: Node<'tree>) -> Arguments<'tree> {
        let mut read = Arguments {
            places: Vec::new(),
            options: Vec::new(),
            block: call.child_by_field_name("block"),
        };
        let Some(list) = call.child_by_field_name("arguments") else {
            return read;
        };
        let mut cursor = list.walk();
        for argument in list.named_children(&mut cursor) {
            if argument.kind() != "pair" {
                read.places.extend(self.literal(argument));
                continue;
            }
            let key = argument.child_by_field_name("key");
            let value = argument.child_by_field_name("value");
            if let Some((key, value)) = key.zip(value) {
                let arrow = self.text_between(key, value).contains("=>");
                match self
                    .literal(key)
                    .filter(|_| arrow && key.kind() == "string")
                {
                    Some(_) => read.options.push(("\0path".to_owned(), key)),
                    None => {
                        let name = self.text(key).trim_matches([':', '"', '\'']);
                        read.options.push((name.to_owned(), value));
                    }
                }
            }
        }
        read
    }

    fn option(&self, arguments: &Arguments<'_>, name: &str) -> Option<Literal> {
        let option = arguments.options.iter().find(|(key, _)| key == name);
        option.and_then(|(_, value)| self.literal(*value))
    }

    /// A string or symbol, or what several of them and others make, with holes for the others.
    fn literal(&self, node: Node<'_>) -> Option<Literal> {
        let mut literal = Literal {
            text: String::new(),
            offset: node.start_byte(),
        };
        self.read(node, &mut literal, DEPTH_LIMIT)?;
        if let Some(rest) = literal.text.strip_prefix("{}/") {
            literal.text = format!("/{rest}");
        }
        Some(literal).filter(|literal| literal.text != UNKNOWN)
    }

    fn read(&self, node: Node<'_>, literal: &mut Literal, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        let content = match node.kind() {
            "simple_symbol" => Some(node.start_byte() + 1..node.end_byte()),
            "string" => literal::content(self.table, node, self.source),
            "binary" if self.text(node.child_by_field_name("operator")?) == "+" => None,
            "chained_string" => None,
            _ => return None,
        };
        if let Some(range) = content {
            if literal.text.is_empty() {
                literal.offset = range.start;
            }
            let text = std::str::from_utf8(self.source.get(range)?).ok()?;
            append(&mut literal.text, text);
            return Some(());
        }
        let mut cursor = node.walk();
        for part in node.named_children(&mut cursor) {
            let known = match part.kind() {
                "string_content" | "escape_sequence" => {
                    if literal.text.is_empty() {
                        literal.offset = part.start_byte();
                    }
                    append(&mut literal.text, self.text(part));
                    continue;
                }
                _ => self.read(part, literal, depth),
            };
            if known.is_none() {
                append(&mut literal.text, UNKNOWN);
            }
        }
        Some(())
    }

    /// The words of `:a`, `[:a, 'b']`, `%i[a b]`.
    fn words(&self, node: Node<'_>) -> Vec<String> {
        let text = self.text(node);
        let text = text
            .strip_prefix("%i")
            .or_else(|| text.strip_prefix("%w"))
            .unwrap_or(text);
        text.split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn text(&self, node: Node<'_>) -> &str {
        let bytes = self.source.get(node.byte_range()).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    fn text_between(&self, left: Node<'_>, right: Node<'_>) -> &str {
        let bytes = self.source.get(left.end_byte()..right.start_byte());
        std::str::from_utf8(bytes.unwrap_or_default()).unwrap_or_default()
    }
}

fn rooted(places: &[Literal]) -> bool {
    places
        .first()
        .is_some_and(|literal| literal.text.starts_with('/'))
}
