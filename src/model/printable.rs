//! Foreign text made safe to show: paths, messages and spec strings never drive a terminal.

use std::fmt::{self, Write as _};
use std::path::Path;

/// Shows bytes from a repository with everything that a terminal could act on escaped.
///
/// Control characters (C0, C1, DEL), bidirectional overrides and zero-width characters become
/// `\u{..}`, invalid UTF-8 becomes `\x..`, and line breaks and tabs become `\n`, `\r` and `\t`.
#[derive(Debug, Clone, Copy)]
pub struct Printable<'a> {
    bytes: &'a [u8],
    keep_layout: bool,
}

impl<'a> Printable<'a> {
    /// Wraps text for use inside one line.
    pub fn new(text: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self {
            bytes: text.as_ref(),
            keep_layout: false,
        }
    }

    /// Wraps a path of the file system.
    pub fn path(path: &'a Path) -> Self {
        Self::new(path.as_os_str().as_encoded_bytes())
    }

    /// Wraps text whose own line breaks and tabs are kept, such as a diff or a description.
    pub fn block(text: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self {
            bytes: text.as_ref(),
            keep_layout: true,
        }
    }
}

/// Reports whether a terminal could act on `c` or hide it.
pub const fn is_unsafe(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain = self.bytes.iter().all(|byte| (b' '..=b'~').contains(byte));
        if let (true, Ok(text)) = (is_plain, std::str::from_utf8(self.bytes)) {
            return f.write_str(text);
        }
        for chunk in self.bytes.utf8_chunks() {
            let mut rest = chunk.valid();
            while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_unsafe(*c)) {
                f.write_str(&rest[..at])?;
                match c {
                    '\n' | '\t' if self.keep_layout => f.write_char(c)?,
                    '\n' => f.write_str("\\n")?,
                    '\r' => f.write_str("\\r")?,
                    '\t' => f.write_str("\\t")?,
                    c => write!(f, "\\u{{{:x}}}", u32::from(c))?,
                }
                rest = &rest[at + c.len_utf8()..];
            }
            f.write_str(rest)?;
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_terminal_acts_on_survives() {
        let check = |raw: &[u8], shown: &str| assert_eq!(Printable::new(raw).to_string(), shown);
        check("plain äöü 漢字".as_bytes(), "plain äöü 漢字");
        check(b"\x1b[31mred", "\\u{1b}[31mred");
        check("a\u{202e}b\u{200b}c".as_bytes(), "a\\u{202e}b\\u{200b}c");
        check(b"a\nb\tc\r", "a\\nb\\tc\\r");
        check(b"caf\xe9", "caf\\xe9");
        check("\u{9b}31m".as_bytes(), "\\u{9b}31m");
    }

    #[test]
    fn a_block_keeps_its_lines() {
        assert_eq!(
            Printable::block("+a\tb\n-\x07\n").to_string(),
            "+a\tb\n-\\u{7}\n"
        );
    }
}
