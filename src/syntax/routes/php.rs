//! Laravel, Symfony, Slim and their like.

use std::ops::Range;

use super::annotation::{self, Group, Style, pairs};
use super::code::{Call, Code};
use super::prefix::Prefixes;
use super::value::Literal;
use super::{ANY, Route, each_method, method, path};

/// Variables that routes are declared on.
const ROUTERS: [&str; 8] = [
    "$app",
    "$group",
    "$r",
    "$route",
    "$router",
    "$routes",
    "$collector",
    "Route",
];

/// All routes of a file.
pub(super) fn routes(code: &Code<'_>) -> Vec<Route> {
    let mut found = attributed(code);
    let mut prefixes = Prefixes::default();
    for call in code.calls() {
        let start = code.text(code.chain_start(call.name));
        if !ROUTERS.contains(&start) {
            continue;
        }
        let prefix = prefixes.at(call.name);
        match code.text(call.name) {
            "group" => {
                if let Some((body, prefix)) = group(code, call) {
                    prefixes.open(body, &prefix);
                }
            }
            "resource" | "apiResource" => {
                let first = code.arguments(call).first().cloned();
                let literal = first.and_then(|range| code.literal(range));
                found
                    .extend(literal.map_or_else(Vec::new, |it| resource(code, call, &prefix, &it)));
            }
            "resources" | "apiResources" => {
                let first = code.arguments(call).first().cloned().unwrap_or_default();
                for entry in code.entries(first) {
                    let key = code.literals(entry).into_iter().next();
                    found
                        .extend(key.map_or_else(Vec::new, |it| resource(code, call, &prefix, &it)));
                }
            }
            name => found.extend(declared(code, call, name, &prefix)),
        }
    }
    found
}

/// `Route::get('/x', …)`, `Route::match(['get', 'post'], '/x', …)`, `$routes->add('name', '/x')`.
fn declared(code: &Code<'_>, call: Call, name: &str, prefix: &str) -> Vec<Route> {
    let arguments = code.arguments(call);
    let literal = |at: usize| code.literal(arguments.get(at)?.clone());
    let listed = |at: usize| -> Vec<&'static str> {
        let list = arguments.get(at).cloned().unwrap_or_default();
        let stated = code.literals(list);
        stated
            .iter()
            .filter_map(|literal| method(&literal.text))
            .collect()
    };
    let prefix = path::join(prefix, &chained_prefix(code, call));
    let (methods, literal) = match (method(name), name) {
        (Some(method), _) if arguments.len() > 1 => (vec![method], literal(0)),
        (None, "match" | "map" | "addRoute") => (listed(0), literal(1)),
        (None, "redirect" | "permanentRedirect" | "view") => (vec![ANY], literal(0)),
        (None, "add") => (
            Vec::new(),
            literal(1).filter(|found| found.text.starts_with('/')),
        ),
        _ => return Vec::new(),
    };
    literal.map_or_else(Vec::new, |literal| each_method(&methods, &prefix, &literal))
}

/// What `->prefix('x')` and `Route::prefix('x')` earlier in the chain say.
fn chained_prefix(code: &Code<'_>, call: Call) -> String {
    let start = code.chain_start(call.name);
    let mut prefix = String::new();
    let mut at = start;
    while at < call.name {
        let Some(inner) = code.call(at) else {
            at += 1;
            continue;
        };
        if code.text(at) == "prefix" {
            let first = code.arguments(inner).first().cloned();
            let literal = first.and_then(|range| code.literal(range));
            prefix = path::join(
                &prefix,
                &literal.map(|found| found.text).unwrap_or_default(),
            );
        }
        at = inner.close + 1;
    }
    prefix
}

/// `Route::prefix('x')->group(fn)`, `Route::group(['prefix' => 'x'], fn)`, `$app->group('/x', fn)`.
fn group(code: &Code<'_>, call: Call) -> Option<(Range<usize>, String)> {
    let arguments = code.arguments(call);
    let body = arguments.last()?.clone();
    let first = arguments.first()?.clone();
    let own = match code.literal(first.clone()) {
        Some(literal) if arguments.len() > 1 => literal.text,
        _ => code
            .named(&code.entries(first), "prefix")
            .and_then(|range| code.literal(range))
            .map(|literal| literal.text)
            .unwrap_or_default(),
    };
    Some((body, path::join(&chained_prefix(code, call), &own)))
}

/// The routes of `Route::resource('photos', Controller::class)`, but for what `->only([…])` or
/// `->except([…])` behind it leaves out.
fn resource(code: &Code<'_>, call: Call, prefix: &str, literal: &Literal) -> Vec<Route> {
    let prefix = path::join(prefix, &chained_prefix(code, call));
    let one = |name: &str| {
        let last = name.rsplit('/').next().unwrap_or_default();
        format!("{name}/{{{}}}", path::singular(last))
    };
    // `photos.comments` are the comments of one photo.
    let mut base = String::new();
    let mut names = literal.text.split('.').peekable();
    while let Some(name) = names.next() {
        base.push('/');
        match names.peek() {
            Some(_) => base.push_str(&one(name)),
            None => base.push_str(name),
        }
    }
    let one = one(&base);
    let mut routes = vec![
        ("index", "GET", base.clone()),
        ("store", "POST", base.clone()),
        ("show", "GET", one.clone()),
        ("update", "PUT", one.clone()),
        ("update", "PATCH", one.clone()),
        ("destroy", "DELETE", one.clone()),
    ];
    if code.text(call.name).starts_with("resource") {
        routes.push(("create", "GET", format!("{base}/create")));
        routes.push(("edit", "GET", format!("{one}/edit")));
    }
    for next in code.chained(call) {
        let named = code.literals(next.open..next.close);
        let is_named = |action: &str| named.iter().any(|literal| literal.text == action);
        match code.text(next.name) {
            "only" => routes.retain(|(action, ..)| is_named(action)),
            "except" => routes.retain(|(action, ..)| !is_named(action)),
            _ => {}
        }
    }
    let offset = literal.offset;
    routes
        .into_iter()
        .flat_map(|(_, method, text)| each_method(&[method], &prefix, &Literal { text, offset }))
        .collect()
}

/// Symfony's `#[Route('/x', methods: ['GET'])]` on classes and methods, and `#[Get('/x')]`.
fn attributed(code: &Code<'_>) -> Vec<Route> {
    let mut found = Vec::new();
    let class_paths = |code: &Code<'_>, group: &Group| paths(code, group).0;
    annotation::each_member(code, Style::Hash, class_paths, |code, group, prefixes| {
        let (_, places) = paths(code, group);
        for (methods, literal) in places {
            for (prefix, literal) in pairs(prefixes, std::slice::from_ref(&literal)) {
                found.extend(each_method(&methods, prefix, literal));
            }
        }
    });
    found
}

type Places = Vec<(Vec<&'static str>, Literal)>;

/// The paths of a group's route attributes, and each with its methods.
fn paths(code: &Code<'_>, group: &Group) -> (Vec<String>, Places) {
    let mut places = Vec::new();
    for annotation in &group.annotations {
        let name = code.text(annotation.name);
        let verb = method(name);
        let Some(call) = annotation
            .call
            .filter(|_| name == "Route" || verb.is_some())
        else {
            continue;
        };
        let stated = code
            .named(&code.arguments(call), "methods")
            .unwrap_or_default();
        let stated = code.literals(stated);
        let methods: Vec<&'static str> = verb
            .into_iter()
            .chain(stated.iter().filter_map(|literal| method(&literal.text)))
            .collect();
        for literal in annotation::paths(code, *annotation) {
            places.push((methods.clone(), literal));
        }
    }
    let texts = places
        .iter()
        .map(|(_, literal)| literal.text.clone())
        .collect();
    (texts, places)
}
