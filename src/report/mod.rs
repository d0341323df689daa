//! Model values as text and JSON; knows nothing but the model, and writes where it is told.

pub mod checkpoint_text;
pub mod diff_text;
pub mod doctor_text;
pub mod evaluation_text;
pub mod gate_text;
pub mod github;
pub mod history_text;
pub mod install_text;
pub mod journal_text;
pub mod json;
pub mod plan_text;
pub mod sarif;
pub mod source_text;
pub mod spec_check_text;
pub mod standing_porcelain;
pub mod standing_text;
pub mod style;
pub mod task_text;
pub mod verification_text;

#[cfg(test)]
mod testing;
