//! docs/commands.md says of every verb what its help says.

use std::fmt::Write as _;
use std::path::Path;

use clap::{Arg, Command};

use super::man;

const START: &str = "<!-- made by `GIT_PLAN_UPDATE_DOCS=1 cargo test --lib commands_page` from the command line -->\n";
const END: &str = "<!-- to here -->\n";

/// Every verb: what it does, how it is called, what its words mean, how its help ends.
fn reference() -> String {
    let mut text = String::new();
    man::visit(&man::built(), &mut |verb| {
        if !verb.has_subcommands() {
            chapter(&mut text, verb)?;
        }
        Ok(())
    })
    .unwrap();
    text
}

fn chapter(text: &mut String, verb: &Command) -> anyhow::Result<()> {
    let usage = verb.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim().to_owned();
    let name = verb.get_bin_name().unwrap_or_default();
    let about = verb.get_about().map(ToString::to_string);
    writeln!(text, "\n### {name}\n\n{}.\n", about.unwrap_or_default())?;
    for line in usage.lines() {
        writeln!(text, "    {}", line.trim())?;
    }
    let words = verb
        .get_arguments()
        .filter(|word| !word.is_hide_set() && !["help", "color"].contains(&word.get_id().as_str()));
    let words: Vec<&Arg> = words.collect();
    if !words.is_empty() {
        writeln!(text, "\n| | |\n|---|---|")?;
    }
    for word in words {
        writeln!(text, "| {} | {} |", spelled(word), meaning(word))?;
    }
    if let Some(after) = verb.get_after_help() {
        closing(text, &after.to_string())?;
    }
    Ok(())
}

fn spelled(word: &Arg) -> String {
    if word.is_positional() {
        return format!("`{word}`");
    }
    let value = word.get_num_args().filter(|count| count.takes_values());
    let names = word.get_value_names().unwrap_or_default().join(" ");
    let value = value.map_or_else(String::new, |_| format!(" {names}"));
    let short = word.get_short().map(|it| format!("`-{it}`"));
    let long = word.get_long().map(|it| format!("`--{it}{value}`"));
    let both: Vec<String> = short.into_iter().chain(long).collect();
    both.join(", ")
}

fn meaning(word: &Arg) -> String {
    let mut text = word.get_help().map(ToString::to_string).unwrap_or_default();
    let values = word.get_possible_values();
    let shown = values.iter().filter(|value| !value.is_hide_set());
    let names: Vec<String> = shown
        .map(|value| format!("`{}`", value.get_name()))
        .collect();
    let takes = word
        .get_num_args()
        .is_some_and(|count| count.takes_values());
    if takes && !names.is_empty() {
        text += &format!(": {}", names.join(", "));
    }
    let defaults: Vec<_> = word
        .get_default_values()
        .iter()
        .map(|it| it.to_string_lossy())
        .collect();
    if takes && !defaults.is_empty() {
        text += &format!(" (default `{}`)", defaults.join(" "));
    }
    text.replace('|', "\\|")
}

/// Lines with an indent are code, others prose.
fn closing(text: &mut String, after: &str) -> std::fmt::Result {
    for paragraph in after.split("\n\n") {
        writeln!(text)?;
        let mut was_prose = false;
        for line in paragraph.lines() {
            let is_code = line.starts_with("  ");
            if is_code && was_prose {
                writeln!(text)?;
            }
            writeln!(text, "{}{line}", if is_code { "  " } else { "" })?;
            was_prose = !is_code;
        }
    }
    Ok(())
}

#[test]
fn the_commands_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/commands.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page
        .split_once(START)
        .expect("the page says where it starts");
    let (made, after) = rest.split_once(END).expect("the page says where it ends");
    let reference = format!("{}\n", reference());
    if std::env::var_os("GIT_PLAN_UPDATE_DOCS").is_some() {
        let page = format!("{before}{START}{reference}{END}{after}");
        std::fs::write(&path, page).unwrap();
        return;
    }
    let at = |text: &str, number: usize| text.lines().nth(number).map(str::to_owned);
    let differs = (0..).find(|number| {
        let (ours, theirs) = (at(&reference, *number), at(made, *number));
        ours != theirs || ours.is_none()
    });
    let number = differs.unwrap_or_default();
    assert!(
        made == reference,
        "docs/commands.md is not what the command line says: {:?}, not {:?}",
        at(made, number),
        at(&reference, number)
    );
}
