//! net/http, Gin, Echo, chi, Fiber, gorilla/mux and their like.

use super::code::{Call, Code, Literal};
use super::prefix::Prefixes;
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
    let mut found = Vec::new();
    for call in code.calls() {
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
                group(
                    code,
                    call,
                    &path::join(&prefix, &literal.text),
                    &mut prefixes,
                );
                let mounted = code
                    .chained(call)
                    .iter()
                    .any(|next| matches!(code.text(next.name), "Handler" | "HandlerFunc"));
                if mounted {
                    found.extend(each_method(&[ANY], &prefix, &literal));
                }
            }
            ("Route", Some(literal)) if rooted => {
                let body = arguments.get(1).cloned().unwrap_or_default();
                prefixes.open(body, &literal.text);
            }
            ("Mount" | "StripPrefix" | "Static", Some(literal)) if rooted => {
                found.extend(each_method(&[ANY], &prefix, &literal));
            }
            (
                "HandleFunc" | "Handle" | "HandlerFunc" | "Handler" | "Method" | "MethodFunc"
                | "Add" | "Match",
                _,
            ) if arguments.len() > 1 => {
                found.extend(handled(code, call, &prefix));
            }
            (name, Some(literal)) if rooted || literal.text.is_empty() => {
                let known = method(name).filter(|_| arguments.len() > 1);
                let is_client =
                    code.text(receiver) == "http" || !name.starts_with(char::is_uppercase);
                if let Some(method) = known.filter(|_| !is_client) {
                    found.extend(each_method(&[method], &prefix, &literal));
                }
            }
            _ => {}
        }
    }
    found
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

/// `v1 := r.Group("/v1")`, `s := r.PathPrefix("/s").Subrouter()`, `app.Group("/g", func(…) {…})`.
fn group<'a>(code: &Code<'a>, call: Call, prefix: &str, prefixes: &mut Prefixes<'a>) {
    if let Some(variable) = code.assigned(code.chain_start(call.name)) {
        prefixes.assign(variable, prefix.to_owned());
    }
    let inner = code.arguments(call).into_iter().nth(1);
    if let Some(body) = inner.filter(|body| code.text(body.start) == "func") {
        prefixes.open(body, prefix);
    }
}

/// `HandleFunc("GET /x", h)`, `HandleFunc("/x", h).Methods("GET")`, `Handle("GET", "/x", h)`.
fn handled(code: &Code<'_>, call: Call, prefix: &str) -> Vec<Route> {
    let arguments = code.arguments(call);
    let mut literals: Vec<Literal> = arguments
        .iter()
        .take(2)
        .flat_map(|range| code.literals(range.clone()))
        .collect();
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
    each_method(&methods, prefix, &literal)
}
