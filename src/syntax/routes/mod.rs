//! Routes that a file declares, as its framework writes them.
//!
//! Frameworks are recognised by the shape of their calls and annotations alone, read off the
//! leaves; what another file contributes (a mount, an include) is a route of its own.

mod annotation;
mod code;
mod dotnet;
mod go;
mod javascript;
mod jvm;
mod mounts;
mod path;
mod php;
mod prefix;
mod python;
mod ruby;
mod rust;
mod value;

use super::parse::Parsed;
use crate::model::path::RepoPath;
use code::Code;
use value::Literal;

/// A declared route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// In upper case, or `ANY`.
    pub method: String,
    /// As declared, with the prefixes known in the same file and a leading `/`; `{}` stands for
    /// an interpolation.
    pub path: String,
    /// Where the text of the string that declares the path starts, or what declares it without one.
    pub offset: usize,
}

impl Parsed {
    /// Routes in order of where they are declared; `path` decides for frameworks that go by file.
    pub fn routes(&self, source: &[u8], path: &RepoPath) -> Vec<Route> {
        let code = Code::new(self, source);
        let mut routes = match self.language.name() {
            "python" => python::routes(&code),
            "javascript" | "typescript" | "tsx" | "vue" | "svelte" => javascript::routes(&code),
            "ruby" => ruby::routes(self, source, path),
            "java" | "kotlin" | "scala" => jvm::routes(&code),
            "csharp" => dotnet::routes(&code),
            "go" => go::routes(&code),
            "rust" => rust::routes(&code),
            "php" => php::routes(&code),
            _ => Vec::new(),
        };
        routes.sort_by_key(|route| route.offset);
        routes.dedup();
        routes
    }
}

/// The method of a mount, and of a route that takes every method.
const ANY: &str = "ANY";

/// The method a name stands for: `Get`, `GET`, `HttpGet` without its prefix, `del`, `all`.
fn method(name: &str) -> Option<&'static str> {
    const METHODS: [(&str, &str); 12] = [
        ("get", "GET"),
        ("post", "POST"),
        ("put", "PUT"),
        ("patch", "PATCH"),
        ("delete", "DELETE"),
        ("head", "HEAD"),
        ("options", "OPTIONS"),
        ("trace", "TRACE"),
        ("connect", "CONNECT"),
        ("del", "DELETE"),
        ("all", ANY),
        ("any", ANY),
    ];
    METHODS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, method)| *method)
}

/// One route per method; any method when there is none.
fn each_method(methods: &[&'static str], prefix: &str, literal: &Literal) -> Vec<Route> {
    let methods = if methods.is_empty() { &[ANY] } else { methods };
    let route = |method: &&str| Route {
        method: (*method).to_owned(),
        path: path::join(prefix, &literal.text),
        offset: literal.offset,
    };
    methods.iter().map(route).collect()
}

#[cfg(test)]
mod tests;
