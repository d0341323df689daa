//! Flask, FastAPI, Django, Django REST framework, Starlette and their like.

use std::collections::HashMap;
use std::ops::Range;

use super::annotation::{self, Annotation, Style, Target};
use super::code::{Call, Code};
use super::prefix::Prefixes;
use super::value::{Literal, UNKNOWN};
use super::{ANY, Route, each_method, method, path};

/// All routes of a file.
pub(super) fn routes(code: &Code<'_>) -> Vec<Route> {
    let mut prefixes = Prefixes::default();
    let mut found = Vec::new();
    for call in code.calls() {
        prefixes.renew(code, call);
        match code.text(call.name) {
            "APIRouter" | "Blueprint" | "Namespace" | "Router" => {
                found.extend(router(code, call, &mut prefixes));
            }
            "path" | "re_path" | "url" => found.extend(django(code, call)),
            "Route" | "WebSocketRoute" | "Mount" | "Host" => found.extend(listed(code, call)),
            "add_resource" => {
                let places = code.arguments(call).into_iter().skip(1);
                let literals = places.filter_map(|range| code.literal(range));
                let rooted = literals.filter(|literal| literal.text.starts_with('/'));
                found.extend(rooted.flat_map(|literal| each_method(&[ANY], "", &literal)));
            }
            "register"
            | "include_router"
            | "register_blueprint"
            | "mount"
            | "add_namespace"
            | "add_url_rule"
            | "add_api_route"
            | "add_route"
            | "add_websocket_route" => {
                found.extend(registered(code, call, &prefixes));
            }
            name => {
                if let Some(verb) = name.strip_prefix("add_") {
                    found.extend(added(code, call, verb));
                } else if code.text(code.before(code.before(call.name))) == "web" {
                    found.extend(added(code, call, name));
                }
            }
        }
    }
    let mut actions = HashMap::new();
    for group in annotation::groups(code, Style::At) {
        for annotation in &group.annotations {
            let is_class = matches!(group.target, Target::Class { .. });
            found.extend(decorated(code, *annotation, &prefixes, is_class));
            found.extend(action(code, *annotation, &group.target, &mut actions));
        }
    }
    found
}

/// An extra action of a viewset in Django REST framework: `@action(detail=True, methods=['post'])`
/// on a method, and `@name.mapping.delete` behind it. Where the viewset is registered is not known.
fn action<'a>(
    code: &Code<'a>,
    annotation: Annotation,
    target: &Target,
    actions: &mut HashMap<&'a str, Literal>,
) -> Vec<Route> {
    let Target::Member { name: Some(name) } = *target else {
        return Vec::new();
    };
    let arguments = annotation
        .call
        .map_or_else(Vec::new, |call| code.arguments(call));
    let of_one = match code.text(annotation.name) {
        "action" => match code.named(&arguments, "detail") {
            Some(value) => code.text(value.start) == "True",
            None => return Vec::new(),
        },
        "detail_route" => true,
        "list_route" => false,
        verb => {
            let mapping = code
                .receiver(annotation.name)
                .filter(|at| code.text(*at) == "mapping");
            let known = mapping.and_then(|at| actions.get(code.text(code.receiver(at)?)));
            let Some((verb, place)) = method(verb).zip(known) else {
                return Vec::new();
            };
            let text = place.text.clone();
            let offset = code.offset(annotation.name);
            return each_method(&[verb], "", &Literal { text, offset });
        }
    };
    let stated = code.named(&arguments, "url_path");
    let mut place = match stated {
        Some(value) => code.literal(value),
        None => Some(Literal {
            text: code.text(name).to_owned(),
            offset: code.offset(name),
        }),
    };
    let Some(place) = place.as_mut() else {
        return Vec::new();
    };
    place.text = path::join(
        if of_one { UNKNOWN } else { "" },
        &path::of_regex(&place.text),
    );
    actions.insert(code.text(name), place.clone());
    let mut methods = stated_methods(code, &arguments);
    if methods.is_empty() {
        methods.push("GET");
    }
    each_method(&methods, "", place)
}

/// `@app.route('/x', methods=['GET'])`, `@router.get('/x')`; verbs count only as decorators, since
/// test clients have them too.
fn decorated(
    code: &Code<'_>,
    annotation: Annotation,
    prefixes: &Prefixes<'_>,
    is_class: bool,
) -> Vec<Route> {
    let name = code.text(annotation.name);
    let verb = method(name);
    let declares = verb.is_some() || ["route", "websocket", "api_route"].contains(&name);
    let Some(call) = annotation.call.filter(|_| declares) else {
        return Vec::new();
    };
    let arguments = code.arguments(call);
    let receiver = code.receiver(annotation.name).map(|at| code.text(at));
    let Some(literal) = place(code, &arguments, &["path", "rule"]).filter(|literal| {
        literal.text.starts_with('/') || literal.text.is_empty() && receiver.is_some()
    }) else {
        return Vec::new();
    };
    let mut methods: Vec<&'static str> = verb.into_iter().collect();
    if verb.is_none() {
        methods = stated_methods(code, &arguments);
    }
    if methods.is_empty() && name != "websocket" && !is_class {
        methods.push("GET");
    }
    let prefix = receiver
        .and_then(|name| prefixes.of(name))
        .unwrap_or_default();
    each_method(&methods, prefix, &literal)
}

/// The first argument, or one of the named ones, when it is a string.
fn place(code: &Code<'_>, arguments: &[Range<usize>], names: &[&str]) -> Option<Literal> {
    let named = names.iter().find_map(|name| code.named(arguments, name));
    let range = named.or_else(|| arguments.first().cloned())?;
    code.literal(range)
}

fn stated_methods(code: &Code<'_>, arguments: &[Range<usize>]) -> Vec<&'static str> {
    let stated = code
        .named(arguments, "methods")
        .or_else(|| code.named(arguments, "method"));
    stated
        .map(|range| code.literals(range))
        .unwrap_or_default()
        .iter()
        .filter_map(|literal| method(&literal.text))
        .collect()
}

/// `router = APIRouter(prefix='/x')`, `bp = Blueprint('n', __name__, url_prefix='/x')`.
fn router<'a>(code: &Code<'a>, call: Call, prefixes: &mut Prefixes<'a>) -> Vec<Route> {
    let arguments = code.arguments(call);
    let stated = ["prefix", "url_prefix"]
        .into_iter()
        .find_map(|name| code.named(&arguments, name));
    let Some(literal) = stated.and_then(|range| code.literal(range)) else {
        return Vec::new();
    };
    if let Some(variable) = code.assigned(call) {
        prefixes.assign(variable, path::join("", &literal.text));
    }
    each_method(&[ANY], "", &literal)
}

/// `path('x/', view)`, `re_path(r'^x$', view)` in a list; an `include` is a mount.
fn django(code: &Code<'_>, call: Call) -> Vec<Route> {
    let arguments = code.arguments(call);
    let start = code.chain_start(call.name);
    let in_list = matches!(code.text(code.before(start)), "[" | "," | "(");
    let literal = place(code, &arguments, &["route", "regex"]);
    match literal.filter(|_| in_list && arguments.len() > 1) {
        Some(mut literal) => {
            let second = arguments
                .get(1)
                .and_then(|range| code.literal(range.clone()));
            if second.is_some() {
                return Vec::new();
            }
            // Such a path begins with no slash, so one that goes before it ends with one.
            if let Some(rest) = literal.text.strip_prefix(UNKNOWN) {
                literal.text = rest.to_owned();
            }
            if code.text(call.name) != "path" {
                literal.text = path::of_regex(&literal.text);
            }
            each_method(&[ANY], "", &literal)
        }
        None => Vec::new(),
    }
}

/// Starlette's `Route('/x', endpoint)`, `Mount('/x', app)`.
fn listed(code: &Code<'_>, call: Call) -> Vec<Route> {
    let arguments = code.arguments(call);
    let literal = place(code, &arguments, &["path"]);
    literal
        .filter(|literal| arguments.len() > 1 && literal.text.starts_with('/'))
        .map_or_else(Vec::new, |literal| {
            each_method(&stated_methods(code, &arguments), "", &literal)
        })
}

/// Routes and mounts handed to an application.
fn registered(code: &Code<'_>, call: Call, prefixes: &Prefixes<'_>) -> Vec<Route> {
    let arguments = code.arguments(call);
    let Some(receiver) = code.receiver(call.name).map(|at| code.text(at)) else {
        return Vec::new();
    };
    let name = code.text(call.name);
    let literal = match name {
        "include_router" | "register_blueprint" | "add_namespace" => {
            let stated = ["prefix", "url_prefix", "path"]
                .into_iter()
                .find_map(|name| code.named(&arguments, name));
            stated.and_then(|range| code.literal(range))
        }
        "register" => place(code, &arguments, &["prefix"])
            .filter(|_| receiver.to_ascii_lowercase().contains("router") && arguments.len() > 1)
            .map(|literal| Literal {
                text: path::of_regex(&literal.text),
                ..literal
            }),
        _ => {
            let rooted = |literal: &Literal| literal.text.starts_with('/');
            place(code, &arguments, &["path", "rule"])
                .filter(|literal| arguments.len() > 1 && rooted(literal))
                .or_else(|| code.literal(arguments.get(1)?.clone()).filter(rooted))
        }
    };
    let prefix = prefixes.of(receiver).unwrap_or_default();
    let mut methods = stated_methods(code, &arguments);
    // aiohttp has the method in front.
    let first = arguments
        .first()
        .and_then(|range| code.literal(range.clone()));
    methods.extend(first.and_then(|literal| method(&literal.text)));
    literal.map_or_else(Vec::new, |literal| each_method(&methods, prefix, &literal))
}

/// aiohttp's `router.add_get('/x', handler)` and `web.get('/x', handler)`.
fn added(code: &Code<'_>, call: Call, verb: &str) -> Vec<Route> {
    let arguments = code.arguments(call);
    let Some(method) = method(verb).filter(|_| arguments.len() > 1) else {
        return Vec::new();
    };
    let literal = place(code, &arguments, &["path"]);
    literal
        .filter(|literal| literal.text.starts_with('/'))
        .map_or_else(Vec::new, |literal| each_method(&[method], "", &literal))
}
