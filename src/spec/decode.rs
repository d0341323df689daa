//! Bytes to text: size, encoding and invisible characters, before any parser sees them.

use super::{Diagnostic, MAX_BYTES};

const UTF8: &str = "save the file as UTF-8";

/// Returns the text without its byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<&str, Diagnostic> {
    if bytes.len() > MAX_BYTES {
        let message = format!("spec is larger than {MAX_BYTES} bytes");
        return Err(Diagnostic::whole(message));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Diagnostic::whole("spec is UTF-16").hint(UTF8));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let text = String::from_utf8_lossy(valid);
        Diagnostic::at(&text, text.len(), "not valid UTF-8").hint(UTF8)
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.char_indices().find(|(_, c)| is_refused(*c)) {
        None => Ok(text),
        Some((at, '\0')) => Err(Diagnostic::at(text, at, "NUL byte: this is not text").hint(UTF8)),
        Some((at, c)) => {
            let code = u32::from(c);
            let message = format!("invisible character U+{code:04X}");
            let hint = format!("remove it, or write it as \"\\u{code:04X}\" in double quotes");
            Err(Diagnostic::at(text, at, message).hint(hint))
        }
    }
}

/// Control characters, and what YAML takes for a line break but editors do not.
const fn is_refused(c: char) -> bool {
    matches!(c, '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_passes() {
        let check = |bytes: &[u8], expected: Result<&str, (Option<usize>, Option<usize>, &str)>| {
            let got = decode(bytes);
            let got = got
                .as_deref()
                .map_err(|d| (d.line, d.column, d.message.as_str()));
            assert_eq!(got, expected);
        };
        check(b"a: b", Ok("a: b"));
        check(b"\xef\xbb\xbfa: b\r\n\t", Ok("a: b\r\n\t"));
        check(b"\xff\xfea\0", Err((None, None, "spec is UTF-16")));
        check(
            b"a\0",
            Err((Some(1), Some(2), "NUL byte: this is not text")),
        );
        check(
            b"a: 1\nb: caf\xe9\n",
            Err((Some(2), Some(7), "not valid UTF-8")),
        );
        check(
            b"a\x1b",
            Err((Some(1), Some(2), "invisible character U+001B")),
        );
        check(
            "a\n\u{2028}".as_bytes(),
            Err((Some(2), Some(1), "invisible character U+2028")),
        );
        check(
            "é\u{feff}".as_bytes(),
            Err((Some(1), Some(3), "invisible character U+FEFF")),
        );
        let big = vec![b' '; MAX_BYTES + 1];
        check(&big, Err((None, None, "spec is larger than 262144 bytes")));
        assert!(decode(&big[1..]).is_ok());
    }
}
