//! Files whose bytes Git would not bring back: what checking out their blob makes is not what is on the disk.

use std::collections::HashMap;

use anyhow::{Context as _, Result};

use super::disk::{Found, WorkTree};
use crate::git::{Conversion, LineEnds, Objects, Repo};
use crate::model::id::BlobId;
use crate::model::path::RepoPath;
use crate::model::tree::Entry;

/// Files, each with what Git makes of it.
type Files = [(RepoPath, Entry)];

/// Returns files whose bytes Git would not bring back, each with its bytes as they are on the disk,
/// stored as a blob: of files that were `read` just now, and of those that Git takes for
/// `unchanged`. `conversions` knows all of them.
pub(super) fn find(
    repo: &Repo,
    objects: &Objects,
    conversions: &HashMap<RepoPath, Conversion>,
    (read, unchanged): (&Files, &Files),
) -> Result<Vec<(RepoPath, BlobId)>> {
    if conversions.is_empty() {
        return Ok(Vec::new());
    }
    let kept = WorkTree::new(repo.top()?);
    let is_converted = |(path, _): &&(RepoPath, Entry)| conversions.contains_key(path);
    let mut suspects: Vec<_> = read.iter().filter(is_converted).cloned().collect();
    for (path, entry) in unchanged {
        if let Some(conversion) = conversions.get(path)
            && !is_as_checked_out(objects, kept, (path, *entry), *conversion)?
        {
            suspects.push((path.clone(), *entry));
        }
    }
    if suspects.is_empty() {
        return Ok(Vec::new());
    }
    let beside = tempfile::tempdir().context("making a temporary directory")?;
    repo.check_out_beside(&suspects, beside.path())?;
    let made = WorkTree::new(beside.path());
    let mut raw = Vec::new();
    for (path, _) in suspects {
        if !matches!(kept.look(&path)?, Found::File(_)) {
            continue;
        }
        let bytes = kept.read(&path)?;
        let same = matches!(made.look(&path)?, Found::File(_)) && made.read(&path)? == bytes;
        if !same {
            raw.push((path, objects.write_blob(&bytes)?));
        }
    }
    Ok(raw)
}

/// Whether it needs no trial that Git would check out what is on the disk, given that it has made
/// the blob in the index of that.
fn is_as_checked_out(
    objects: &Objects,
    disk: WorkTree<'_>,
    (path, entry): (&RepoPath, Entry),
    conversion: Conversion,
) -> Result<bool> {
    let (ends, ident) = match conversion {
        Conversion::Text { ends, ident } => (ends, ident),
        Conversion::Opaque => return Ok(false),
        // It may be slow, fetch from elsewhere or leave the plain text of what it encrypts.
        Conversion::Program => return Ok(true),
    };
    let Found::File(stamp) = disk.look_in_place(path)? else {
        return Ok(true);
    };
    // All that was taken away on the way in are carriage returns.
    let dropped = stamp
        .size
        .checked_sub(objects.blob_size(BlobId(entry.oid))?);
    if ends == LineEnds::Kept && !ident {
        return Ok(dropped == Some(0));
    }
    let Some(dropped) = dropped.and_then(|dropped| usize::try_from(dropped).ok()) else {
        return Ok(false);
    };
    let bytes = disk.read(path)?;
    let has_id = ident && bytes.windows(3).any(|word| word == b"$Id");
    Ok(!has_id && are_ends_as_checked_out(&bytes, dropped, ends))
}

/// As [`is_as_checked_out`] for a file that lost so many carriage returns on the way in.
fn are_ends_as_checked_out(bytes: &[u8], dropped: usize, ends: LineEnds) -> bool {
    let (mut lone_feeds, mut pairs, mut odd) = (0, 0, 0);
    let mut before = 0;
    for byte in bytes {
        match (before, byte) {
            (b'\r', b'\n') => pairs += 1,
            (_, b'\n') => lone_feeds += 1,
            (b'\r', _) | (_, 0) => odd += 1,
            _ => {}
        }
        before = *byte;
    }
    if before == b'\r' {
        odd += 1;
    }
    match (ends, dropped) {
        (LineEnds::Kept, _) => dropped == 0,
        // What has a carriage return or a NUL in the object database is no text.
        (LineEnds::CrlfInText, 0) => lone_feeds == 0 || pairs + odd > 0,
        (LineEnds::Crlf, 0) => lone_feeds == 0,
        (_, _) => lone_feeds == 0 && odd == 0 && dropped == pairs,
    }
}
