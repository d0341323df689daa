//! ASP.NET: controllers and minimal APIs.

use super::annotation::{self, Annotation, Group, Style, Target, pairs};
use super::code::{Call, Code, Literal};
use super::prefix::Prefixes;
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
    group
        .annotations
        .iter()
        .filter(|annotation| bare_name(code, **annotation) == "Route")
        .flat_map(|annotation| annotation::paths(code, *annotation))
        .map(|literal| literal.text.replace("[controller]", name))
        .collect()
}

fn bare_name<'a>(code: &Code<'a>, annotation: Annotation) -> &'a str {
    let name = code.text(annotation.name);
    name.strip_suffix("Attribute").unwrap_or(name)
}

/// `[HttpGet("x")]`, `[HttpGet, Route("x")]`, `[AcceptVerbs("GET", Route = "x")]`.
fn action(code: &Code<'_>, group: &Group, prefixes: &[String]) -> Vec<Route> {
    let mut methods: Vec<&'static str> = Vec::new();
    let mut paths = Vec::new();
    let mut at = None;
    for annotation in &group.annotations {
        let name = bare_name(code, *annotation);
        let verb = name.strip_prefix("Http").and_then(method);
        match (verb, name) {
            (Some(verb), _) => methods.push(verb),
            (None, "AcceptVerbs") => {
                let call = annotation.call.map_or(0..0, |call| call.open..call.close);
                let stated = code.literals(call);
                methods.extend(stated.iter().filter_map(|literal| method(&literal.text)));
                at.get_or_insert(annotation.name);
                continue;
            }
            (None, "Route") => {}
            _ => continue,
        }
        at.get_or_insert(annotation.name);
        paths.extend(annotation::paths(code, *annotation));
    }
    let Some(at) = at else {
        return Vec::new();
    };
    if paths.is_empty() {
        if prefixes.is_empty() {
            return Vec::new();
        }
        paths.push(Literal {
            text: String::new(),
            offset: code.offset(at),
        });
    }
    let action = match group.target {
        Target::Member { name: Some(name) } => code.text(name),
        _ => "",
    };
    pairs(prefixes, &paths)
        .flat_map(|(prefix, literal)| {
            let absolute = literal.text.starts_with(['/', '~']);
            let prefix = if absolute { "" } else { prefix };
            let text = literal
                .text
                .trim_start_matches('~')
                .replace("[action]", action);
            let prefix = prefix.replace("[action]", action);
            let offset = literal.offset;
            each_method(&methods, &prefix, &Literal { text, offset })
        })
        .collect()
}

/// `app.MapGet("/x", handler)`, `var g = app.MapGroup("/x")`, `app.MapMethods("/x", verbs, h)`.
fn mapped<'a>(code: &Code<'a>, call: Call, verb: &str, prefixes: &mut Prefixes<'a>) -> Vec<Route> {
    let arguments = code.arguments(call);
    let first = arguments
        .first()
        .and_then(|range| code.literal(range.clone()));
    let (Some(literal), Some(receiver)) = (first, code.receiver(call.name)) else {
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
        (None, "" | "Hub" | "Fallback" | "HealthChecks" | "When") => vec![ANY],
        (None, "Group") => {
            let chained = code.chained(call);
            if let Some(last) = chained.last() {
                prefixes.open(call.close..last.close, &literal.text);
            }
            if let Some(variable) = code.assigned(code.chain_start(call.name)) {
                prefixes.assign(variable, path::join(&prefix, &literal.text));
            }
            return Vec::new();
        }
        _ => return Vec::new(),
    };
    each_method(&methods, &prefix, &literal)
}
