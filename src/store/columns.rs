//! How model values are written to columns and read back.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::model::checkpoint::Origin;
use crate::model::diff::Change;
use crate::model::evidence::EvidenceKind;
use crate::model::id::{
    BlobId, CheckpointId, CommitId, EvidenceId, JobId, PhaseId, PlanId, SpecHash, SpecId, TaskId,
    TaskNumber, TreeId, WorktreeName,
};
use crate::model::path::RepoPath;
use crate::model::plan::PlanStatus;
use crate::model::task::{AuditStatus, TaskStatus};
use crate::model::time::Timestamp;

/// Wrappers of something that SQLite knows.
macro_rules! as_inner {
    ($($name:ident)*) => {$(
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                FromSql::column_result(value).map(Self)
            }
        }
    )*};
}

/// Values with a textual form that reads back.
macro_rules! as_text {
    ($($name:ident)*) => {$(
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.to_string().into())
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_str()?.parse().map_err(|error| other(error))
            }
        }
    )*};
}

as_inner!(PlanId TaskId SpecId PhaseId JobId CheckpointId EvidenceId);
as_inner!(TaskNumber SpecHash WorktreeName);
as_text!(CommitId TreeId BlobId PlanStatus TaskStatus AuditStatus Origin Change);

fn other(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> FromSqlError {
    FromSqlError::Other(error.into())
}

impl ToSql for Timestamp {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.to_string().into())
    }
}

impl FromSql for Timestamp {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        match text.strip_prefix('@') {
            Some(seconds) => seconds.parse().map(Self).map_err(other),
            None => text
                .parse()
                .map(|moment: jiff::Timestamp| Self(moment.as_second()))
                .map_err(other),
        }
    }
}

impl ToSql for EvidenceKind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Verification => "verification",
            Self::Claim => "claim",
        }
        .into())
    }
}

impl FromSql for EvidenceKind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "verification" => Ok(Self::Verification),
            "claim" => Ok(Self::Claim),
            word => Err(other(format!("unknown kind of evidence {word:?}"))),
        }
    }
}

impl ToSql for RepoPath {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(text_or_blob(self.as_bytes()))
    }
}

impl FromSql for RepoPath {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_bytes().map(Self::new)
    }
}

/// Bytes, as TEXT where they are UTF-8, so that other tools show them and compare them.
#[derive(Debug)]
pub(super) struct Bytes(pub(super) Vec<u8>);

impl ToSql for Bytes {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(text_or_blob(&self.0))
    }
}

impl FromSql for Bytes {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(Self(value.as_bytes()?.to_vec()))
    }
}

/// As for [`Bytes`].
pub(super) fn text_or_blob(bytes: &[u8]) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(match str::from_utf8(bytes) {
        Ok(_) => ValueRef::Text(bytes),
        Err(_) => ValueRef::Blob(bytes),
    })
}

/// A JSON value in a TEXT column.
#[derive(Debug)]
pub(super) struct Json(pub(super) serde_json::Value);

impl ToSql for Json {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.to_string().into())
    }
}

impl FromSql for Json {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?)
            .map(Self)
            .map_err(other)
    }
}

/// Bytes as lower-case hex digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
