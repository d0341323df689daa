//! ASP.NET: controllers and minimal APIs.

use super::annotation::{self, Annotation, Group, Style, Target, pairs};
use super::code::{Call, Code};
use super::prefix::Prefixes;
use super::value::Literal;
use super::{ANY, Route, each_method, method, path};

/// All routes of a file.
pub(super) fn routes(code: &Code<'_>) -> Vec<Route> {
    let mut found = Vec::new();
    annotation::each_member(
        code,
        Style::Brackets,
        controller,
        |code, group, prefixes| {
            found.extend(action(code, group, prefixes));
        },
    );
    let mut prefixes = Prefixes::default();
    for call in code.calls() {
        prefixes.renew(code, call);
        if let Some(verb) = code.text(call.name).strip_prefix("Map") {
            found.extend(mapped(code, call, verb, &mut prefixes));
        }
    }
    found
}

/// `[Route("api/[controller]")]`.
fn controller(code: &Code<'_>, group: &Group) -> Vec<String> {
    let Target::Class { name, .. } = group.target else {
        return Vec::new();
    };
    let name = code.text(name);
    let name = name.strip_suffix("Controller").unwrap_or(name);
    let named = |wanted: &'static str| {
        let annotations = group.annotations.iter();
        let meant = annotations.filter(move |it| bare_name(code, **it) == wanted);
        meant.flat_map(|it| annotation::paths(code, *it))
    };
    let area = named("Area").next().map(|literal| literal.text);
    let filled = |literal: Literal| {
        let text = literal.text.replace("[controller]", name);
        area.as_ref()
            .map_or(text.clone(), |area| text.replace("[area]", area))
    };
    named("Route").map(filled).collect()
}

fn bare_name<'a>(code: &Code<'a>, annotation: Annotation) -> &'a str {
    let name = code.text(annotation.name);
    name.strip_suffix("Attribute").unwrap_or(name)
}

/// `[HttpGet("x")]`, `[HttpGet, Route("x")]`, `[AcceptVerbs("GET", Route = "x")]`.
fn action(code: &Code<'_>, group: &Group, prefixes: &[String]) -> Vec<Route> {
    let action = match group.target {
        Target::Member { name: Some(name) } => code.text(name),
        _ => "",
    };
    let mut found = Vec::new();
    for (methods, paths) in selectors(code, group) {
        if prefixes.is_empty() && paths.iter().all(|literal| literal.text.is_empty()) {
            continue;
        }
        for (prefix, literal) in pairs(prefixes, &paths) {
            let absolute = literal.text.starts_with(['/', '~']);
            let prefix = if absolute { "" } else { prefix };
            let text = literal.text.trim_start_matches('~');
            let literal = Literal {
                text: text.replace("[action]", action),
                offset: literal.offset,
            };
            found.extend(each_method(
                &methods,
                &prefix.replace("[action]", action),
                &literal,
            ));
        }
    }
    found
}

type Selector = (Vec<&'static str>, Vec<Literal>);

/// What an action answers to: a verb with a path stands by itself, the others share the paths of
/// `[Route]`.
fn selectors(code: &Code<'_>, group: &Group) -> Vec<Selector> {
    let mut found: Vec<Selector> = Vec::new();
    let (mut bare, mut shared) = (Vec::new(), Vec::new());
    let mut at = None;
    for annotation in &group.annotations {
        let name = bare_name(code, *annotation);
        let verb = name.strip_prefix("Http").and_then(method);
        let is_list = name == "AcceptVerbs";
        if verb.is_none() && !is_list && name != "Route" {
            continue;
        }
        at.get_or_insert(annotation.name);
        let arguments = annotation
            .call
            .map_or_else(Vec::new, |call| code.arguments(call));
        if is_list {
            let route = code.named(&arguments, "Route");
            shared.extend(route.and_then(|range| code.literal(range)));
            let verbs = arguments.iter().filter_map(|it| code.literal(it.clone()));
            bare.extend(verbs.filter_map(|literal| method(&literal.text)));
            continue;
        }
        let paths = annotation::paths(code, *annotation);
        match verb {
            Some(verb) if paths.is_empty() => bare.push(verb),
            Some(verb) => found.push((vec![verb], paths)),
            None => shared.extend(paths),
        }
    }
    if shared.is_empty() && !bare.is_empty() {
        shared.push(Literal {
            text: String::new(),
            offset: code.offset(at.unwrap_or_default()),
        });
    }
    if !shared.is_empty() {
        found.push((bare, shared));
    }
    found
}

/// How many strings the calls that take whatever is left have behind their pattern.
const FALLBACKS: [(&str, usize); 6] = [
    ("Fallback", 0),
    ("FallbackToAreaController", 3),
    ("FallbackToAreaPage", 2),
    ("FallbackToController", 2),
    ("FallbackToFile", 1),
    ("FallbackToPage", 1),
];

/// `MapControllerRoute("name", "{controller}/{action}/{id?}")` and the like. What the framework
/// adds by itself is spelt without names, since the source has none.
fn conventional(code: &Code<'_>, call: Call, verb: &str) -> Option<Literal> {
    let arguments = code.arguments(call);
    let strings: Vec<Literal> = arguments
        .iter()
        .filter_map(|range| code.literal(range.clone()))
        .collect();
    let named = |name: &str| code.literal(code.named(&arguments, name)?);
    let implied = |text: &str| Literal {
        text: text.to_owned(),
        offset: code.offset(call.name),
    };
    if let Some((_, others)) = FALLBACKS.iter().find(|(known, _)| *known == verb) {
        let stated = named("pattern").or_else(|| strings.into_iter().rev().nth(*others));
        return stated.or_else(|| Some(implied("*")));
    }
    let place = match verb {
        "DefaultControllerRoute" => return Some(implied("{}/{}/{}")),
        "DynamicControllerRoute" => 0,
        "ControllerRoute" | "Route" | "HttpRoute" => 1,
        "AreaControllerRoute" | "AreaRoute" => 2,
        _ => return None,
    };
    let stated = ["pattern", "template", "routeTemplate", "url"]
        .into_iter()
        .find_map(named);
    stated.or_else(|| code.literal(arguments.get(place)?.clone()))
}

/// `app.MapGet("/x", handler)`, `var g = app.MapGroup("/x")`, `app.MapMethods("/x", verbs, h)`.
fn mapped<'a>(code: &Code<'a>, call: Call, verb: &str, prefixes: &mut Prefixes<'a>) -> Vec<Route> {
    let arguments = code.arguments(call);
    let Some(receiver) = code.receiver(call.name) else {
        return Vec::new();
    };
    let literal = match conventional(code, call, verb) {
        Some(literal) => return each_method(&[ANY], &prefixes.at(call.name), &literal),
        None => arguments
            .first()
            .and_then(|range| code.literal(range.clone())),
    };
    let Some(literal) = literal else {
        return Vec::new();
    };
    let around = prefixes.at(call.name);
    let prefix = prefixes
        .of(code.text(receiver))
        .map_or(around, str::to_owned);
    let methods: Vec<&'static str> = match (method(verb), verb) {
        (Some(method), _) => vec![method],
        (None, "Methods") => {
            let stated = arguments.get(1).cloned().unwrap_or_default();
            let stated = code.literals(stated);
            stated
                .iter()
                .filter_map(|literal| method(&literal.text))
                .collect()
        }
        (None, "" | "Hub" | "HealthChecks" | "When") => vec![ANY],
        (None, "Group") => {
            let chained = code.chained(call);
            if let Some(last) = chained.last() {
                prefixes.open(call.close..last.close, &literal.text);
            }
            if let Some(variable) = code.assigned(call) {
                prefixes.assign(variable, path::join(&prefix, &literal.text));
            }
            return Vec::new();
        }
        _ => return Vec::new(),
    };
    each_method(&methods, &prefix, &literal)
}
