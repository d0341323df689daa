//! A title: the one text about a thing that must say something.

use anyhow::Result;

use crate::error::Failure;

/// Returns `text` when it says something.
///
/// # Errors
/// A usage failure that calls the text `what` when it is empty or white space.
pub(super) fn title<'a>(what: &str, text: &'a str) -> Result<&'a str> {
    if text.trim().is_empty() {
        return Err(Failure::usage(format!("the {what} must not be empty")).into());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Status, status_of};

    #[test]
    fn a_title_says_something() {
        assert_eq!(title("name", " a ").unwrap(), " a ");
        for empty in ["", " ", "\t\n\u{3000}"] {
            assert_eq!(status_of(&title("name", empty).unwrap_err()), Status::Usage);
        }
    }
}
