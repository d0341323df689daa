//! The present state of work tree and index, written as trees: what a checkpoint holds.

use std::collections::BTreeSet;

use anyhow::Result;

use super::disk::{Found, Stamp, WorkTree};
use super::graft::{Edits, graft};
use super::raw;
use super::wanted::{
    Repository, Wanted, add_ignored, add_unlike, repository_at, staged_only, unchanged, wanted,
};
use crate::git::{Objects, Repo, Staged, Status};
use crate::model::checkpoint::LeftOut;
use crate::model::id::{BlobId, CommitId, TreeId};
use crate::model::path::RepoPath;
use crate::model::tree::{Entry, Mode};

/// `plan.checkpoint.maxFileSize` where it is not set, in bytes.
const SIZE_LIMIT: u64 = 10 << 20;

/// How often a file that changes while it is read is read again.
const ROUNDS: usize = 3;

/// Work tree and index as they are now; the objects are stored, no ref holds them.
#[derive(Debug)]
pub(super) struct Present {
    /// The commit HEAD names, and its tree.
    pub(super) head: Option<(CommitId, TreeId)>,
    /// The index, without paths in conflict and paths added with intent only.
    pub(super) index: TreeId,
    /// The work tree: tracked as on the disk, plus untracked and not ignored.
    pub(super) tree: TreeId,
    /// Conflicts: base, ours and theirs.
    pub(super) stages: Vec<(RepoPath, [Option<Entry>; 3])>,
    /// Paths added with intent only that `tree` holds.
    pub(super) intended: Vec<RepoPath>,
    /// Paths of `tree` that Git does not track.
    pub(super) untracked: Vec<RepoPath>,
    /// Files whose bytes are not what Git would check out from `tree`.
    pub(super) raw: Vec<(RepoPath, BlobId)>,
    pub(super) left_out: Vec<LeftOut>,
}

impl Present {
    /// Looks at everything and stores what the object database lacks. Index, work tree, HEAD and refs stay as they are.
    ///
    /// `also` are files to hold although Git may ignore them.
    pub(super) fn capture(repo: &Repo, also: &[RepoPath]) -> Result<Self> {
        let (convertible, sizes) = (repo.look_for_convertible()?, repo.look_at_sizes()?);
        let mut status = repo.changes()?;
        add_ignored(repo, &mut status, also)?;
        let objects = repo.objects();
        let head = match status.head {
            Some(id) => Some((id, repo.commit(id)?.tree)),
            None => None,
        };
        let index = graft(&objects, head.map(|(_, tree)| tree), &staged(&status))?;
        let convertible = convertible.files(repo)?;
        let has_attributes = convertible.is_some();
        let convertible = convertible.unwrap_or_default();
        add_unlike(&mut status, sizes.unlike_blobs(&objects, &convertible));
        let mut reader = Reader::new(repo, &objects)?;
        reader.submodules(&status);
        let (wanted, staged_only) = (wanted(&status), staged_only(&status));
        let unchanged = unchanged(&status, convertible);
        let known = staged_only.iter().chain(&unchanged).map(|(path, _)| path);
        let paths = wanted.iter().map(|wanted| &wanted.path).chain(known);
        let mut paths: Vec<RepoPath> = paths.cloned().collect();
        if !has_attributes && !repo.has_attributes_above(&paths)? {
            paths.clear();
        }
        let conversions = repo.look_up_conversions(&paths)?;
        reader.read(wanted)?;
        let read = [&reader.hashed[..], &staged_only].concat();
        let conversions = conversions.known(repo)?.into_iter().collect();
        let raw = raw::find(repo, &objects, &conversions, (&read, &unchanged))?;
        reader.take_as_added(&status, &raw)?;
        let tree = graft(&objects, Some(index), &reader.edits)?;
        let held = |path: &RepoPath| matches!(reader.edits.get(path), Some(Some(_)));
        Ok(Self {
            head,
            index,
            tree,
            stages: status
                .unmerged
                .iter()
                .map(|unmerged| (unmerged.path.clone(), unmerged.stages))
                .collect(),
            intended: status
                .changed
                .iter()
                .filter(|changed| changed.intent_to_add && held(&changed.path))
                .map(|changed| changed.path.clone())
                .collect(),
            untracked: status
                .untracked
                .iter()
                .filter(|path| held(path))
                .cloned()
                .collect(),
            raw,
            left_out: reader.left_out,
        })
    }
}

/// How the index differs from HEAD. A path in conflict has no place in a tree.
fn staged(status: &Status) -> Edits {
    let changed = status.changed.iter().filter_map(|changed| {
        let entry = match changed.staged? {
            Staged::Deleted => None,
            Staged::Entry(entry) => Some(entry),
        };
        Some((changed.path.clone(), entry))
    });
    let unmerged = status
        .unmerged
        .iter()
        .map(|unmerged| (unmerged.path.clone(), None));
    changed.chain(unmerged).collect()
}

/// Takes files from the disk into the object database.
struct Reader<'a> {
    repo: &'a Repo,
    objects: &'a Objects,
    disk: WorkTree<'a>,
    size_limit: u64,
    executable_bit: bool,
    links: bool,
    edits: Edits,
    /// Regular files that went through Git's filters.
    hashed: Vec<(RepoPath, Entry)>,
    left_out: Vec<LeftOut>,
}

impl<'a> Reader<'a> {
    fn new(repo: &'a Repo, objects: &'a Objects) -> Result<Self> {
        let config = repo.config()?;
        let size_limit = config.int("plan.checkpoint.maxFileSize")?;
        Ok(Self {
            repo,
            objects,
            disk: WorkTree::new(repo.top()?),
            size_limit: size_limit
                .and_then(|limit| u64::try_from(limit).ok())
                .unwrap_or(SIZE_LIMIT),
            executable_bit: config.bool("core.fileMode", cfg!(unix))?,
            links: config.bool("core.symlinks", true)?,
            edits: Edits::new(),
            hashed: Vec::new(),
            left_out: Vec::new(),
        })
    }

    fn leave_out(&mut self, path: &RepoPath, reason: impl Into<String>) {
        self.left_out.push(LeftOut {
            path: path.clone(),
            reason: reason.into(),
        });
    }

    /// Their links are in the index; what is inside is for their own repositories to keep.
    fn submodules(&mut self, status: &Status) {
        for changed in &status.changed {
            match repository_at(changed) {
                Some(Repository::Linked) => {
                    self.leave_out(&changed.path, "a submodule: held as the link the index has");
                }
                Some(Repository::Nested) => {
                    self.edits.insert(changed.path.clone(), None);
                    self.leave_out(&changed.path, "a repository of its own");
                }
                None => {}
            }
        }
        for unmerged in &status.unmerged {
            if unmerged.submodule {
                self.leave_out(&unmerged.path, "a submodule in conflict");
            }
        }
        for nested in &status.nested {
            self.leave_out(nested, "a repository of its own");
        }
    }

    /// Reads every path, again when it changes meanwhile.
    fn read(&mut self, mut waiting: Vec<Wanted>) -> Result<()> {
        for round in 1..=ROUNDS {
            let files = self.look(waiting)?;
            let paths: Vec<RepoPath> = files
                .iter()
                .map(|(wanted, _)| wanted.path.clone())
                .collect();
            let blobs = self.repo.hash_files(&paths)?;
            waiting = Vec::new();
            for ((wanted, stamp), blob) in files.into_iter().zip(blobs) {
                let steady = self.disk.look(&wanted.path)? == Found::File(stamp.clone());
                if round < ROUNDS && (blob.is_none() || !steady) {
                    waiting.push(wanted);
                    continue;
                }
                let Some(blob) = blob else {
                    self.leave_out(&wanted.path, "could not be read");
                    continue;
                };
                if !steady {
                    self.leave_out(&wanted.path, "kept changing: one state of it is held");
                }
                let entry = Entry {
                    mode: self.mode(&wanted, &stamp),
                    oid: blob.0,
                };
                self.hashed.push((wanted.path.clone(), entry));
                self.edits.insert(wanted.path, Some(entry));
            }
            if waiting.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// `git add` leaves the line ends of a file alone whose index entry has them too.
    fn take_as_added(&mut self, status: &Status, raw: &[(RepoPath, BlobId)]) -> Result<()> {
        let raw: BTreeSet<&RepoPath> = raw.iter().map(|(path, _)| path).collect();
        let in_index = status.changed.iter().filter_map(|changed| {
            let entry = match changed.staged {
                Some(Staged::Entry(entry)) => entry,
                Some(Staged::Deleted) => return None,
                None => changed.head?,
            };
            let reread = raw.contains(&changed.path)
                && changed.worktree.is_some()
                && entry.file_blob().is_some();
            reread.then(|| (changed.path.clone(), entry))
        });
        let in_index: Vec<(RepoPath, Entry)> = in_index.collect();
        if in_index.is_empty() {
            return Ok(());
        }
        for (path, added) in self.repo.added_over(&in_index)? {
            if let Some(Some(entry)) = self.edits.get_mut(&path) {
                entry.oid = added.oid;
            }
        }
        Ok(())
    }

    fn mode(&self, wanted: &Wanted, stamp: &Stamp) -> Mode {
        match wanted.mode {
            Some(mode @ (Mode::File | Mode::Executable)) => mode,
            _ if self.executable_bit && stamp.executable => Mode::Executable,
            _ => Mode::File,
        }
    }

    /// Deals with all that is no regular file and returns the files.
    fn look(&mut self, waiting: Vec<Wanted>) -> Result<Vec<(Wanted, Stamp)>> {
        let mut files = Vec::new();
        for wanted in waiting {
            let entry = match self.disk.look(&wanted.path)? {
                Found::Nothing | Found::Directory => None,
                Found::Link(target) => Some(self.link(&target)?),
                Found::Special => {
                    self.leave_out(&wanted.path, "a pipe, socket or device");
                    None
                }
                Found::File(stamp) if !wanted.tracked && stamp.size > self.size_limit => {
                    let reason = format!("{} bytes: over {}", stamp.size, self.size_limit);
                    self.leave_out(&wanted.path, reason);
                    continue;
                }
                Found::File(_) if self.repo.is_denied(&wanted.path)? => {
                    self.leave_out(&wanted.path, "not readable");
                    continue;
                }
                // Where links are not supported a file holds the target.
                Found::File(_) if wanted.mode == Some(Mode::Symlink) && !self.links => {
                    Some(self.link(&self.disk.read(&wanted.path)?)?)
                }
                Found::File(stamp) => {
                    files.push((wanted, stamp));
                    continue;
                }
            };
            if entry.is_some() || wanted.tracked {
                self.edits.insert(wanted.path, entry);
            }
        }
        Ok(files)
    }

    fn link(&self, target: &[u8]) -> Result<Entry> {
        Ok(Entry {
            mode: Mode::Symlink,
            oid: self.objects.write_blob(target)?.0,
        })
    }
}
