//! Finding files that moved: a deletion and an addition with the same or nearly the same content.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::git::Objects;
use crate::model::id::{BlobId, Oid};
use crate::model::path::RepoPath;
use crate::model::tree::{Entry, Mode, TreeChange};

/// Least percentage of common content.
const THRESHOLD: u64 = 50;

/// At most this many (deleted, added) pairs are compared by content; when there are more, only
/// those with equal file names.
const PAIRS_LIMIT: usize = 40_000;

/// Content over this many bytes is not sketched.
const SKETCH_LIMIT: u64 = 1 << 20;

/// Pieces of content that are compared end at a line break or after this many bytes.
const PIECE: usize = 64;

/// A file's change with both sides named; one that moved has two paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Joined {
    pub(super) old: Option<(RepoPath, Entry)>,
    pub(super) new: Option<(RepoPath, Entry)>,
    /// Percentage of common content, when it moved.
    pub(super) similarity: Option<u8>,
}

/// Joins deletions and additions that are one move; the result is sorted by where files are now.
pub(super) fn join(objects: &Objects, changes: &[TreeChange]) -> Vec<Joined> {
    let renames = Search::new(objects, changes).run();
    let moved: HashSet<usize> = renames.iter().flat_map(|r| [r.from, r.to]).collect();
    let side = |n: usize, entry: fn(&TreeChange) -> Option<Entry>| {
        let change = changes.get(n)?;
        Some((change.path.clone(), entry(change)?))
    };
    let mut joined: Vec<Joined> = (0..changes.len())
        .filter(|n| !moved.contains(n))
        .map(|n| Joined {
            old: side(n, |change| change.old),
            new: side(n, |change| change.new),
            similarity: None,
        })
        .chain(renames.iter().map(|rename| Joined {
            old: side(rename.from, |change| change.old),
            new: side(rename.to, |change| change.new),
            similarity: Some(rename.similarity),
        }))
        .collect();
    let place = |joined: &Joined| {
        let (path, _) = joined.new.as_ref().or(joined.old.as_ref())?;
        Some(path.clone())
    };
    joined.sort_by_cached_key(place);
    joined
}

/// A move, as positions in the list of changes.
struct Rename {
    from: usize,
    to: usize,
    similarity: u8,
}

/// The changes still without a partner.
struct Search<'a> {
    objects: &'a Objects,
    changes: &'a [TreeChange],
    deleted: Vec<(usize, Entry)>,
    added: Vec<(usize, Entry)>,
}

impl<'a> Search<'a> {
    fn new(objects: &'a Objects, changes: &'a [TreeChange]) -> Self {
        let lone = |one: fn(&TreeChange) -> Option<Entry>,
                    other: fn(&TreeChange) -> Option<Entry>| {
            let movable = |entry: &Entry| !matches!(entry.mode, Mode::Gitlink | Mode::Tree);
            changes
                .iter()
                .enumerate()
                .filter(|(_, change)| other(change).is_none())
                .filter_map(|(n, change)| one(change).filter(movable).map(|entry| (n, entry)))
                .collect()
        };
        Self {
            objects,
            changes,
            deleted: lone(|change| change.old, |change| change.new),
            added: lone(|change| change.new, |change| change.old),
        }
    }

    fn run(mut self) -> Vec<Rename> {
        let mut renames = Vec::new();
        if self.deleted.is_empty() || self.added.is_empty() {
            return renames;
        }
        self.exact(&mut renames);
        self.similar(&mut renames);
        renames
    }

    fn name(&self, n: usize) -> &[u8] {
        self.changes
            .get(n)
            .map(|change| change.path.file_name())
            .unwrap_or_default()
    }

    /// Pairs equal objects, those with equal file names first; an empty file says too little without its name.
    fn exact(&mut self, renames: &mut Vec<Rename>) {
        let mut sources: HashMap<(Oid, bool), Vec<usize>> = HashMap::new();
        let key = |entry: &Entry| (entry.oid, entry.mode == Mode::Symlink);
        for (n, entry) in &self.deleted {
            sources.entry(key(entry)).or_default().push(*n);
        }
        for same_name in [true, false] {
            let added = std::mem::take(&mut self.added);
            for (to, entry) in added {
                let found = sources.get_mut(&key(&entry)).and_then(|candidates| {
                    let position = if same_name {
                        let name = self.name(to);
                        candidates.iter().position(|from| self.name(*from) == name)
                    } else {
                        let empty = || matches!(self.objects.blob_size(BlobId(entry.oid)), Ok(0));
                        (!candidates.is_empty() && !empty()).then_some(0)
                    };
                    position.map(|at| candidates.remove(at))
                });
                match found {
                    Some(from) => renames.push(Rename {
                        from,
                        to,
                        similarity: 100,
                    }),
                    None => self.added.push((to, entry)),
                }
            }
        }
        let left: HashSet<usize> = sources.into_values().flatten().collect();
        self.deleted.retain(|(n, _)| left.contains(n));
    }

    /// Pairs what has at least half its content in common, best first.
    fn similar(&self, renames: &mut Vec<Rename>) {
        let mut sketches: HashMap<Oid, Option<Sketch>> = HashMap::new();
        let pairs = self.candidates();
        for (_, entry) in pairs.iter().flat_map(|(from, to)| [from, to]) {
            sketches
                .entry(entry.oid)
                .or_insert_with(|| Sketch::of(self.objects, *entry));
        }
        let sketch = |entry: &Entry| sketches.get(&entry.oid).and_then(Option::as_ref);
        let mut scored: Vec<_> = pairs
            .iter()
            .filter_map(|((from, old), (to, new))| {
                let similarity = sketch(old)?.similarity(sketch(new)?)?;
                let same_name = self.name(*from) == self.name(*to);
                Some((Reverse(similarity), !same_name, *to, *from))
            })
            .collect();
        scored.sort_unstable();
        let mut taken = HashSet::new();
        for (Reverse(similarity), _, to, from) in scored {
            if !taken.contains(&from) && !taken.contains(&to) {
                taken.extend([from, to]);
                renames.push(Rename {
                    from,
                    to,
                    similarity,
                });
            }
        }
    }

    fn candidates(&self) -> Vec<((usize, Entry), (usize, Entry))> {
        let few = self.deleted.len().saturating_mul(self.added.len()) <= PAIRS_LIMIT;
        let mut by_name: HashMap<&[u8], Vec<(usize, Entry)>> = HashMap::new();
        for (n, entry) in &self.deleted {
            let name = if few { &[] } else { self.name(*n) };
            by_name.entry(name).or_default().push((*n, *entry));
        }
        let sources = |to: usize| {
            let name = if few { &[] } else { self.name(to) };
            by_name.get(name).into_iter().flatten()
        };
        self.added
            .iter()
            .flat_map(|(to, new)| sources(*to).map(|from| (*from, (*to, *new))))
            .take(PAIRS_LIMIT)
            .collect()
    }
}

/// What a file's content is made of: hashes of its pieces with the bytes they stand for, sorted.
struct Sketch {
    pieces: Vec<(u64, u64)>,
    size: u64,
}

impl Sketch {
    fn of(objects: &Objects, entry: Entry) -> Option<Self> {
        let blob = entry.file_blob()?;
        let size = objects.blob_size(blob).ok()?;
        if size == 0 || size > SKETCH_LIMIT {
            return None;
        }
        let bytes = objects.blob(blob).ok()?;
        let mut pieces: HashMap<u64, u64> = HashMap::new();
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            for piece in line.chunks(PIECE) {
                let mut hasher = DefaultHasher::new();
                piece.hash(&mut hasher);
                *pieces.entry(hasher.finish()).or_default() += piece.len() as u64;
            }
        }
        let mut pieces: Vec<_> = pieces.into_iter().collect();
        pieces.sort_unstable();
        Some(Self { pieces, size })
    }

    /// The percentage of the larger file that both have; `None` below the threshold. 100 is kept for equal content.
    fn similarity(&self, other: &Self) -> Option<u8> {
        let (small, large) = (self.size.min(other.size), self.size.max(other.size));
        if small * 100 < large * THRESHOLD {
            return None;
        }
        let mut theirs = other.pieces.iter().peekable();
        let mut common = 0;
        for (hash, bytes) in &self.pieces {
            while theirs.next_if(|(other, _)| other < hash).is_some() {}
            if let Some((_, other)) = theirs.next_if(|(other, _)| other == hash) {
                common += bytes.min(other);
            }
        }
        let percent = common * 100 / large;
        (percent >= THRESHOLD).then(|| u8::try_from(percent).unwrap_or(100).min(99))
    }
}

#[cfg(test)]
mod tests;
