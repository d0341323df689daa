//! Which commit put a line where it is.

use std::collections::HashMap;

use anyhow::{Context as _, Result, bail};

use super::command::path_from_bytes;
use super::objects::parse_oid;
use super::repo::Repo;
use crate::model::id::{CommitId, Oid};
use crate::model::path::RepoPath;
use crate::model::time::Timestamp;

/// With more lines than this the whole file is asked for, so that no command line is too long.
const NAMED_LINES: usize = 200;

/// Where a line comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineOrigin {
    /// The commit; `None` when the line is not committed.
    pub commit: Option<CommitId>,
    /// Whether history is cut off at that commit, so that an older one may be the origin.
    pub is_cut_off: bool,
    /// Who wrote it, as told, `.mailmap` applied.
    pub author: Vec<u8>,
    /// The author's address, without the angle brackets.
    pub author_mail: Vec<u8>,
    /// When it was written.
    pub authored_at: Timestamp,
    /// The first line of the message.
    pub summary: Vec<u8>,
    /// Where the file was in that commit.
    pub path: RepoPath,
    /// Which line it was there.
    pub line: u32,
}

/// Which state of a file is asked about.
#[derive(Debug, Clone)]
pub enum Blamed {
    /// As a commit has it.
    At(CommitId),
    /// These bytes of the work tree, compared with HEAD; no content filter runs.
    Content(Vec<u8>),
}

impl Repo {
    /// Tells where the given lines (1-based) of a file come from; a line that only changed its
    /// white space or moved within the file comes from where it was.
    ///
    /// Neither textconv nor filters run; commits that `blame.ignoreRevsFile` names are passed over.
    ///
    /// # Errors
    /// When the file or a line of it does not exist there, or history cannot be read.
    pub fn blame(
        &self,
        path: &RepoPath,
        state: Blamed,
        lines: &[u32],
    ) -> Result<HashMap<u32, LineOrigin>> {
        let mut words: Vec<String> = ["blame", "--porcelain", "--root", "-w", "-M"]
            .into_iter()
            .chain(["--no-textconv", "--no-progress", "--encoding=UTF-8"])
            .map(str::to_owned)
            .collect();
        if lines.len() <= NAMED_LINES {
            words.extend(lines.iter().map(|line| format!("-L{line},{line}")));
        }
        let mut settings = vec![("core.quotePath".to_owned(), "false")];
        settings.extend(self.no_filters()?);
        let input = match state {
            Blamed::At(commit) => {
                words.push(commit.to_string());
                None
            }
            Blamed::Content(content) => {
                words.extend(["--contents", "-"].map(str::to_owned));
                Some(content)
            }
        };
        words.push("--".to_owned());
        let mut call = self
            .git
            .call(&words)
            .argument(path_from_bytes(path.as_bytes()));
        if let Some(content) = input {
            call = call.input(content);
        }
        let printed = call.settings(&settings).output()?;
        let mut origins = read(&printed).with_context(|| format!("reading the blame of {path}"))?;
        origins.retain(|line, _| lines.contains(line));
        for origin in origins.values_mut() {
            if let Some(CommitId(oid)) = origin.commit {
                origin.is_cut_off = self.is_shallow_edge(oid)?;
            }
        }
        Ok(origins)
    }
}

/// What is said of a commit once, where it is first met.
#[derive(Debug, Clone, Default)]
struct Headers {
    author: Vec<u8>,
    author_mail: Vec<u8>,
    authored_at: i64,
    summary: Vec<u8>,
    path: Vec<u8>,
}

/// Reads the porcelain format: a line of numbers, headers, then the line itself behind a tab.
fn read(printed: &[u8]) -> Result<HashMap<u32, LineOrigin>> {
    let mut known: HashMap<Oid, Headers> = HashMap::new();
    let mut origins = HashMap::new();
    let mut rows = printed.split(|byte| *byte == b'\n');
    while let Some(row) = rows.next().filter(|row| !row.is_empty()) {
        let numbers: Vec<&[u8]> = row.split(|byte| *byte == b' ').collect();
        let [oid, original, last, ..] = numbers.as_slice() else {
            bail!("git blame printed a row of {} words", numbers.len());
        };
        let oid = parse_oid(oid)?;
        let headers = known.entry(oid).or_default();
        for row in rows.by_ref().take_while(|row| !row.starts_with(b"\t")) {
            let (name, value) = row
                .iter()
                .position(|byte| *byte == b' ')
                .map_or((row, &row[row.len()..]), |at| (&row[..at], &row[at + 1..]));
            match name {
                b"author" => headers.author = value.to_vec(),
                b"author-mail" => headers.author_mail = address(value).to_vec(),
                b"author-time" => headers.authored_at = number(value)?,
                b"summary" => headers.summary = value.to_vec(),
                b"filename" => headers.path = unquoted(value),
                _ => {}
            }
        }
        let headers = headers.clone();
        let origin = LineOrigin {
            commit: (!oid.is_zero()).then_some(CommitId(oid)),
            is_cut_off: false,
            author: headers.author,
            author_mail: headers.author_mail,
            authored_at: Timestamp(headers.authored_at),
            summary: headers.summary,
            path: RepoPath::new(headers.path),
            line: number(original)?,
        };
        origins.insert(number(last)?, origin);
    }
    Ok(origins)
}

fn address(value: &[u8]) -> &[u8] {
    let inner = value.strip_prefix(b"<").unwrap_or(value);
    inner.strip_suffix(b">").unwrap_or(inner)
}

fn number<N: std::str::FromStr>(text: &[u8]) -> Result<N> {
    let text = std::str::from_utf8(text).ok();
    text.and_then(|text| text.parse().ok())
        .context("git blame printed no number")
}

/// Undoes C quoting, which git puts on names that a line could not hold as they are.
fn unquoted(value: &[u8]) -> Vec<u8> {
    let inner = value
        .strip_prefix(b"\"")
        .and_then(|it| it.strip_suffix(b"\""));
    let Some(inner) = inner else {
        return value.to_vec();
    };
    let (mut bytes, mut rest) = (Vec::new(), inner.iter().copied());
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next() {
            Some(b'a') => 7,
            Some(b'b') => 8,
            Some(b't') => b'\t',
            Some(b'n') => b'\n',
            Some(b'v') => 11,
            Some(b'f') => 12,
            Some(b'r') => b'\r',
            Some(high @ b'0'..=b'3') => rest.by_ref().take(2).fold(high - b'0', |value, digit| {
                value.wrapping_mul(8).wrapping_add(digit.wrapping_sub(b'0'))
            }),
            Some(other) => other,
            None => b'\\',
        });
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_names_come_back() {
        let check = |quoted: &str, name: &[u8]| assert_eq!(unquoted(quoted.as_bytes()), name);
        check("a b.js", b"a b.js");
        check(r#""a\"b\\c""#, br#"a"b\c"#);
        check(r#""a\nb\tc""#, b"a\nb\tc");
        check(r#""caf\351 \303\244""#, b"caf\xe9 \xc3\xa4");
        check(r#"""#, b"\"");
    }
}
