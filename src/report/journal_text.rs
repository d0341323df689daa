//! The journal as text: one line for each thing that happened.

use std::io::{self, Write};

use serde_json::Value;

use crate::model::event::Event;
use crate::model::printable::Printable;

use super::style::{Style, Tone};

/// Writes events in the order given.
///
/// # Errors
/// When `out` cannot be written.
pub fn journal(out: &mut dyn Write, events: &[Event], style: Style) -> io::Result<()> {
    let widest = |width: fn(&Event) -> usize| events.iter().map(width).max().unwrap_or(0);
    let (actions, subjects) = (
        widest(|event| event.action.len()),
        widest(|event| subject(event).len()),
    );
    for event in events {
        let at = style.paint(Tone::Quiet, event.at);
        // Padded before it is painted: escape sequences have no width.
        let action = Printable::new(&event.action).to_string();
        let action = style.paint(Tone::Strong, format_args!("{action:<actions$}"));
        let subject = subject(event);
        let particulars = particulars(&event.detail);
        let actor = Printable::new(&event.actor);
        writeln!(
            out,
            "{at}  {action}  {subject:<subjects$}  {particulars}by {actor}"
        )?;
    }
    Ok(())
}

fn subject(event: &Event) -> String {
    match (event.plan_id, event.task_number) {
        (Some(plan), Some(task)) => format!("task {plan}.{task}"),
        (Some(plan), None) => format!("plan {plan}"),
        _ => String::new(),
    }
}

/// `name=value` for each particular, each followed by two spaces; names for machines are left out.
fn particulars(detail: &Value) -> String {
    let Value::Object(members) = detail else {
        return String::new();
    };
    let members = members
        .iter()
        .filter(|(name, value)| *name != "uid" && !value.is_null() && **value != "");
    let words = members.map(|(name, value)| {
        let value = brief(value);
        format!("{}={}  ", Printable::new(name), Printable::new(&value))
    });
    words.collect()
}

/// Ids are cut as Git cuts them, and one word needs no quotes.
fn brief(value: &Value) -> String {
    match value.as_str() {
        Some(id) if matches!(id.len(), 40 | 64) && id.bytes().all(|b| b.is_ascii_hexdigit()) => {
            id[..8].to_owned()
        }
        Some(word) if word.bytes().all(|b| b.is_ascii_graphic() && b != b'"') => word.to_owned(),
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::{PlanId, TaskNumber};
    use crate::model::time::Timestamp;
    use serde_json::json;

    #[test]
    fn an_event_is_one_line() {
        let check = |plan, task: Option<u32>, detail, expected: &str| {
            let event = Event {
                id: 1,
                at: Timestamp(0),
                actor: "A\n <a@b>".into(),
                action: "task.status".into(),
                plan_id: plan,
                task_number: task.map(TaskNumber),
                detail,
                previous_hash: String::new(),
                hash: String::new(),
            };
            let mut out = Vec::new();
            journal(&mut out, &[event], Style::Plain).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        };
        check(
            Some(PlanId(1)),
            Some(2),
            json!({"from": "pending", "to": "blocked", "uid": "01M8", "worktree": "", "x": null}),
            "1970-01-01T00:00:00Z  task.status  task 1.2  from=pending  to=blocked  by A\\n <a@b>\n",
        );
        check(
            Some(PlanId(1)),
            None,
            json!({"name": "two words", "n": 3, "id": "0123456789012345678901234567890123456789"}),
            "1970-01-01T00:00:00Z  task.status  plan 1  id=01234567  n=3  name=\"two words\"  by A\\n <a@b>\n",
        );
        check(
            None,
            None,
            json!({}),
            "1970-01-01T00:00:00Z  task.status    by A\\n <a@b>\n",
        );
    }
}
