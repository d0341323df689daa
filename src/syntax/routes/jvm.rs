//! Spring, JAX-RS, Micronaut, Ktor, Javalin and their like, in Java, Kotlin and Scala.

use super::annotation::{self, Group, Style, Target, pairs};
use super::code::{Call, Code};
use super::mounts::Mounts;
use super::prefix::Prefixes;
use super::value::{Literal, UNKNOWN};
use super::{ANY, Route, each_method, method};

/// All routes of a file.
pub(super) fn routes(code: &Code<'_>) -> Vec<Route> {
    let mut found = annotated(code);
    let mut prefixes = Prefixes::default();
    let mut mounts = Mounts::new(code);
    for at in 0..code.len() {
        if let Some((literal, body)) = nested(code, at) {
            prefixes.open(body, &literal.text);
        }
        let Some(call) = code.call(at) else {
            continue;
        };
        let prefix = prefixes.at(call.name);
        let known = found.len();
        found.extend(built(code, call, &prefix));
        mounts.declare_on("", known..found.len(), call.name);
        // `fun Route.users() { … }` declares where it is called.
        mounts.hand_over(code, call, call.name, &prefix);
        if code.text(call.name) == "route" || code.text(call.name) == "path" {
            let first = code.arguments(call).first().cloned();
            let literal = first.and_then(|range| code.literal(range));
            if let (Some(literal), Some(body)) = (literal, trailing_block(code, call)) {
                prefixes.open(body, &literal.text);
            }
        }
    }
    mounts.compose(code, found)
}

/// Spring's `"/x".nest { … }` in Kotlin.
fn nested(code: &Code<'_>, name: usize) -> Option<(Literal, std::ops::Range<usize>)> {
    let is_nest = code.text(name) == "nest" && code.is_separator(code.before(name));
    let start = name.checked_sub(4).filter(|_| is_nest)?;
    let literal = code.literal(start..name - 1)?;
    let body = name + 1..code.partner(name + 1)?;
    Some((literal, body))
}

/// The lambda after or last in the arguments: `get("/x") { … }`.
fn trailing_block(code: &Code<'_>, call: Call) -> Option<std::ops::Range<usize>> {
    let open = call.close + 1;
    match code.text(open) {
        "{" => Some(open..code.partner(open)?),
        _ => {
            let last = code.arguments(call).into_iter().nth(1)?;
            Some(last).filter(|last| code.mentions(last.clone(), &["->"]))
        }
    }
}

/// What sends requests, and its handlers are callbacks.
const CLIENTS: [&str; 4] = ["client", "http", "httpClient", "webClient"];

/// Ktor's `get("/x") { }`, Javalin's `app.get("/x", ctx -> …)`, Spring's `GET("/x", handler)`.
fn built(code: &Code<'_>, call: Call, prefix: &str) -> Vec<Route> {
    let arguments = code.arguments(call);
    let first = arguments
        .first()
        .and_then(|range| code.literal(range.clone()));
    let name = code.text(call.name);
    let verb = method(name).or_else(|| (name == "webSocket").then_some(ANY));
    let Some((method, literal)) = verb.zip(first) else {
        return Vec::new();
    };
    let receiver = code.receiver(call.name).map_or("", |at| code.text(at));
    // A handler is given the request; what takes nothing makes a missing value.
    let handles = |range: &std::ops::Range<usize>| {
        code.partner(range.start) != Some(range.start + 1)
            && code.mentions(range.clone(), &["->", "::", "Companion"])
    };
    let handled = arguments.iter().skip(1).any(handles)
        || arguments.len() == 1 && code.text(call.close + 1) == "{";
    let handled = handled && !CLIENTS.contains(&receiver);
    let declares = handled && (literal.text.starts_with('/') || !prefix.is_empty());
    match declares {
        true => each_method(&[method], prefix, &literal),
        false => Vec::new(),
    }
}

fn annotated(code: &Code<'_>) -> Vec<Route> {
    let mut found = Vec::new();
    annotation::each_member(code, Style::At, class_paths, |code, group, prefixes| {
        if !prefixes.iter().any(|prefix| prefix == CLIENT) {
            found.extend(member(code, group, prefixes));
        }
    });
    for group in annotation::groups(code, Style::At) {
        let Target::Class { body, .. } = &group.target else {
            continue;
        };
        let inside = code.offset(body.start)..code.end(code.before(body.end));
        if !found.iter().any(|route| inside.contains(&route.offset)) {
            found.extend(inherited(code, &group));
        }
    }
    found
}

/// The path of a controller that has its routes from an interface: what they begin with.
fn inherited(code: &Code<'_>, group: &Group) -> Vec<Route> {
    let is_class = class_paths(code, group).iter().any(|path| path != CLIENT);
    let mapping = group
        .annotations
        .iter()
        .find(|annotation| is_class && code.text(annotation.name) == "RequestMapping");
    let paths = mapping.map_or_else(Vec::new, |it| annotation::paths(code, *it));
    let known = paths.iter().filter(|path| path.text != UNKNOWN);
    known
        .flat_map(|path| each_method(&[ANY], "", path))
        .collect()
}

/// Stands as the prefix of an interface that sends requests.
const CLIENT: &str = "\0client";

fn class_paths(code: &Code<'_>, group: &Group) -> Vec<String> {
    let named = |names: &[&str]| {
        let has =
            |annotation: &&annotation::Annotation| names.contains(&code.text(annotation.name));
        group
            .annotations
            .iter()
            .filter(has)
            .copied()
            .collect::<Vec<_>>()
    };
    if !named(&[
        "FeignClient",
        "RegisterRestClient",
        "HttpExchange",
        "Client",
    ])
    .is_empty()
    {
        return vec![CLIENT.to_owned()];
    }
    named(&["RequestMapping", "Path", "Controller"])
        .into_iter()
        .flat_map(|annotation| annotation::paths(code, annotation))
        .map(|literal| literal.text)
        .filter(|text| {
            text.contains('/') || !text.is_empty() && !named(&["Path", "RequestMapping"]).is_empty()
        })
        .collect()
}

fn member(code: &Code<'_>, group: &Group, prefixes: &[String]) -> Vec<Route> {
    let mut methods = Vec::new();
    let mut paths = Vec::new();
    let mut at = None;
    for annotation in &group.annotations {
        let name = code.text(annotation.name);
        let verb = method(name.strip_suffix("Mapping").unwrap_or(name));
        if !["RequestMapping", "Path"].contains(&name) && verb.is_none() {
            continue;
        }
        if name != "Path" {
            at.get_or_insert(annotation.name);
        }
        methods.extend(verb);
        paths.extend(annotation::paths(code, *annotation));
        let arguments = annotation
            .call
            .map_or_else(Vec::new, |call| code.arguments(call));
        // Kotlin lists them without brackets.
        let more = arguments.iter().skip(1);
        paths.extend(more.filter_map(|range| code.literal(range.clone())));
        if name == "RequestMapping" {
            let stated = code.named(&arguments, "method").unwrap_or_default();
            methods.extend(stated.filter_map(|at| method(code.text(at))));
        }
    }
    let Some(at) = at else {
        return Vec::new();
    };
    if paths.is_empty() {
        paths.push(Literal {
            text: String::new(),
            offset: code.offset(at),
        });
    }
    if methods.is_empty() {
        methods.push(ANY);
    }
    pairs(prefixes, &paths)
        .flat_map(|(prefix, literal)| each_method(&methods, prefix, literal))
        .collect()
}
