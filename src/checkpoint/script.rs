//! Writing POSIX shell: arguments from foreign bytes that stay arguments, one line of text each.

use crate::model::path::RepoPath;
use crate::model::printable::Printable;

/// Records printed by one line.
const RECORDS: usize = 100;

/// Writes a command around a path as one shell word.
///
/// A name that a line of text cannot show is kept in a variable, which `printf` fills; the mark
/// behind it keeps line breaks at its end, which `$(…)` would drop.
pub(super) fn with_path(path: &RepoPath, command: impl Fn(&str) -> String) -> String {
    match shown(path) {
        Some(text) => command(&quoted(text)),
        None => format!(
            "NAME=$(printf '{}.') && {}",
            escaped(path.as_bytes()),
            command("\"${NAME%.}\"")
        ),
    }
}

/// Writes lines that feed `records`, each ended by a NUL, to `command`.
pub(super) fn piped(records: &[Vec<u8>], command: &str) -> Vec<String> {
    records
        .chunks(RECORDS)
        .map(|records| {
            let format: String = records
                .iter()
                .map(|record| escaped(record) + "\\000")
                .collect();
            format!("printf '{format}' | {command}")
        })
        .collect()
}

/// The path as text, when nothing in it would be lost or hidden on a line.
fn shown(path: &RepoPath) -> Option<&str> {
    let text = std::str::from_utf8(path.as_bytes()).ok()?;
    (Printable::new(text).to_string() == text).then_some(text)
}

/// Quotes text so that the shell takes it as one word.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Bytes as a format from which `printf` prints exactly them, safe between single quotes.
fn escaped(bytes: &[u8]) -> String {
    let mut format = String::new();
    for (place, byte) in bytes.iter().enumerate() {
        let special = matches!(byte, b'\'' | b'\\' | b'%') || (*byte == b'-' && place == 0);
        if (0x20..0x7f).contains(byte) && !special {
            format.push(char::from(*byte));
        } else {
            format.push_str(&format!("\\{byte:03o}"));
        }
    }
    format
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::testing::TestRepo;

    #[test]
    fn the_shell_gives_every_name_back() {
        let repo = TestRepo::new();
        let run = |line: &str| repo.run("sh", &["-ec".as_ref(), line.as_ref()], b"").stdout;
        let check = |name: &[u8]| {
            let line = with_path(&RepoPath::new(name), |word| format!("printf %s {word}"));
            assert!(
                !line.contains('\n') && line.chars().all(|c| !c.is_control()),
                "{line}"
            );
            assert_eq!(run(&line), name, "{line}");
            let lines = piped(&[name.to_vec(), b"x".to_vec()], "cat");
            assert_eq!(
                run(&lines.join("\n")),
                [name, b"\0x\0"].concat(),
                "{lines:?}"
            );
        };
        check(b"plain/name.txt");
        check(b"-rf");
        check(b"it's; rm -rf \"$HOME\" `id` %s %d \\n #!");
        check(b"new\nline\n\n");
        check(b"caf\xe9\xff\x01\x7f");
        check("ümlaut 漢字".as_bytes());
        check("hidden\u{202e}direction\u{200b}".as_bytes());
        check(b".\n.");
    }

    #[test]
    fn long_lists_are_split() {
        let records: Vec<Vec<u8>> = (0..250).map(|n| n.to_string().into_bytes()).collect();
        assert_eq!(piped(&records, "cat").len(), 3);
        assert!(piped(&[], "cat").is_empty());
    }
}
