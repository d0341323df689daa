//! Standard input read to its end, whatever is in it: a hook that stops early breaks Git's pipe.

use std::io::Read;

use anyhow::{Context as _, Result};

use crate::error::Failure;

/// More than a million refs; past it a push is not judged.
pub const LIMIT: u64 = 256 << 20;

/// Reads all of `input`, which is an error past `limit` bytes but is drained even then.
pub fn read_to_end(mut input: impl Read, limit: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input
        .by_ref()
        .take(limit)
        .read_to_end(&mut bytes)
        .context("reading standard input")?;
    let excess =
        std::io::copy(&mut input, &mut std::io::sink()).context("reading standard input")?;
    if excess > 0 {
        let total = limit.saturating_add(excess);
        return Err(Failure::fatal(format!(
            "standard input holds {total} bytes, the limit is {limit}"
        ))
        .into());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_up_to_the_limit_and_drains_beyond() {
        assert_eq!(read_to_end(&b"abc"[..], 3).unwrap(), b"abc");
        let mut input = &b"abcdef"[..];
        let error = read_to_end(&mut input, 3).unwrap_err();
        assert!(error.to_string().contains("6 bytes"), "{error}");
        assert!(input.is_empty());
    }
}
