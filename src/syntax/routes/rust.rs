//! Axum, Actix, Rocket and their like.

use super::annotation::{self, Style, Target};
use super::code::{Call, Code};
use super::mounts::Mounts;
use super::prefix::Prefixes;
use super::value::Literal;
use super::{ANY, Route, each_method, method, path};

/// All routes of a file.
pub(super) fn routes(code: &Code<'_>) -> Vec<Route> {
    let mut prefixes = Prefixes::default();
    let mut mounts = Mounts::new(code);
    let mut found = attributes(code, &mut mounts);
    for call in code.calls() {
        let known = found.len();
        let arguments = code.arguments(call);
        mount(code, call, &prefixes.at(call.name), &mut mounts);
        let Some(literal) = arguments
            .first()
            .and_then(|range| code.literal(range.clone()))
            .filter(|literal| literal.text.starts_with('/') || literal.text.is_empty())
        else {
            continue;
        };
        let prefix = prefixes.at(call.name);
        let second = arguments.get(1).cloned();
        let is_member = code.text(code.before(call.name)) == ".";
        match (code.text(call.name), second) {
            ("route" | "at", Some(handlers)) if is_member => {
                let methods = methods(code, handlers.start, handlers.end);
                found.extend(each_method(&methods, &prefix, &literal));
            }
            ("nest", Some(inner)) if is_member => {
                if !code.mentions(inner.clone(), &["route", "nest"]) {
                    found.extend(each_method(&[ANY], &prefix, &literal));
                }
                prefixes.open(inner, &literal.text);
            }
            ("nest_service" | "route_service" | "mount", Some(_)) if is_member => {
                found.extend(each_method(&[ANY], &prefix, &literal));
            }
            ("new", Some(_))
                if code
                    .receiver(call.name)
                    .is_some_and(|at| code.text(at) == "Files") =>
            {
                found.extend(each_method(&[ANY], &prefix, &literal));
            }
            ("scope", None) => {
                let chain = chain(code, call);
                let is_mount = !code.mentions(chain.clone(), &["route", "resource", "scope"]);
                if is_mount && !literal.text.is_empty() {
                    found.extend(each_method(&[ANY], &prefix, &literal));
                }
                prefixes.open(chain, &literal.text);
            }
            ("resource", None) => {
                let chain = chain(code, call);
                let methods = methods(code, chain.start, chain.end);
                found.extend(each_method(&methods, &prefix, &literal));
            }
            _ => {}
        }
        mounts.declare(code, known..found.len(), call);
    }
    mounts.compose(code, found)
}

/// `.nest("/x", users())`, `.merge(users)`, `.mount("/x", routes![one, all])`, and in a scope
/// `.configure(users)` and `.service(one)`.
fn mount<'a>(code: &Code<'a>, call: Call, around: &str, mounts: &mut Mounts<'a>) {
    let arguments = code.arguments(call);
    let (prefix, routers) = match (code.text(call.name), arguments.as_slice()) {
        ("nest" | "mount", [first, router]) => (code.literal(first.clone()), router),
        ("merge" | "configure" | "service", [router]) => (None, router),
        _ => return,
    };
    let prefix = prefix.map(|literal| literal.text).unwrap_or_default();
    let prefix = path::join(around, &prefix);
    let routers = match code.text(routers.start) {
        "routes" => code.elements(routers.start + 2, routers.end - 1),
        _ => vec![routers.clone()],
    };
    for router in routers {
        mounts.mount(code, call, router, [&prefix, ""]);
    }
}

/// The tokens of the calls chained to a call.
fn chain(code: &Code<'_>, call: Call) -> std::ops::Range<usize> {
    let end = code
        .chained(call)
        .last()
        .map_or(call.close, |last| last.close);
    call.close..end
}

/// The methods that handlers are for: `get(h).post(h)`, `web::get().to(h)`.
fn methods(code: &Code<'_>, start: usize, end: usize) -> Vec<&'static str> {
    let mut methods = Vec::new();
    let mut at = start;
    while at < end {
        let name = code.text(at);
        let call = code.call(at);
        if let Some(method) = method(name).filter(|_| call.is_some()) {
            methods.push(method);
        }
        let descends =
            ["route", "service"].contains(&name) || method(name).is_none() && at == start;
        at = match call {
            Some(call) if !descends => call.close + 1,
            _ => at + 1,
        };
    }
    methods.dedup();
    methods
}

/// `#[get("/x")]`, `#[post("/x", data = "<form>")]`, `#[route("/x", method = "GET")]`.
fn attributes<'a>(code: &Code<'a>, mounts: &mut Mounts<'a>) -> Vec<Route> {
    let mut found = Vec::new();
    for group in annotation::groups(code, Style::Hash) {
        let known = found.len();
        let name = match group.target {
            Target::Member { name: Some(name) } => code.text(name),
            _ => "",
        };
        for annotation in group.annotations {
            let Some(call) = annotation.call else {
                continue;
            };
            let arguments = code.arguments(call);
            let literals = code.literals(call.open..call.close);
            let path = literals
                .iter()
                .find(|literal| literal.text.starts_with('/'));
            let Some(literal) = path else {
                continue;
            };
            let name = code.text(annotation.name);
            let methods: Vec<&'static str> = match (method(name), name) {
                (Some(method), _) => vec![method],
                (None, "route") => stated(code, &arguments, &literals),
                _ => continue,
            };
            let literal = Literal {
                text: literal
                    .text
                    .split('?')
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
                offset: literal.offset,
            };
            found.extend(each_method(&methods, "", &literal));
        }
        let body = code.functions.get(name).map_or(0, |body| body.open);
        mounts.declare_on(name, known..found.len(), body);
    }
    found
}

/// `method = "GET"` any number of times, or Rocket's `GET` in front.
fn stated(
    code: &Code<'_>,
    arguments: &[std::ops::Range<usize>],
    literals: &[Literal],
) -> Vec<&'static str> {
    let first = arguments.first().map_or("", |first| code.text(first.start));
    let named = literals.iter().map(|literal| literal.text.as_str());
    std::iter::once(first)
        .chain(named)
        .filter_map(method)
        .collect()
}
