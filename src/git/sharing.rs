//! What `core.sharedRepository` asks of new files.

use super::config::Config;

/// Who besides the owner may use what is written into the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// Nothing is asked; the umask decides.
    Umask,
    /// At least these permission bits.
    AtLeast(u32),
    /// Exactly these.
    Exactly(u32),
}

impl Sharing {
    /// Reads the setting; nonsense counts as unset, since Git itself complains about it.
    fn parse(value: Option<&str>) -> Self {
        match value.map(str::to_ascii_lowercase).as_deref() {
            Some("group" | "true" | "yes" | "on" | "1") => Self::AtLeast(0o660),
            Some("all" | "world" | "everybody" | "2") => Self::AtLeast(0o664),
            Some(other) if other.starts_with('0') => match u32::from_str_radix(other, 8) {
                Ok(mode) if mode & 0o600 == 0o600 => Self::Exactly(mode & 0o666),
                _ => Self::Umask,
            },
            _ => Self::Umask,
        }
    }

    /// Applies the setting to the mode of a program or directory: who may read it may also run or
    /// enter it.
    pub const fn widen(self, mode: u32) -> u32 {
        let bits = match self {
            Self::Umask => return mode,
            Self::AtLeast(bits) => mode | bits,
            Self::Exactly(bits) => bits,
        };
        bits | (bits & 0o444) >> 2
    }
}

impl Config {
    /// Returns what `core.sharedRepository` says.
    pub fn sharing(&self) -> Sharing {
        Sharing::parse(self.get("core.sharedRepository"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sharing_as_git_reads_it() {
        let check = |value: Option<&str>, mode: u32| {
            assert_eq!(Sharing::parse(value).widen(0o700), mode, "{value:?}");
        };
        check(None, 0o700);
        check(Some("umask"), 0o700);
        check(Some("false"), 0o700);
        check(Some("0"), 0o700);
        check(Some("group"), 0o770);
        check(Some("TRUE"), 0o770);
        check(Some("1"), 0o770);
        check(Some("everybody"), 0o775);
        check(Some("2"), 0o775);
        check(Some("0640"), 0o750);
        check(Some("0044"), 0o700);
        check(Some("0999"), 0o700);
    }
}
