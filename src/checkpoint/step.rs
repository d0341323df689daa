//! The steps of a rewind: one description, printed as lines of shell or done through git.

use anyhow::{Context as _, Result};

use super::script;
use crate::crash;
use crate::error::Failure;
use crate::git::{Repo, branch_ref};
use crate::model::id::{BlobId, CommitId, Oid, TreeId};
use crate::model::path::RepoPath;
use crate::model::tree::Entry;

/// Takes stat data in, so that Git knows which files are as the index says.
const REFRESH: &str = "git update-index -q --refresh || :";

/// One step of a rewind; the state to come back to is saved before the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Go on only if a tree of the saved state is this one: the rest relies on it.
    Expect(Part, TreeId),
    /// Let the index hold this and nothing else.
    ReadIndex(Source),
    /// Let Git find out which files are as the index says.
    Refresh,
    /// Stage what changed in tracked files.
    AddTracked,
    /// Stage files that Git does not track.
    AddForced(Vec<RepoPath>),
    /// Note the index as [`Source::Tracked`].
    NoteTracked,
    /// Step index and work tree from one state to another.
    Switch(Source, Oid),
    /// Write files that Git takes for unchanged, put into the index anew so that it does not.
    CheckOutAgain(Vec<(RepoPath, Entry)>),
    /// Write bytes that Git would not make of the blob in the index.
    WriteRaw(RepoPath, BlobId),
    /// Put entries into the index, each with its stage: conflicts, and files Git is to look at anew.
    PutEntries(Vec<(RepoPath, u8, Entry)>),
    /// Note paths in the index without their content.
    IntendToAdd(Vec<RepoPath>),
    /// Create a branch.
    CreateBranch(String, CommitId),
    /// Let HEAD name a branch.
    AttachHead(String),
    /// Let HEAD name a commit itself.
    DetachHead(CommitId),
    /// Drop a branch that an interrupted rewind created.
    DropBranch(String, CommitId),
}

/// A tree of a saved state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The work tree.
    WorkTree,
    /// The index, whose commit is that parent.
    Index(usize),
}

impl Part {
    fn suffix(self) -> String {
        match self {
            Self::WorkTree => String::new(),
            Self::Index(parent) => format!("^{parent}"),
        }
    }
}

/// What a step reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The state saved before the first step.
    Saved,
    /// The index noted by [`Step::NoteTracked`].
    Tracked,
    /// A tree or a commit.
    Object(Oid),
}

impl Source {
    fn shown(self) -> String {
        match self {
            Self::Saved => "\"$NOW\"".to_owned(),
            Self::Tracked => "\"$TRACKED\"".to_owned(),
            Self::Object(oid) => oid.to_string(),
        }
    }
}

impl Step {
    /// Writes the step as lines of POSIX shell for the top of the work tree.
    pub(super) fn lines(&self) -> Vec<String> {
        let branch = |name: &str, command: &dyn Fn(&str) -> String| {
            vec![script::with_path(
                &branch_ref(name).as_str().into(),
                command,
            )]
        };
        match self {
            Self::Expect(part, tree) => vec![format!(
                "test \"$(git rev-parse \"$NOW{}^{{tree}}\")\" = {tree}",
                part.suffix()
            )],
            Self::ReadIndex(source) => vec![format!("git read-tree --reset {}", source.shown())],
            Self::Refresh => vec![REFRESH.to_owned()],
            Self::AddTracked => vec!["git -c core.safecrlf=false add -u".to_owned()],
            Self::AddForced(paths) => script::piped(&records(paths), &add_listed("-f")),
            Self::NoteTracked => vec!["TRACKED=$(git write-tree)".to_owned()],
            Self::Switch(from, to) => {
                vec![format!("git read-tree -m -u {} {to}", from.shown())]
            }
            Self::CheckOutAgain(files) => {
                let (entries, paths) = again(files);
                let mut lines = Self::PutEntries(entries).lines();
                lines.extend(script::piped(
                    &records(&paths),
                    "git checkout-index -f -u -z --stdin",
                ));
                lines
            }
            Self::WriteRaw(path, blob) => vec![script::with_path(path, |path| {
                format!("git cat-file blob {blob} > {path}")
            })],
            Self::PutEntries(entries) => {
                script::piped(&entry_records(entries), "git update-index -z --index-info")
            }
            Self::IntendToAdd(paths) => script::piped(&records(paths), &add_listed("-N -f")),
            Self::CreateBranch(name, at) => {
                branch(name, &|name| format!("git update-ref {name} {at} ''"))
            }
            Self::AttachHead(name) => branch(name, &|name| format!("git symbolic-ref HEAD {name}")),
            Self::DetachHead(commit) => vec![format!("git update-ref --no-deref HEAD {commit}")],
            Self::DropBranch(name, at) => {
                branch(name, &|name| format!("git update-ref -d {name} {at}"))
            }
        }
    }
}

/// Does the steps, in order; `saved` is the state to come back to. `watch` sees every step that
/// was done, and stops what follows by an error.
///
/// # Errors
/// When a step cannot be done; those before it have been.
pub fn apply(
    repo: &Repo,
    steps: &[Step],
    saved: CommitId,
    watch: &mut dyn FnMut(&Step) -> Result<()>,
) -> Result<()> {
    let mut run = Run {
        repo,
        saved,
        tracked: None,
    };
    steps.iter().try_for_each(|step| {
        run.step(step)?;
        crash::point();
        watch(step)
    })
}

struct Run<'a> {
    repo: &'a Repo,
    saved: CommitId,
    tracked: Option<TreeId>,
}

impl Run<'_> {
    fn step(&mut self, step: &Step) -> Result<()> {
        let repo = self.repo;
        match step {
            Step::Expect(part, tree) => self.expect(*part, *tree),
            Step::ReadIndex(source) => repo.read_index(self.object(*source)?),
            Step::Refresh => repo.refresh_index(),
            Step::AddTracked => repo.add_tracked(),
            Step::AddForced(paths) => repo.add_forced(paths),
            Step::NoteTracked => {
                self.tracked = Some(repo.index_tree()?);
                Ok(())
            }
            Step::Switch(from, to) => repo.step(self.object(*from)?, *to),
            Step::CheckOutAgain(files) => {
                let (entries, paths) = again(files);
                repo.put_entries(&entries)?;
                repo.check_out(&paths)
            }
            Step::WriteRaw(path, blob) => repo.write_raw(path, *blob),
            Step::PutEntries(entries) => repo.put_entries(entries),
            Step::IntendToAdd(paths) => repo.intend_to_add(paths),
            Step::CreateBranch(name, at) => repo.create_branch(name, *at),
            Step::AttachHead(name) => repo.attach_head(name),
            Step::DetachHead(commit) => repo.detach_head(*commit),
            Step::DropBranch(name, at) => repo.drop_branch(name, *at),
        }
    }

    fn object(&self, source: Source) -> Result<Oid> {
        Ok(match source {
            Source::Saved => self.saved.0,
            Source::Tracked => self.tracked.context("no index was noted")?.0,
            Source::Object(oid) => oid,
        })
    }

    fn expect(&self, part: Part, tree: TreeId) -> Result<()> {
        let saved = self.repo.commit(self.saved)?;
        let found = match part {
            Part::WorkTree => saved.tree,
            Part::Index(number) => {
                let parent = saved.parents.get(number - 1);
                let parent = parent.context("the saved state has no index")?;
                self.repo.commit(*parent)?.tree
            }
        };
        if found == tree {
            return Ok(());
        }
        Err(Failure::fatal("the work tree changed meanwhile")
            .hint("ask again when nothing else is changing files")
            .into())
    }
}

/// Reads paths, each ended by a NUL, and adds just them.
fn add_listed(flags: &str) -> String {
    format!(
        "git --literal-pathspecs -c core.safecrlf=false add {flags} --pathspec-from-file=- --pathspec-file-nul"
    )
}

/// What is put into the index, and which files are then written from there.
fn again(files: &[(RepoPath, Entry)]) -> (Vec<(RepoPath, u8, Entry)>, Vec<RepoPath>) {
    let entries = files.iter().map(|(path, entry)| (path.clone(), 0, *entry));
    let paths = files.iter().map(|(path, _)| path.clone());
    (entries.collect(), paths.collect())
}

fn records(paths: &[RepoPath]) -> Vec<Vec<u8>> {
    paths.iter().map(|path| path.as_bytes().to_vec()).collect()
}

fn entry_records(entries: &[(RepoPath, u8, Entry)]) -> Vec<Vec<u8>> {
    let record = |(path, stage, entry): &(RepoPath, u8, Entry)| {
        let start = format!("{:06o} {} {stage}\t", entry.mode.bits(), entry.oid);
        [start.as_bytes(), path.as_bytes()].concat()
    };
    entries.iter().map(record).collect()
}
