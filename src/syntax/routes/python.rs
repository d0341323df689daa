//! Flask, FastAPI, Django, Django REST framework, Starlette and their like.

use std::collections::HashMap;
use std::ops::Range;

use super::annotation::{self, Annotation, Style, Target};
use super::code::{Call, Code};
use super::mounts::Mounts;
use super::prefix::Prefixes;
use super::value::{Literal, UNKNOWN};
use super::{ANY, Route, each_method, method, path};

/// All routes of a file.
pub(super) fn routes(code: &Code<'_>) -> Vec<Route> {
    let mut prefixes = Prefixes::default();
    let mut mounts = Mounts::new(code);
    let mut found = Vec::new();
    for call in code.calls() {
        prefixes.renew(code, call);
        let known = found.len();
        mount(code, call, &mut prefixes, &mut mounts);
        match code.text(call.name) {
            "APIRouter" | "Blueprint" | "Namespace" | "Router" => {
                found.extend(router(code, call, &mut prefixes));
                continue;
            }
            "path" | "re_path" | "url" => {
                found.extend(django(code, call, &prefixes.at(call.name)));
                let list = code.list_around(code.chain_start(call.name));
                mounts.declare_on(list.unwrap_or_default(), known..found.len(), call.name);
                continue;
            }
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
            | "add_subapp"
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
        mounts.declare(code, known..found.len(), call);
    }
    let mut actions = HashMap::new();
    for group in annotation::groups(code, Style::At) {
        for annotation in &group.annotations {
            let is_class = matches!(group.target, Target::Class { .. });
            let known = found.len();
            found.extend(decorated(code, *annotation, &prefixes, is_class));
            if let Some(call) = annotation.call {
                mounts.declare(code, known..found.len(), call);
            }
            found.extend(action(code, *annotation, &group.target, &mut actions));
        }
    }
    mounts.compose(code, found)
}

/// `app.include_router(router, prefix='/x')`, `app.register_blueprint(bp, url_prefix='/x')`,
/// `app.mount('/x', other)`, `path('x/', include(…))`.
fn mount<'a>(code: &Code<'a>, call: Call, prefixes: &mut Prefixes<'a>, mounts: &mut Mounts<'a>) {
    let arguments = code.arguments(call);
    let name = code.text(call.name);
    let stated = |names: &[&str]| {
        let value = names.iter().find_map(|name| code.named(&arguments, name));
        value.and_then(|value| code.literal(value))
    };
    let (prefix, what) = match (name, arguments.as_slice()) {
        ("include_router" | "register_blueprint" | "add_namespace", [router, ..]) => {
            (stated(&["prefix", "url_prefix", "path"]), router.clone())
        }
        ("mount" | "add_subapp" | "Mount", [_, second, ..]) => {
            let app = code.named(&arguments, "app");
            let first = place(code, &arguments, &["path"]);
            (first, app.unwrap_or_else(|| second.clone()))
        }
        ("path" | "re_path" | "url", [_, view, ..]) => {
            let Some(include) = code
                .call(view.start)
                .filter(|it| code.text(it.name) == "include")
            else {
                return;
            };
            let Some(mut what) = code.arguments(include).into_iter().next() else {
                return;
            };
            if code.text(what.start) == "(" {
                what = code.entries(what).into_iter().next().unwrap_or_default();
            }
            let prefix = django_path(code, call);
            if let Some(prefix) = prefix.as_ref().filter(|_| code.text(what.start) == "[") {
                prefixes.open(what.clone(), &prefix.text);
            }
            (prefix, what)
        }
        _ => return,
    };
    let around = match code.receiver(call.name) {
        Some(receiver) => prefixes
            .of(code.text(receiver))
            .unwrap_or_default()
            .to_owned(),
        None => prefixes.at(call.name),
    };
    // What Flask is told here stands for what the blueprint says itself.
    let dropped = match name {
        "register_blueprint" if prefix.is_some() => prefixes.of(code.text(what.start)),
        _ => None,
    };
    let prefix = prefix.map(|literal| literal.text).unwrap_or_default();
    let whole = path::join(&around, &prefix);
    let dropped = dropped.unwrap_or_default().to_owned();
    mounts.mount(code, call, what, [&whole, &dropped]);
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
fn django(code: &Code<'_>, call: Call, around: &str) -> Vec<Route> {
    let arguments = code.arguments(call);
    let start = code.chain_start(call.name);
    let in_list = matches!(code.text(code.before(start)), "[" | "," | "(");
    let is_view = |range: &Range<usize>| code.literal(range.clone()).is_none();
    let has_view = arguments.get(1).is_some_and(is_view);
    let literal = django_path(code, call).filter(|_| in_list && has_view);
    literal.map_or_else(Vec::new, |literal| each_method(&[ANY], around, &literal))
}

/// What a route of Django says of its path.
fn django_path(code: &Code<'_>, call: Call) -> Option<Literal> {
    let start = code.chain_start(call.name);
    let is_django = start == call.name || code.text(start) == "urls";
    let arguments = code.arguments(call);
    let mut literal = place(code, &arguments, &["route", "regex"]).filter(|_| is_django)?;
    // Such a path begins with no slash, so one that goes before it ends with one.
    if let Some(rest) = literal.text.strip_prefix(UNKNOWN) {
        literal.text = rest.to_owned();
    }
    if code.text(call.name) != "path" {
        literal.text = path::of_regex(&literal.text);
    }
    Some(literal)
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
