//! Reading an index file: its entries, and what follows them
//! (the format is Git's `gitformat-index`).

use std::borrow::Cow;

/// Bytes of an entry before its object id: times, device, inode, mode, owner, size.
const BEFORE_ID: usize = 40;

const EXTENDED: u16 = 0x4000;
const NAME_LENGTH: u16 = 0x0fff;

/// What an index file holds.
pub(super) struct IndexFile<'a> {
    /// Sorted by path.
    pub(super) entries: Vec<Entry<'a>>,
    extensions: Vec<(&'a [u8], &'a [u8])>,
}

/// One path of an index, and what its file was like when Git last looked.
pub(super) struct Entry<'a> {
    facts: &'a [u8],
    flags: u16,
    more: u16,
    pub(super) path: Cow<'a, [u8]>,
}

/// A moment in a file's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) seconds: u32,
    /// 0 where whoever wrote the index kept none.
    pub(super) nanoseconds: u32,
}

/// What Git notes of a file to tell later whether it was touched, cut to 32 bits as Git does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Signs {
    pub(super) changed: Moment,
    pub(super) modified: Moment,
    pub(super) inode: u32,
    pub(super) user: u32,
    pub(super) group: u32,
    pub(super) size: u32,
}

impl<'a> IndexFile<'a> {
    /// Reads the bytes of an index; `None` when they are not understood.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        // It does not say how long its object ids are; with the wrong length nothing fits.
        [20, 32]
            .into_iter()
            .find_map(|id_length| Self::read_as(bytes, id_length))
    }

    fn read_as(bytes: &'a [u8], id_length: usize) -> Option<Self> {
        let mut rest = Reader(bytes.get(..bytes.len().checked_sub(id_length)?)?);
        if rest.take(4)? != b"DIRC" {
            return None;
        }
        let (version, count) = (rest.number()?, rest.number()?);
        if !matches!(version, 2..=4) {
            return None;
        }
        // The count is not believed before the entries have been seen.
        let at_most = rest.0.len() / (BEFORE_ID + id_length);
        let mut entries = Vec::with_capacity(at_most.min(usize::try_from(count).ok()?));
        for _ in 0..count {
            let entry = rest.entry(version, id_length, entries.last())?;
            entries.push(entry);
        }
        let mut extensions = Vec::new();
        while !rest.0.is_empty() {
            let signature = rest.take(4)?;
            let length = usize::try_from(rest.number()?).ok()?;
            extensions.push((signature, rest.take(length)?));
        }
        Some(Self {
            entries,
            extensions,
        })
    }

    /// Whether every entry is here, each for one file: none kept elsewhere (a split index), or
    /// standing for a directory (a sparse one).
    pub(super) fn is_whole(&self) -> bool {
        self.extension(*b"link").is_none() && self.extension(*b"sdir").is_none()
    }

    pub(super) fn extension(&self, signature: [u8; 4]) -> Option<&'a [u8]> {
        let mut found = self.extensions.iter();
        found.find(|(name, _)| *name == signature).map(|it| it.1)
    }
}

impl<'a> Entry<'a> {
    pub(super) fn signs(&self) -> Signs {
        Signs {
            changed: self.moment(0),
            modified: self.moment(8),
            inode: self.number(20),
            user: self.number(28),
            group: self.number(32),
            size: self.number(36),
        }
    }

    /// Kind and permissions, as in a tree.
    pub(super) fn mode(&self) -> u32 {
        self.number(24)
    }

    /// The bytes of the object's id.
    pub(super) fn id(&self) -> &'a [u8] {
        self.facts.get(BEFORE_ID..).unwrap_or_default()
    }

    /// Whether it is one side of a conflict.
    pub(super) const fn is_unmerged(&self) -> bool {
        self.flags & 0x3000 != 0
    }

    /// Whether Git was told that the file never changes.
    pub(super) const fn is_assumed_unchanged(&self) -> bool {
        self.flags & 0x8000 != 0
    }

    /// Whether Git was told that the file need not be on the disk.
    pub(super) const fn is_skipped(&self) -> bool {
        self.more & 0x4000 != 0
    }

    /// Whether only the intent to add it is recorded.
    pub(super) const fn is_intended(&self) -> bool {
        self.more & 0x2000 != 0
    }

    fn moment(&self, at: usize) -> Moment {
        Moment {
            seconds: self.number(at),
            nanoseconds: self.number(at + 4),
        }
    }

    fn number(&self, at: usize) -> u32 {
        let bytes = self.facts.get(at..at + 4);
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, u32::from_be_bytes)
    }
}

/// Bytes still to be read.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// Takes what comes before `end`, and `end`.
    pub(super) fn until(&mut self, end: u8) -> Option<&'a [u8]> {
        let length = self.0.iter().position(|byte| *byte == end)?;
        let taken = self.take(length)?;
        self.take(1)?;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        let bytes = self.take(4)?.try_into().ok()?;
        Some(u32::from_be_bytes(bytes))
    }

    fn flags(&mut self) -> Option<u16> {
        let bytes = self.take(2)?.try_into().ok()?;
        Some(u16::from_be_bytes(bytes))
    }

    fn entry(
        &mut self,
        version: u32,
        id_length: usize,
        before: Option<&Entry<'_>>,
    ) -> Option<Entry<'a>> {
        let start = self.0.len();
        let facts = self.take(BEFORE_ID + id_length)?;
        let flags = self.flags()?;
        let more = match flags & EXTENDED {
            0 => 0,
            _ => self.flags()?,
        };
        let path = if version == 4 {
            let before = before.map_or(&[][..], |entry| &entry.path);
            let kept = before.len().checked_sub(self.left_out()?)?;
            Cow::Owned([before.get(..kept)?, self.until(0)?].concat())
        } else {
            let path = match flags & NAME_LENGTH {
                NAME_LENGTH => self.until(0)?,
                length => {
                    let path = self.take(usize::from(length))?;
                    self.take(1)?;
                    path
                }
            };
            // Padded with NULs to a multiple of eight.
            let length = start - self.0.len();
            self.take(length.next_multiple_of(8) - length)?;
            Cow::Borrowed(path)
        };
        Some(Entry {
            facts,
            flags,
            more,
            path,
        })
    }

    /// How much of the name before a name of version 4 leaves out: seven bits a byte, the higher
    /// first, and one more for each byte that goes on, as in a pack's offsets.
    fn left_out(&mut self) -> Option<usize> {
        let mut byte = *self.take(1)?.first()?;
        let mut length = usize::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = *self.take(1)?.first()?;
            length = length.checked_add(1)?.checked_mul(0x80)? | usize::from(byte & 0x7f);
        }
        Some(length)
    }
}
