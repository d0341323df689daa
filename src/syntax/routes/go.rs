//! net/http, Gin, Echo, chi, Fiber, gorilla/mux and their like.

use std::ops::Range;

use super::code::{Call, Code};
use super::mounts::Mounts;
use super::prefix::Prefixes;
use super::value::Literal;
use super::{ANY, Route, each_method, method, path};

/// What sends requests.
const CLIENTS: [&str; 7] = [
    "Client",
    "Header",
    "client",
    "header",
    "httpClient",
    "httptest",
    "req",
];

/// All routes of a file.
pub(super) fn routes(code: &Code<'_>) -> Vec<Route> {
    let mut prefixes = Prefixes::default();
    let mut mounts = Mounts::new(code);
    let mut found = Vec::new();
    for call in code.calls() {
        prefixes.renew(code, call);
        let known = found.len();
        mount(code, call, &mut prefixes, &mut mounts);
        let Some(receiver) = code.receiver(call.name) else {
            continue;
        };
        if CLIENTS.contains(&code.text(receiver)) {
            continue;
        }
        let arguments = code.arguments(call);
        let first = arguments
            .first()
            .and_then(|range| code.literal(range.clone()));
        let rooted = first.as_ref().is_some_and(|literal| is_path(&literal.text));
        let prefix = prefix_of(code, &mut prefixes, call);
        match (code.text(call.name), first) {
            ("Group" | "PathPrefix" | "Party", Some(literal))
                if rooted || literal.text.is_empty() =>
            {
                found.extend(group(code, call, &prefix, &literal, &mut prefixes));
            }
            ("Path", Some(literal)) if rooted && is_handled(code, call) => {
                let methods = chained_methods(code, call);
                found.extend(each_method(&methods, &prefix, &literal));
            }
            ("Route", Some(literal)) if rooted => {
                let body = arguments.get(1).cloned().unwrap_or_default();
                prefixes.open(body, &literal.text);
            }
            (
                "Mount" | "StripPrefix" | "Static" | "StaticFS" | "StaticFile" | "File",
                Some(literal),
            ) if rooted && arguments.len() > 1 => {
                found.extend(each_method(&[ANY], &prefix, &literal));
            }
            (
                "HandleFunc" | "Handle" | "HandlerFunc" | "Handler" | "Method" | "MethodFunc"
                | "Add" | "Match",
                _,
            ) if arguments.len() > least_handled(code.text(call.name)) => {
                found.extend(handled(code, call, &prefix));
            }
            (name, Some(literal))
                if (rooted || literal.text.is_empty())
                    && arguments.len() > 1
                    && name.starts_with(char::is_uppercase)
                    && code.text(receiver) != "http" =>
            {
                let method = method(name).into_iter();
                found.extend(method.flat_map(|it| each_method(&[it], &prefix, &literal)));
            }
            _ => {}
        }
        mounts.declare_on(code.text(receiver), known..found.len(), call.name);
    }
    mounts.compose(code, found)
}

/// `r.Mount("/x", users())`, `mux.Handle("/x/", http.StripPrefix("/x", users))`, `addUsers(group)`.
fn mount<'a>(code: &Code<'a>, call: Call, prefixes: &mut Prefixes<'a>, mounts: &mut Mounts<'a>) {
    let arguments = code.arguments(call);
    if code.functions.contains_key(code.text(call.name)) {
        for router in arguments
            .iter()
            .filter(|it| it.len() == 1 && code.is_name(it.start))
        {
            let own = prefixes.of(code.text(router.start)).unwrap_or_default();
            mounts.hand_over(code, call, router.start, own);
        }
        return;
    }
    let is_mount = matches!(code.text(call.name), "Mount" | "Use" | "StripPrefix");
    let [first, router, ..] = arguments.as_slice() else {
        return;
    };
    if let Some(literal) = code.literal(first.clone()).filter(|_| is_mount) {
        let prefix = path::join(&prefix_of(code, prefixes, call), &literal.text);
        mounts.mount(code, call, router.clone(), [&prefix, ""]);
    }
}

fn is_path(text: &str) -> bool {
    text.starts_with('/')
}

/// The prefix of what a call is made on: a variable, a group chained to directly, a region.
fn prefix_of(code: &Code<'_>, prefixes: &mut Prefixes<'_>, call: Call) -> String {
    let around = prefixes.at(call.name);
    let receiver = code.receiver(call.name).map_or("", |at| code.text(at));
    match prefixes.of(receiver) {
        Some(prefix) => prefix.to_owned(),
        None => around,
    }
}

/// `v1 := r.Group("/v1")`, `s := r.PathPrefix("/s").Subrouter()`, `app.Group("/g", func(…) {…})`;
/// a route itself if a handler is chained to it.
fn group<'a>(
    code: &Code<'a>,
    call: Call,
    around: &str,
    literal: &Literal,
    prefixes: &mut Prefixes<'a>,
) -> Vec<Route> {
    let prefix = path::join(around, &literal.text);
    if let Some(variable) = code.assigned(call) {
        prefixes.assign(variable, prefix.clone());
    }
    let inner = code.arguments(call).into_iter().nth(1);
    if let Some(body) = inner.filter(|body| code.text(body.start) == "func") {
        prefixes.open(body, &prefix);
    }
    match is_handled(code, call) {
        true => each_method(&chained_methods(code, call), around, literal),
        false => Vec::new(),
    }
}

/// How many arguments are too few: only `Handle` and `HandleFunc` may have no method in front, and
/// `Add("Accept", "text/html")` is a header's.
fn least_handled(name: &str) -> usize {
    match name {
        "Handle" | "HandleFunc" => 1,
        _ => 2,
    }
}

/// `HandleFunc("GET /x", h)`, `HandleFunc("/x", h).Methods("GET")`, `Handle("GET", "/x", h)`.
fn handled(code: &Code<'_>, call: Call, prefix: &str) -> Vec<Route> {
    let arguments = code.arguments(call);
    let strings = |range: &Range<usize>| match code.text(range.start) {
        "[" => code.literals(range.clone()),
        _ => code.literal(range.clone()).into_iter().collect(),
    };
    let mut literals: Vec<Literal> = arguments.iter().take(2).flat_map(strings).collect();
    let mut methods: Vec<&'static str> = Vec::new();
    while literals.len() > 1 {
        methods.extend(method(&literals.remove(0).text));
    }
    let Some(mut literal) = literals.pop() else {
        return Vec::new();
    };
    if let Some((verb, rest)) = literal.text.split_once(' ') {
        let Some(verb) = method(verb) else {
            return Vec::new();
        };
        methods.push(verb);
        literal.text = rest.trim_start().to_owned();
    }
    match literal.text.find('/') {
        Some(slash) if !literal.text.contains(char::is_whitespace) => {
            literal.text.drain(..slash);
        }
        _ => return Vec::new(),
    }
    methods.extend(chained_methods(code, call));
    each_method(&methods, prefix, &literal)
}

/// Whether a handler is chained to a call: `r.Path("/x").Handler(h)`.
fn is_handled(code: &Code<'_>, call: Call) -> bool {
    let chained = code.chained(call);
    let mut names = chained.iter().map(|next| code.text(next.name));
    names.any(|name| matches!(name, "Handler" | "HandlerFunc"))
}

/// What `.Methods("GET", http.MethodPost)` behind a call says.
fn chained_methods(code: &Code<'_>, call: Call) -> Vec<&'static str> {
    let mut methods = Vec::new();
    for next in code.chained(call) {
        if code.text(next.name) == "Methods" {
            let stated = code.literals(next.open..next.close);
            methods.extend(stated.iter().filter_map(|literal| method(&literal.text)));
            methods.extend(
                (next.open..next.close)
                    .filter_map(|at| method(code.text(at).strip_prefix("Method")?)),
            );
        }
    }
    methods
}
