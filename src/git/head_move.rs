//! What a reflog message tells of how HEAD came to its commit.

/// How HEAD came to a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadMove {
    /// The commit was made in this work tree.
    Made,
    /// It was made there in the place of the one before.
    Amended,
    /// A rebase made it, or passed over it, on its way.
    Rebased,
    /// Something that runs no hooks and tells nothing put it, and all of its history that is new,
    /// in the place of the one before.
    Replaced,
    /// `git filter-branch` did, and left the old refs aside.
    Filtered,
    /// It was there already: fetched, checked out, reset to.
    Elsewhere,
}

impl HeadMove {
    /// Reads a message: `<what was run>[ (<step>)]: <what came of it>`. Git never translates them.
    pub(super) fn of(message: &[u8]) -> Self {
        let colon = message.windows(2).position(|pair| pair == b": ");
        let (action, outcome) = match colon {
            Some(at) => (&message[..at], &message[at + 2..]),
            None => (message, &b""[..]),
        };
        let step = step_of(action);
        let verb = action.split(|byte| *byte == b' ').next();
        match (verb.unwrap_or_default(), step) {
            (b"commit", Some(b"amend")) => Self::Amended,
            (b"commit", Some(b"rebase")) => Self::Rebased,
            (b"commit", _) => Self::Made,
            (b"rebase" | b"pull", Some(b"start" | b"finish" | b"abort")) => Self::Elsewhere,
            (b"rebase", _) | (b"pull", Some(_)) => Self::Rebased,
            (b"cherry-pick", None) if outcome == b"fast-forward" => Self::Elsewhere,
            (b"cherry-pick" | b"revert", _) if colon.is_some() => Self::Made,
            (b"am", None) if colon.is_some() => Self::Made,
            (b"merge" | b"pull", None) if is_true_merge(outcome) => Self::Made,
            (b"filter-branch", None) => Self::Filtered,
            (b"fast-import" | b"replay" | b"", None) => Self::Replaced,
            (_, None) if is_of_history(action, outcome) => Self::Replaced,
            _ => Self::Elsewhere,
        }
    }
}

/// The word in the parentheses that end an action.
fn step_of(action: &[u8]) -> Option<&[u8]> {
    let inside = action.strip_suffix(b")")?;
    let open = inside.windows(2).rposition(|pair| pair == b" (")?;
    Some(&inside[open + 2..])
}

/// Knows what `git history` writes, which leaves its own name out.
fn is_of_history(action: &[u8], outcome: &[u8]) -> bool {
    match action {
        b"reword" | b"fixup" | b"split" => outcome.starts_with(b"updating "),
        b"drop" => outcome.starts_with(b"dropping "),
        _ => false,
    }
}

/// Tells a merge that made a commit from a fast-forward.
fn is_true_merge(outcome: &[u8]) -> bool {
    outcome.starts_with(b"Merge made by") || outcome.starts_with(b"In-index merge")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_git_writes() {
        use HeadMove::{Amended, Elsewhere, Filtered, Made, Rebased, Replaced};
        let check = |message: &str, expected: HeadMove| {
            assert_eq!(HeadMove::of(message.as_bytes()), expected, "{message}");
        };
        check("commit: x", Made);
        check("commit (initial): x", Made);
        check("commit (merge): x", Made);
        check("commit (cherry-pick): x", Made);
        check("commit (amend): x: (start)", Amended);
        check("commit (rebase): x", Rebased);
        check("cherry-pick: x", Made);
        check("cherry-pick: fast-forward", Elsewhere);
        check("revert: Revert \"x\"", Made);
        check("am: x", Made);
        check("am --abort", Elsewhere);
        check("merge topic: Merge made by the 'ort' strategy.", Made);
        check("merge a b: Merge made by the 'octopus' strategy.", Made);
        check("merge topic: In-index merge", Made);
        check("merge topic: Fast-forward", Elsewhere);
        check("merge pull: Fast-forward", Elsewhere);
        check("pull: Merge made by the 'ort' strategy.", Made);
        check("pull -q --no-rebase: Merge made by recursive.", Made);
        check("pull https://x.y/z main: Merge made by recursive.", Made);
        check("pull: Fast-forward", Elsewhere);
        check("pull --ff-only: Fast-forward", Elsewhere);
        check("initial pull", Elsewhere);
        check("pull --rebase (start): checkout 1234", Elsewhere);
        check("pull -r (start): checkout 1234", Elsewhere);
        check("pull -r (pick): x", Rebased);
        check("pull -r origin main (continue): x", Rebased);
        check("pull -r (finish): returning to refs/heads/a", Elsewhere);
        check("rebase (start): checkout main", Elsewhere);
        check("rebase -i (start): checkout main", Elsewhere);
        check("rebase (pick): x", Rebased);
        check("rebase (reword): x (start): y", Rebased);
        check("rebase: fast-forward", Rebased);
        check("rebase (finish): returning to refs/heads/a", Elsewhere);
        check("rebase (abort): returning to refs/heads/a", Elsewhere);
        check("reset: moving to HEAD~1", Elsewhere);
        check("checkout: moving from commit: to b", Elsewhere);
        check("clone: from x", Elsewhere);
        check("branch: Reset to x", Elsewhere);
        check("filter-branch: rewrite", Filtered);
        check("fast-import", Replaced);
        check(
            "replay --onto 0123456789012345678901234567890123456789",
            Replaced,
        );
        check("reword: updating HEAD~1", Replaced);
        check("fixup: updating topic", Replaced);
        check("split: updating topic", Replaced);
        check("drop: dropping HEAD~2", Replaced);
        check("drop: something", Elsewhere);
        // As `git replay` had git update-ref write it before Git 2.53.
        check("", Replaced);
    }
}
