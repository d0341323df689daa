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
    for event in events {
        let at = style.paint(Tone::Quiet, event.at);
        let action = style.paint(Tone::Strong, Printable::new(&event.action));
        let actor = Printable::new(&event.actor);
        writeln!(
            out,
            "{at}  {action}{}{}  by {actor}",
            subject(event),
            particulars(&event.detail)
        )?;
    }
    Ok(())
}

fn subject(event: &Event) -> String {
    match (event.plan_id, event.task_number) {
        (Some(plan), Some(task)) => format!("  task {plan}.{task}"),
        (Some(plan), None) => format!("  plan {plan}"),
        _ => String::new(),
    }
}

fn particulars(detail: &Value) -> String {
    let Value::Object(members) = detail else {
        return String::new();
    };
    let members = members.iter().filter(|(_, value)| !value.is_null());
    let words = members.map(|(name, value)| {
        let value = value.to_string();
        format!("  {}={}", Printable::new(name), Printable::new(&value))
    });
    words.collect()
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
            json!({"from": "pending", "to": "blocked", "x": null}),
            "1970-01-01T00:00:00Z  task.status  task 1.2  from=\"pending\"  to=\"blocked\"  by A\\n <a@b>\n",
        );
        check(
            None,
            None,
            json!({}),
            "1970-01-01T00:00:00Z  task.status  by A\\n <a@b>\n",
        );
    }
}
