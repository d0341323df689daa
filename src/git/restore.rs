//! Moving index, work tree and HEAD: the steps of an applied rewind, each one run of git.
//!
//! Only files that the index holds are ever replaced or removed; nothing here cleans or forces.

use std::io::Write as _;

use anyhow::{Context as _, Result, bail};

use super::command::{Call, path_from_bytes};
use super::conversion::nul_ended;
use super::objects::parse_oid;
use super::repo::Repo;
use super::worktree_file::on_disk;
use crate::model::id::{BlobId, CommitId, Oid, TreeId};
use crate::model::path::RepoPath;
use crate::model::tree::Entry;

/// What the reflog says of HEAD when a rewind moves it.
const REASON: &str = "git plan rewind";

impl Repo {
    /// Makes the index hold `state`, a tree or a commit, and nothing else; files stay as they are.
    ///
    /// # Errors
    /// When git cannot; the index is then as it was.
    pub fn read_index(&self, state: Oid) -> Result<()> {
        let words = ["read-tree", "--reset", &state.to_string()];
        self.done(self.git.call(&words).outlasting())
    }

    /// Takes stat data in, so that git knows which files are as the index says.
    ///
    /// # Errors
    /// When git cannot be started; files that differ are no error.
    pub fn refresh_index(&self) -> Result<()> {
        let words = ["update-index", "-q", "--refresh"];
        let call = self.unhooked(self.git.call(&words))?;
        self.converting(call)?.answer().map(drop)
    }

    /// Steps index and work tree from one tree or commit to another.
    ///
    /// # Errors
    /// When a file to be replaced is not as `from` has it, or cannot be written.
    pub fn step(&self, from: Oid, to: Oid) -> Result<()> {
        let (from, to) = (from.to_string(), to.to_string());
        let words = ["read-tree", "-m", "-u", &from, &to];
        self.done(self.converting(self.git.call(&words))?)
    }

    /// Stages what changed in tracked files.
    ///
    /// # Errors
    /// When git cannot.
    pub fn add_tracked(&self) -> Result<()> {
        self.done(self.converting(self.git.call(&["add", "-u"]))?)
    }

    /// Stages these files, ignored or not.
    ///
    /// # Errors
    /// When git cannot.
    pub fn add_forced(&self, paths: &[RepoPath]) -> Result<()> {
        self.done(self.converting(self.add_listed("-f", paths))?)
    }

    /// Notes these paths in the index without their content.
    ///
    /// # Errors
    /// When git cannot.
    pub fn intend_to_add(&self, paths: &[RepoPath]) -> Result<()> {
        self.done(self.add_listed("-fN", paths).outlasting())
    }

    fn add_listed(&self, flags: &str, paths: &[RepoPath]) -> Call {
        let mut words = vec!["--literal-pathspecs", "add", flags];
        words.extend(["--pathspec-from-file=-", "--pathspec-file-nul"]);
        self.git.call(&words).input(nul_ended(paths))
    }

    /// Writes the index as a tree.
    ///
    /// # Errors
    /// When it holds conflicts or cannot be read.
    pub fn index_tree(&self) -> Result<TreeId> {
        let call = self.unhooked(self.git.synced_call(&["write-tree"]))?;
        parse_oid(&call.outlasting().output()?).map(TreeId)
    }

    /// Puts entries into the index, each with its stage and without stat data.
    ///
    /// # Errors
    /// When git cannot.
    pub fn put_entries(&self, entries: &[(RepoPath, u8, Entry)]) -> Result<()> {
        let mut records = Vec::new();
        for (path, stage, entry) in entries {
            records.extend(format!("{:06o} {} {stage}\t", entry.mode.bits(), entry.oid).bytes());
            records.extend_from_slice(path.as_bytes());
            records.push(0);
        }
        let words = ["update-index", "-z", "--index-info"];
        self.done(self.git.call(&words).outlasting().input(records))
    }

    /// Writes files as the index has them, but for those that git takes for unchanged.
    ///
    /// # Errors
    /// When one cannot be written.
    pub fn check_out(&self, paths: &[RepoPath]) -> Result<()> {
        let words = ["checkout-index", "-f", "-u", "-z", "--stdin"];
        let call = self.git.call(&words).input(nul_ended(paths));
        self.done(self.converting(call)?)
    }

    /// Gives a regular file of the work tree the bytes of a blob, unconverted; its mode stays.
    ///
    /// # Errors
    /// When there is no regular file or it cannot be written.
    pub fn write_raw(&self, path: &RepoPath, blob: BlobId) -> Result<()> {
        let content = self.shared_objects().blob(blob)?;
        let file = on_disk(self.top()?, path)?;
        let context = || format!("writing {path}");
        if !file.symlink_metadata().with_context(context)?.is_file() {
            bail!("{path} is no regular file");
        }
        let mut file = std::fs::File::create(&file).with_context(context)?;
        file.write_all(&content).with_context(context)
    }

    /// Reports whether the index is locked, by a running git or by one that was killed.
    pub fn is_index_locked(&self) -> bool {
        let mut lock = self.layout.index.clone().into_os_string();
        lock.push(".lock");
        std::path::Path::new(&lock).symlink_metadata().is_ok()
    }

    /// Reports whether a branch could go by that name.
    ///
    /// # Errors
    /// When git cannot be started.
    pub fn is_branch_name(&self, name: &str) -> Result<bool> {
        if name.starts_with('-') || name == "HEAD" || name.contains('\0') {
            return Ok(false);
        }
        let words = ["check-ref-format", &branch_ref(name)];
        Ok(self.git.call(&words).answer()?.status == Some(0))
    }

    /// Returns the commit a branch names; `None` when there is no such branch.
    ///
    /// # Errors
    /// When the refs cannot be read.
    pub fn branch_tip(&self, name: &str) -> Result<Option<CommitId>> {
        Ok(self.ref_target(&branch_ref(name))?.map(CommitId))
    }

    /// Reports whether another work tree has a branch checked out.
    ///
    /// # Errors
    /// When git cannot tell.
    pub fn is_branch_elsewhere(&self, name: &str) -> Result<bool> {
        let name = branch_ref(name);
        let words = ["for-each-ref", "--format=%(worktreepath)", &name];
        let printed = self.git.call(&words).output()?;
        let place = path_from_bytes(printed.strip_suffix(b"\n").unwrap_or(&printed));
        Ok(!place.as_os_str().is_empty() && Some(place) != self.layout.top)
    }

    /// Creates a branch; fine if it is there with the same commit.
    ///
    /// # Errors
    /// When it names something else already.
    pub fn create_branch(&self, name: &str, at: CommitId) -> Result<()> {
        let name = branch_ref(name);
        let created = self.update_refs(&format!("create {name}\0{at}\0"));
        self.created(created, &name, at)
    }

    /// Drops a branch that still names `at`.
    ///
    /// # Errors
    /// When it has moved on.
    pub fn drop_branch(&self, name: &str, at: CommitId) -> Result<()> {
        let (name, at) = (branch_ref(name), at.to_string());
        let words = ["update-ref", "--no-deref", "-d", &name, &at];
        self.done(self.git.call(&words).outlasting())
    }

    /// Makes HEAD name a branch; index and work tree stay as they are.
    ///
    /// # Errors
    /// When git cannot.
    pub fn attach_head(&self, branch: &str) -> Result<()> {
        let words = ["symbolic-ref", "-m", REASON, "HEAD", &branch_ref(branch)];
        self.done(self.git.call(&words).outlasting())
    }

    /// Makes HEAD name a commit itself; index and work tree stay as they are.
    ///
    /// # Errors
    /// When git cannot.
    pub fn detach_head(&self, commit: CommitId) -> Result<()> {
        let commit = commit.to_string();
        let words = ["update-ref", "--no-deref", "-m", REASON, "HEAD", &commit];
        self.done(self.git.call(&words).outlasting())
    }

    /// Lets a call that converts files finish as those that only move an index do, where no program
    /// of the user's does it.
    fn converting(&self, call: Call) -> Result<Call> {
        let filters = self.config()?.subsections("filter");
        Ok(match filters.is_empty() {
            true => call.outlasting(),
            false => call,
        })
    }

    fn done(&self, call: Call) -> Result<()> {
        self.top()?;
        self.unhooked(call)?.output().map(drop)
    }
}

/// Returns the whole name of a branch.
pub fn branch_ref(name: &str) -> String {
    format!("refs/heads/{name}")
}
