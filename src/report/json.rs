//! The envelope of every JSON answer: one object whose first member is `"version": 1`.

use std::io::{self, Write};

use serde::Serialize;

use crate::model::printable::is_unsafe;

/// Grows when a member changes its meaning or goes away; additions leave it alone.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Envelope<'a, T> {
    version: u32,
    #[serde(flatten)]
    body: &'a T,
}

/// Writes `body`, a struct or map, as one JSON object behind its version.
///
/// # Errors
/// When `body` is no object, or `out` cannot be written.
pub fn write(out: &mut dyn Write, body: &impl Serialize) -> io::Result<()> {
    let envelope = Envelope {
        version: VERSION,
        body,
    };
    let text = serde_json::to_string_pretty(&envelope)?;
    writeln!(out, "{}", inert(&text))
}

/// Escapes what a terminal could act on; outside strings JSON holds no such character but line breaks.
pub(super) fn inert(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    let mut units = [0; 2];
    for c in json.chars() {
        if c == '\n' || !is_unsafe(c) {
            safe.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut units) {
            safe.push_str(&format!("\\u{unit:04x}"));
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_comes_first_and_nothing_drives_a_terminal() {
        #[derive(Serialize)]
        struct Body {
            name: &'static str,
        }
        let mut out = Vec::new();
        let name = "a\u{9b}31m\u{202e}\u{e0001}\n";
        write(&mut out, &Body { name }).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "{\n  \"version\": 1,\n  \"name\": \"a\\u009b31m\\u202e\\udb40\\udc01\\n\"\n}\n"
        );
        let back: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back["name"], name);
    }
}
