//! Files that Git takes for unchanged although they have another size than their blob: attributes
//! or settings that are gone have made them so. Which parts of an index have none is noted by what
//! they hold, so that a note is never wrong, and only the others cost a look at each blob.

use std::collections::{BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hasher as _};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

use anyhow::Result;

use super::index_file::{Entry, IndexFile};
use super::objects::Objects;
use super::repo::Repo;
use crate::model::id::{BlobId, Oid};
use crate::model::path::RepoPath;
use crate::model::tree::{self, Mode};

/// Where the parts are noted, below `plan/`; a cache.
const NOTES: &str = "sizes";

/// So many bytes at the end of an index hold the hash of all that is before; the notes begin with
/// those of one that has no such file at all.
const END: usize = 32;

/// As many parts are noted; then all but those of the present index are forgotten.
const MAX_NOTES: usize = 16_384;

/// A part ends with an entry whose id ends in so many zero bits, wherever that is.
const LAST: u8 = 0x3f;

/// A look at an index that has begun.
pub struct Sizes {
    notes: PathBuf,
    seen: JoinHandle<Option<Seen>>,
}

/// What an index says of the sizes of its files.
struct Seen {
    end: Vec<u8>,
    noted: HashSet<u64>,
    /// Every part, and the files of those that are not noted.
    parts: Vec<(u64, Vec<File>)>,
}

struct File {
    path: RepoPath,
    entry: tree::Entry,
    /// On the disk, cut to 32 bits.
    size: u32,
}

impl Repo {
    /// Starts to look at what the index says of its files, for somebody who will ask after doing
    /// other things.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn look_at_sizes(&self) -> Result<Sizes> {
        let (index, notes) = (self.own_index(), self.plan_dir().join(NOTES));
        let known = notes.clone();
        let seen = thread::Builder::new().spawn(move || look(&index, &known))?;
        Ok(Sizes { notes, seen })
    }
}

impl Sizes {
    /// Returns the files that Git has found to be as in the index, whose blobs have another size, and
    /// which are not among those that are `converted` still, sorted by path; none where the index is
    /// split or sparse. A blob that is not here has none.
    pub fn unlike_blobs(
        self,
        objects: &Objects,
        converted: &[(RepoPath, tree::Entry)],
    ) -> Vec<(RepoPath, tree::Entry)> {
        let Some(seen) = self.seen.join().ok().flatten() else {
            return Vec::new();
        };
        let Seen {
            end,
            mut noted,
            parts,
        } = seen;
        let (mut unlike, mut is_all_known, before) = (Vec::new(), true, noted.len());
        let present: HashSet<u64> = parts.iter().map(|(part, _)| *part).collect();
        for (part, files) in parts {
            let mut is_known = true;
            for file in files {
                if converted
                    .binary_search_by(|it| it.0.cmp(&file.path))
                    .is_ok()
                {
                    is_known = false;
                    continue;
                }
                match objects.blob_size(BlobId(file.entry.oid)) {
                    #[allow(clippy::cast_possible_truncation, reason = "Git keeps as much")]
                    Ok(size) if size as u32 == file.size => {}
                    Ok(_) => {
                        is_known = false;
                        unlike.push((file.path, file.entry));
                    }
                    Err(_) => is_known = false,
                }
            }
            noted.extend(is_known.then_some(part));
            is_all_known &= is_known;
        }
        if noted.len() > MAX_NOTES {
            noted.retain(|part| present.contains(part));
        }
        if is_all_known || noted.len() != before {
            let end = if is_all_known { end } else { vec![0; END] };
            // Without them the next look takes as long as this one.
            let _ = write(&self.notes, &end, &noted);
        }
        unlike
    }
}

/// Looks at an index; `None` where it is the one that is known to have no such file.
fn look(index: &Path, notes: &Path) -> Option<Seen> {
    let notes = std::fs::read(notes).unwrap_or_default();
    let (known, notes) = notes.split_at_checked(END).unwrap_or_default();
    let end = end_of(index)?;
    // A hash of zeros says that there is none.
    if end == known && !end.ends_with(&[0; 20]) {
        return None;
    }
    let bytes = std::fs::read(index).ok()?;
    let index = IndexFile::read(&bytes).filter(|index| index.extensions.is_whole())?;
    let noted = notes.chunks_exact(8).filter_map(|it| it.try_into().ok());
    let noted: HashSet<u64> = noted.map(u64::from_le_bytes).collect();
    let mut parts = Vec::new();
    for part in index.entries.split_inclusive(ends_a_part) {
        let mut hasher = DefaultHasher::new();
        for entry in part.iter().filter(|it| is_told(it)) {
            hasher.write(entry.id());
            hasher.write_u32(entry.signs().size);
        }
        let part_hash = hasher.finish();
        let files = match noted.contains(&part_hash) {
            true => Vec::new(),
            false => part
                .iter()
                .filter(|it| is_told(it))
                .filter_map(file)
                .collect(),
        };
        parts.push((part_hash, files));
    }
    let is_same = bytes.ends_with(&end);
    is_same.then_some(Seen { end, noted, parts })
}

fn end_of(index: &Path) -> Option<Vec<u8>> {
    let mut file = std::fs::File::open(index).ok()?;
    file.seek(SeekFrom::End(-i64::try_from(END).ok()?)).ok()?;
    let mut end = Vec::new();
    file.read_to_end(&mut end).ok()?;
    Some(end)
}

/// So that a change of one entry leaves the other parts what they are.
fn ends_a_part(entry: &Entry<'_>) -> bool {
    entry.id().last().is_some_and(|byte| byte & LAST == 0)
}

/// Whether it is a file of which Git noted a size when it last found it as in the index.
fn is_told(entry: &Entry<'_>) -> bool {
    let is_set_aside = entry.is_unmerged() || entry.is_intended() || entry.is_skipped();
    let is_file = matches!(entry.mode(), 0o100_644 | 0o100_755);
    is_file && entry.signs().size != 0 && !is_set_aside && !entry.is_assumed_unchanged()
}

fn file(entry: &Entry<'_>) -> Option<File> {
    let mode = match entry.mode() {
        0o100_755 => Mode::Executable,
        _ => Mode::File,
    };
    let oid = Oid::from_bytes(entry.id())?;
    Some(File {
        path: RepoPath::new(&*entry.path),
        entry: tree::Entry { mode, oid },
        size: entry.signs().size,
    })
}

/// Replaces the notes as a whole, where there is a place for them.
fn write(notes: &Path, end: &[u8], noted: &HashSet<u64>) -> std::io::Result<()> {
    let Some(directory) = notes.parent().filter(|it| it.is_dir()) else {
        return Ok(());
    };
    let sorted: BTreeSet<&u64> = noted.iter().collect();
    let hashes = sorted.into_iter().flat_map(|it| it.to_le_bytes());
    let bytes: Vec<u8> = end.iter().copied().chain(hashes).collect();
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(&bytes)?;
    if let Ok(database) = directory.join("planning.db").metadata() {
        file.as_file().set_permissions(database.permissions())?;
    }
    file.persist(notes)?;
    Ok(())
}
