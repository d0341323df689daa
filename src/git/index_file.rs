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
    pub(super) extensions: Extensions<'a>,
}

/// What follows the entries of an index: signatures, each with its bytes.
pub(super) struct Extensions<'a>(Vec<(&'a [u8], &'a [u8])>);

/// What an index starts with.
#[derive(Clone, Copy)]
pub(super) struct Header {
    version: u32,
    /// How many entries follow.
    pub(super) count: u32,
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
        let Header { version, count } = rest.header()?;
        // The count is not believed before the entries have been seen.
        let at_most = rest.0.len() / (BEFORE_ID + id_length);
        let mut entries = Vec::with_capacity(at_most.min(usize::try_from(count).ok()?));
        for _ in 0..count {
            let entry = rest.entry(version, id_length, entries.last())?;
            entries.push(entry);
        }
        Some(Self {
            entries,
            extensions: Extensions::read(rest)?,
        })
    }
}

impl<'a> Extensions<'a> {
    /// Reads all that follows the entries but for the checksum at the end.
    pub(super) fn read(mut rest: Reader<'a>) -> Option<Self> {
        let mut extensions = Vec::new();
        while !rest.0.is_empty() {
            let signature = rest.take(4)?;
            let length = usize::try_from(rest.number()?).ok()?;
            extensions.push((signature, rest.take(length)?));
        }
        Some(Self(extensions))
    }

    /// Whether every entry is here, each for one file: none kept elsewhere (a split index), or
    /// standing for a directory (a sparse one).
    pub(super) fn is_whole(&self) -> bool {
        self.get(*b"link").is_none() && self.get(*b"sdir").is_none()
    }

    pub(super) fn get(&self, signature: [u8; 4]) -> Option<&'a [u8]> {
        let mut found = self.0.iter();
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
        is_unmerged(self.flags)
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
        is_intended(self.more)
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

const fn is_unmerged(flags: u16) -> bool {
    flags & 0x3000 != 0
}

const fn is_intended(more: u16) -> bool {
    more & 0x2000 != 0
}

/// What an entry has before its path.
struct Head<'a> {
    facts: &'a [u8],
    flags: u16,
    more: u16,
    /// How many bytes were left to be read where it starts.
    left: usize,
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

    pub(super) fn header(&mut self) -> Option<Header> {
        let is_index = self.take(4)? == b"DIRC";
        let (version, count) = (self.number()?, self.number()?);
        (is_index && matches!(version, 2..=4)).then_some(Header { version, count })
    }

    fn entry(
        &mut self,
        version: u32,
        id_length: usize,
        before: Option<&Entry<'_>>,
    ) -> Option<Entry<'a>> {
        let head = self.head(id_length)?;
        let path = if version == 4 {
            let before = before.map_or(&[][..], |entry| &entry.path);
            let kept = before.len().checked_sub(self.left_out()?)?;
            Cow::Owned([before.get(..kept)?, self.until(0)?].concat())
        } else {
            Cow::Borrowed(self.padded_path(&head)?)
        };
        Some(Entry {
            facts: head.facts,
            flags: head.flags,
            more: head.more,
            path,
        })
    }

    /// Passes over an entry; returns whether it stands for a file that a commit would hold.
    pub(super) fn pass_entry(&mut self, header: Header, id_length: usize) -> Option<bool> {
        let head = self.head(id_length)?;
        if header.version == 4 {
            self.left_out()?;
            self.until(0)?;
        } else {
            self.padded_path(&head)?;
        }
        Some(!is_unmerged(head.flags) && !is_intended(head.more))
    }

    fn head(&mut self, id_length: usize) -> Option<Head<'a>> {
        let left = self.0.len();
        let facts = self.take(BEFORE_ID + id_length)?;
        let flags = self.flags()?;
        let more = match flags & EXTENDED {
            0 => 0,
            _ => self.flags()?,
        };
        Some(Head {
            facts,
            flags,
            more,
            left,
        })
    }

    /// The path of an entry before version 4, padded with NULs to a multiple of eight.
    fn padded_path(&mut self, head: &Head<'_>) -> Option<&'a [u8]> {
        let path = match head.flags & NAME_LENGTH {
            NAME_LENGTH => self.until(0)?,
            length => {
                let path = self.take(usize::from(length))?;
                self.take(1)?;
                path
            }
        };
        let length = head.left - self.0.len();
        self.take(length.next_multiple_of(8) - length)?;
        Some(path)
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
