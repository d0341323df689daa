//! The bytes of a tree object: `mode SP name NUL id`, over and over.

use anyhow::{Context as _, Result, bail};

use crate::model::id::Oid;
use crate::model::tree::{Entry, Mode};

/// Reads a tree's bytes; the ids in it are `id_length` bytes long. Entries come in Git's order,
/// whatever order a careless writer left them in.
pub(super) fn parse(mut raw: &[u8], id_length: usize) -> Result<Vec<(Vec<u8>, Entry)>> {
    let mut entries = Vec::with_capacity(raw.len() / (id_length + 16));
    while !raw.is_empty() {
        let (mode, rest) = split_at_byte(raw, b' ').context("an entry has no mode")?;
        let (name, rest) = split_at_byte(rest, 0).context("an entry has no name")?;
        let (id, rest) = rest
            .split_at_checked(id_length)
            .context("an entry has no id")?;
        if name.is_empty() || name.contains(&b'/') {
            bail!("an entry has an impossible name");
        }
        let mode = parse_mode(mode).context("an entry has an unknown mode")?;
        let oid = Oid::from_bytes(id).context("an entry has no id")?;
        entries.push((name.to_vec(), Entry { mode, oid }));
        raw = rest;
    }
    if !entries.is_sorted_by(|a, b| sort_key(a).lt(sort_key(b))) {
        sort(&mut entries);
    }
    Ok(entries)
}

/// Writes a tree's bytes, in Git's order.
///
/// # Errors
/// A name that Git would not check out, or one that occurs twice: such a tree fails `git fsck`.
pub(super) fn format(entries: &[(Vec<u8>, Entry)]) -> Result<Vec<u8>> {
    let mut sorted = entries.to_vec();
    sort(&mut sorted);
    let mut names: Vec<&[u8]> = sorted.iter().map(|(name, _)| name.as_slice()).collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        bail!("a tree cannot hold one name twice");
    }
    let mut raw = Vec::new();
    for (name, entry) in &sorted {
        let reserved = matches!(name.as_slice(), b"" | b"." | b"..");
        if reserved
            || name.eq_ignore_ascii_case(b".git")
            || name.iter().any(|b| matches!(b, 0 | b'/'))
        {
            bail!(
                "a tree cannot hold this name: {:?}",
                String::from_utf8_lossy(name)
            );
        }
        raw.extend_from_slice(format!("{:o} ", entry.mode.bits()).as_bytes());
        raw.extend_from_slice(name);
        raw.push(0);
        raw.extend_from_slice(entry.oid.as_bytes());
    }
    Ok(raw)
}

/// Git compares names as if those of trees ended in a slash, so that whole paths come out sorted.
pub(super) fn sort_key((name, entry): &(Vec<u8>, Entry)) -> impl Iterator<Item = u8> + '_ {
    let slash = (entry.mode == Mode::Tree).then_some(b'/');
    name.iter().copied().chain(slash)
}

fn sort(entries: &mut [(Vec<u8>, Entry)]) {
    entries.sort_by(|a, b| sort_key(a).cmp(sort_key(b)));
}

fn split_at_byte(bytes: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let position = bytes.iter().position(|byte| *byte == at)?;
    Some((&bytes[..position], &bytes[position + 1..]))
}

/// Reads an octal mode.
pub(super) fn parse_mode(digits: &[u8]) -> Option<Mode> {
    let digits = std::str::from_utf8(digits).ok()?;
    Mode::from_bits(u32::from_str_radix(digits, 8).ok()?)
}
