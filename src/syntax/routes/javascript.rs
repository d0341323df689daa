//! Express, Koa, Fastify, Hapi, Hono, NestJS and their like.

use std::ops::Range;

use super::annotation::{self, Group, Style, pairs};
use super::code::{Call, Code};
use super::mounts::{Mounts, router_of};
use super::prefix::Prefixes;
use super::value::Literal;
use super::{ANY, Route, each_method, method, path};

/// What sends requests, or answers them in a test, instead of declaring routes.
const CLIENTS: [&str; 27] = [
    "$http",
    "agent",
    "apiClient",
    "apiclient",
    "axios",
    "axiosInstance",
    "chai",
    "client",
    "cy",
    "fetch",
    "fetchMock",
    "got",
    "http",
    "httpClient",
    "https",
    "ky",
    "mock",
    "mockAxios",
    "moxios",
    "msw",
    "needle",
    "nock",
    "page",
    "request",
    "rest",
    "superagent",
    "supertest",
];

/// What comes before a call whose result is used, as that of a request is and of a route is not.
const USES_RESULT: [&str; 9] = ["=", "(", ",", ":", "await", "return", "yield", "=>", "?"];

/// All routes of a file.
pub(super) fn routes(code: &Code<'_>) -> Vec<Route> {
    let mut found = decorated(code);
    let mut prefixes = Prefixes::default();
    let mut mounts = Mounts::new(code);
    for call in code.calls() {
        prefixes.renew(code, call);
        if !code.is_separator(code.before(call.name)) {
            found.extend(constructed(code, call, &mut prefixes));
            continue;
        }
        let prefix = prefix_of(code, call, &mut prefixes);
        let known = found.len();
        mount_routers(
            code,
            call,
            prefix.as_deref().unwrap_or_default(),
            &mut mounts,
        );
        match code.text(call.name) {
            "basePath" => found.extend(based(code, call, &mut prefixes)),
            "on" => found.extend(listed(code, call)),
            "route" => found.extend(route(code, call)),
            "use" | "mount" => found.extend(mount(code, call)),
            "register" => found.extend(register(code, call, &mut prefixes)),
            verb => {
                if let Some(method) = method(verb).filter(|method| *method != "CONNECT") {
                    found.extend(declared(code, call, method));
                }
            }
        }
        if let Some(prefix) = prefix {
            let own = found.iter_mut().skip(known);
            own.for_each(|route| route.path = path::join(&prefix, &route.path));
        }
        mounts.declare(code, known..found.len(), call);
    }
    mounts.compose(code, found)
}

/// `app.use('/x', auth, router)`, `hono.route('/x', router)`, and a plugin of Fastify's that is a
/// function of this file.
fn mount_routers<'a>(code: &Code<'a>, call: Call, around: &str, mounts: &mut Mounts<'a>) {
    let arguments = code.arguments(call);
    let (paths, routers) = match (code.text(call.name), arguments.as_slice()) {
        ("use" | "route" | "mount", [first, routers @ ..]) => match code.text(first.start) {
            "[" => (code.literals(first.clone()), routers),
            _ => match code.literal(first.clone()) {
                Some(literal) => (vec![literal], routers),
                None => (Vec::new(), arguments.as_slice()),
            },
        },
        ("register", [plugin, options @ ..]) => {
            let prefix = options.first().and_then(|it| prefix(code, it.clone()));
            (prefix.into_iter().collect(), std::slice::from_ref(plugin))
        }
        _ => return,
    };
    let nowhere = paths.is_empty().then_some("");
    for path in paths.iter().map(|path| path.text.as_str()).chain(nowhere) {
        let whole = path::join(around, path);
        for router in routers {
            mounts.mount(code, call, router.clone(), [&whole, ""]);
        }
    }
}

/// The prefix of what a call is made on: a router of this file, or the plugin that it stands in.
fn prefix_of(code: &Code<'_>, call: Call, prefixes: &mut Prefixes<'_>) -> Option<String> {
    let around = prefixes.at(call.name);
    let own = prefixes.of(router_of(code, call));
    let prefix = own.map_or(around, str::to_owned);
    Some(prefix).filter(|prefix| !prefix.is_empty())
}

/// Hono's `new Hono().basePath('/x')`.
fn based<'a>(code: &Code<'a>, call: Call, prefixes: &mut Prefixes<'a>) -> Vec<Route> {
    let first = code.arguments(call).first().cloned();
    let literal = first.and_then(|range| code.literal(range)).and_then(rooted);
    let Some(literal) = literal else {
        return Vec::new();
    };
    if let Some(variable) = code.assigned(call) {
        prefixes.assign(variable, literal.text.clone());
    }
    each_method(&[ANY], "", &literal)
}

/// Hono's `app.on('PURGE', '/x', handler)`; events have no path.
fn listed(code: &Code<'_>, call: Call) -> Vec<Route> {
    let arguments = code.arguments(call);
    let [verbs, place, _, ..] = arguments.as_slice() else {
        return Vec::new();
    };
    let verbs = code.literals(verbs.clone());
    let methods: Vec<&'static str> = verbs.iter().filter_map(|verb| method(&verb.text)).collect();
    let literal = code.literal(place.clone()).and_then(rooted);
    let literal = literal.filter(|_| !verbs.is_empty());
    literal.map_or_else(Vec::new, |literal| each_method(&methods, "", &literal))
}

/// `app.get('/x', handler)`.
fn declared(code: &Code<'_>, call: Call, method: &'static str) -> Vec<Route> {
    let arguments = code.arguments(call);
    let Some((first, handlers)) = arguments.split_first() else {
        return Vec::new();
    };
    if handlers.is_empty() || sends_requests(code, call) || !handles(code, call, handlers) {
        return Vec::new();
    }
    let literals = match code.text(first.start) {
        "[" => code.literals(first.clone()),
        _ => code.literal(first.clone()).into_iter().collect(),
    };
    literals
        .into_iter()
        .filter_map(rooted)
        .flat_map(|literal| each_method(&[method], "", &literal))
        .collect()
}

/// Paths begin with `/` or `*`.
fn rooted(literal: Literal) -> Option<Literal> {
    literal.text.starts_with(['/', '*']).then_some(literal)
}

fn sends_requests(code: &Code<'_>, call: Call) -> bool {
    let receiver = code.receiver(call.name).map_or("", |at| code.text(at));
    let start = code.chain_start(call.name);
    CLIENTS.contains(&receiver)
        || CLIENTS.contains(&code.text(start))
        || code.text(code.before(start)) == "await"
        || matches!(
            code.text(call.close + 2),
            "then" | "catch" | "expect" | "subscribe" | "pipe"
        )
}

/// A function is among the arguments, or something named in a statement of its own.
fn handles(code: &Code<'_>, call: Call, handlers: &[Range<usize>]) -> bool {
    let has_function =
        |range: &Range<usize>| code.mentions(range.clone(), &["=>", "function", "handler"]);
    if handlers.iter().any(has_function) {
        return true;
    }
    let is_data = |range: &Range<usize>| {
        let start = code.text(range.start);
        start == "{"
            || start == "`"
            || !(code.is_name(range.start) || matches!(start, "[" | "..." | "new"))
    };
    let start = code.chain_start(call.name);
    let used = USES_RESULT.contains(&code.text(code.before(start)));
    let uses_chain = code
        .chained(call)
        .iter()
        .any(|next| method(code.text(next.name)).is_none());
    !handlers.last().is_none_or(is_data) && !used && !uses_chain
}

/// `app.route('/x').get(h)`, `fastify.route({ method, url, handler })`, `hono.route('/x', app)`.
fn route(code: &Code<'_>, call: Call) -> Vec<Route> {
    let arguments = code.arguments(call);
    let Some(first) = arguments.first() else {
        return Vec::new();
    };
    match code.literal(first.clone()).and_then(rooted) {
        Some(literal) if arguments.len() > 1 => each_method(&[ANY], "", &literal),
        Some(literal) => code
            .chained(call)
            .iter()
            .filter(|next| !code.arguments(**next).is_empty())
            .filter_map(|next| method(code.text(next.name)))
            .flat_map(|method| each_method(&[method], "", &literal))
            .collect(),
        None => match code.text(first.start) {
            "{" => described(code, first.clone()),
            "[" => code
                .entries(first.clone())
                .into_iter()
                .flat_map(|entry| described(code, entry))
                .collect(),
            _ => Vec::new(),
        },
    }
}

/// `{ method: ['GET'], url: '/x' }`, `{ method: '*', path: '/x' }`.
fn described(code: &Code<'_>, object: Range<usize>) -> Vec<Route> {
    let entries = code.entries(object);
    let place = code
        .named(&entries, "url")
        .or_else(|| code.named(&entries, "path"));
    let literal = place.and_then(|range| code.literal(range)).and_then(rooted);
    let methods: Vec<&'static str> = code
        .named(&entries, "method")
        .map(|range| code.literals(range))
        .unwrap_or_default()
        .iter()
        .filter_map(|literal| method(&literal.text))
        .collect();
    literal.map_or_else(Vec::new, |literal| each_method(&methods, "", &literal))
}

/// `app.use('/x', router)`.
fn mount(code: &Code<'_>, call: Call) -> Vec<Route> {
    let arguments = code.arguments(call);
    let paths = match arguments.as_slice() {
        [first, _, ..] if code.text(first.start) == "[" => code.literals(first.clone()),
        [first, _, ..] => code.literal(first.clone()).into_iter().collect(),
        _ => Vec::new(),
    };
    paths
        .into_iter()
        .filter_map(rooted)
        .flat_map(|literal| each_method(&[ANY], "", &literal))
        .collect()
}

/// `fastify.register(plugin, { prefix: '/x' })`; a plugin that is written there has the prefix.
fn register(code: &Code<'_>, call: Call, prefixes: &mut Prefixes<'_>) -> Vec<Route> {
    let arguments = code.arguments(call);
    let [plugin, options, ..] = arguments.as_slice() else {
        return Vec::new();
    };
    let Some(literal) = prefix(code, options.clone()) else {
        return Vec::new();
    };
    prefixes.open(plugin.clone(), &literal.text);
    each_method(&[ANY], "", &literal)
}

/// `const router = new Router({ prefix: '/x' })`.
fn constructed<'a>(code: &Code<'a>, call: Call, prefixes: &mut Prefixes<'a>) -> Vec<Route> {
    let is_router = code.text(call.name).ends_with("Router");
    let options = code.arguments(call).first().cloned();
    let literal = options
        .filter(|_| is_router)
        .and_then(|it| prefix(code, it));
    let Some(literal) = literal else {
        return Vec::new();
    };
    if let Some(variable) = code.assigned(call) {
        prefixes.assign(variable, path::join("", &literal.text));
    }
    each_method(&[ANY], "", &literal)
}

fn prefix(code: &Code<'_>, options: Range<usize>) -> Option<Literal> {
    let prefix = code.named(&code.entries(options), "prefix")?;
    code.literal(prefix)
}

/// `@Controller('x')` with `@Get('y')` in it.
fn decorated(code: &Code<'_>) -> Vec<Route> {
    let mut found = Vec::new();
    annotation::each_member(code, Style::At, controller, |code, group, prefixes| {
        for annotation in &group.annotations {
            let Some(call) = annotation.call else {
                continue;
            };
            let name = code.text(annotation.name);
            let starts_upper = name.starts_with(char::is_uppercase);
            let Some(method) = method(name).filter(|_| starts_upper && !prefixes.is_empty()) else {
                continue;
            };
            let mut paths = annotation::paths(code, *annotation);
            if paths.is_empty() && call.open + 1 == call.close {
                paths.push(Literal {
                    text: String::new(),
                    offset: code.offset(annotation.name),
                });
            }
            for (prefix, literal) in pairs(prefixes, &paths) {
                found.extend(each_method(&[method], prefix, literal));
            }
        }
    });
    found
}

fn controller(code: &Code<'_>, group: &Group) -> Vec<String> {
    group
        .annotations
        .iter()
        .filter(|annotation| {
            matches!(
                code.text(annotation.name),
                "Controller" | "JsonController" | "Route"
            )
        })
        .flat_map(|annotation| {
            let paths = annotation::paths(code, *annotation);
            match paths.is_empty() {
                true => vec![String::new()],
                false => paths.into_iter().map(|literal| literal.text).collect(),
            }
        })
        .collect()
}
