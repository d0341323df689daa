//! Objects through one long-lived `git cat-file`, for repositories that libgit2 refuses.

use std::cell::RefCell;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout};

use anyhow::{Context as _, Result, bail};

use super::command::Git;
use super::objects::Kind;
use crate::model::id::Oid;

/// Two children, each started when first needed: one answers with contents, one with sizes.
pub(super) struct Batch {
    git: Git,
    contents: RefCell<Option<Conversation>>,
    headers: RefCell<Option<Conversation>>,
}

impl Batch {
    pub(super) fn new(git: Git) -> Self {
        Self {
            git,
            contents: RefCell::default(),
            headers: RefCell::default(),
        }
    }

    pub(super) fn git(&self) -> &Git {
        &self.git
    }

    /// Returns an object's kind and content; `None` when the repository lacks it.
    pub(super) fn read(&self, oid: Oid) -> Result<Option<(Kind, Vec<u8>)>> {
        self.converse(&self.contents, "--batch", |talk| talk.content(oid))
            .with_context(|| format!("reading object {oid}"))
    }

    /// Returns an object's kind and size; `None` when the repository lacks it.
    pub(super) fn header(&self, oid: Oid) -> Result<Option<(Kind, u64)>> {
        self.converse(&self.headers, "--batch-check", |talk| talk.header(oid))
            .with_context(|| format!("looking up object {oid}"))
    }

    /// A child that once failed is not asked again: what it would say next could belong to an
    /// earlier question.
    fn converse<T>(
        &self,
        slot: &RefCell<Option<Conversation>>,
        mode: &str,
        ask: impl FnOnce(&mut Conversation) -> Result<T>,
    ) -> Result<T> {
        let mut talk = match slot.borrow_mut().take() {
            Some(talk) => talk,
            None => Conversation::begin(self.git.call(&["cat-file", mode]).spawn()?)?,
        };
        let answer = ask(&mut talk)?;
        if !talk.has_ended {
            *slot.borrow_mut() = Some(talk);
        }
        Ok(answer)
    }
}

/// A running child with both ends of its pipes.
struct Conversation {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    has_ended: bool,
}

impl Conversation {
    fn begin(mut child: Child) -> Result<Self> {
        let questions = child.stdin.take();
        let answers = child.stdout.take().context("git has no output")?;
        Ok(Self {
            child,
            questions,
            answers: BufReader::new(answers),
            has_ended: false,
        })
    }

    fn header(&mut self, oid: Oid) -> Result<Option<(Kind, u64)>> {
        let questions = self.questions.as_mut().context("git takes no input")?;
        questions.write_all(format!("{oid}\n").as_bytes())?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        match words.as_slice() {
            [_, "missing"] => Ok(None),
            [_, kind, size] => Ok(Some((
                Kind::from_word(kind).with_context(|| format!("unknown kind {kind:?}"))?,
                size.parse()?,
            ))),
            // Before 2.44 git cannot be told to fetch nothing; it gives up on an object that is
            // only promised, since we allow it no way to fetch.
            [] => {
                self.has_ended = true;
                Ok(None)
            }
            _ => bail!("git gave no answer"),
        }
    }

    fn content(&mut self, oid: Oid) -> Result<Option<(Kind, Vec<u8>)>> {
        let Some((kind, size)) = self.header(oid)? else {
            return Ok(None);
        };
        let mut content = Vec::new();
        self.answers
            .by_ref()
            .take(size + 1)
            .read_to_end(&mut content)?;
        if content.pop() != Some(b'\n') || u64::try_from(content.len())? != size {
            bail!("git broke off in the middle of it");
        }
        Ok(Some((kind, content)))
    }
}

/// A closed input lets the child end; it is waited for so that it does not stay as a zombie.
impl Drop for Conversation {
    fn drop(&mut self) {
        drop(self.questions.take());
        if self.answers.buffer().is_empty() {
            // Nothing is owed to us, so it is not blocked on its output.
            let _ = self.child.wait();
        } else {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
