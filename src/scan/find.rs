//! Analogous places: functions, classes, components and routes that are already there.

use anyhow::{Context as _, Result};
use globset::{GlobBuilder, GlobMatcher};

use super::Scanner;
use super::class::{Class, may_be_script};
use super::code::tables_of_sql;
use super::content::{Content, on_each};
use super::deadline::Deadline;
use super::look::{is_binary, parse};
use super::needle::{self, Case, Edges, Needle, Requirement, longest_word};
use super::place::Lines;
use super::prefilter::Prefilter;
use super::room::Room;
use super::routes::{self, RouteMatcher};
use super::tables::{self, TableMatcher};
use crate::error::Failure;
use crate::git::Objects;
use crate::model::find::{Place, PlaceKind, PlaceQuery};
use crate::model::path::RepoPath;
use crate::model::printable::Printable;
use crate::model::spec::PatternForm;
use crate::model::tree::Snapshot;
use crate::syntax::{self, DefinitionKind, Focus, Language, Parsed};

/// How many files are looked at before a limit is asked for again.
const BATCH: usize = 1024;

/// A file to look at.
type File = (RepoPath, Content);

/// An offset, a name, and a route's method.
type Found = (usize, String, Option<String>);

impl Scanner<'_> {
    /// Finds analogous places, in path order; files that cannot be read or parsed hold none.
    ///
    /// # Errors
    /// When a tree cannot be read, or the name is no glob.
    pub fn find(&self, snapshot: &Snapshot, query: &PlaceQuery) -> Result<Vec<Place>> {
        let sought = Sought::new(query)?;
        let limit = query.limit.unwrap_or(usize::MAX);
        let objects = self.repo.objects();
        let files = self.files(&objects, snapshot, query.kind)?;
        let mut places = Vec::new();
        self.progress.begin(files.len());
        let batch = query.limit.map_or(files.len(), |_| BATCH).max(1);
        for batch in files.chunks(batch) {
            let found = on_each((self.repo, &objects), batch, |objects, file| {
                Ok(self.places(objects, file, &sought))
            });
            self.progress.advance(batch.len());
            places.extend(found?.into_iter().flatten());
            if places.len() >= limit {
                break;
            }
        }
        self.progress.end();
        places.truncate(limit);
        Ok(places)
    }

    /// Every file of the snapshot that is code, or may be, by path; with tables, SQL too.
    fn files(&self, objects: &Objects, snapshot: &Snapshot, kind: PlaceKind) -> Result<Vec<File>> {
        let is_code = |path: &RepoPath| match Class::of_path(path) {
            Class::Code => true,
            Class::Sql => kind == PlaceKind::Table,
            Class::Script | Class::Other => may_be_script(path),
        };
        let overlay = &snapshot.overlay;
        let laid_over =
            |path: &RepoPath| overlay.binary_search_by(|(over, _)| over.cmp(path)).is_ok();
        let mut files = Vec::new();
        if let Some(base) = snapshot.base {
            objects.walk_tree(base, &mut |path, entry| {
                if let Some(blob) = entry.file_blob()
                    && is_code(&path)
                    && !laid_over(&path)
                {
                    files.push((path, Content::Blob(blob)));
                }
                Ok(())
            })?;
        }
        let over = overlay.iter().filter(|(path, _)| is_code(path));
        files
            .extend(over.filter_map(|(path, overlay)| Some((path.clone(), Content::of(overlay)?))));
        files.sort_by(|left, right| left.0.cmp(&right.0));
        Ok(files)
    }

    fn places(&self, objects: &Objects, (path, content): &File, sought: &Sought) -> Vec<Place> {
        match content.read(self.repo, objects, path) {
            Ok(source) if !is_binary(&source) => sought.places(path, &source),
            _ => Vec::new(),
        }
    }
}

/// A query, compiled.
struct Sought {
    kind: PlaceKind,
    name: Name,
    /// Upper case.
    method: Option<String>,
    language: Option<Wanted>,
    prefilter: Prefilter,
}

/// Which names are meant.
enum Name {
    Any,
    Glob(GlobMatcher),
    /// A path without wildcards and all routes below it.
    Route(RouteMatcher),
    /// A table, with or without its schema.
    Table(TableMatcher),
}

/// The language that is wanted.
enum Wanted {
    Sql,
    Code(Language),
}

impl Wanted {
    /// Takes a name (`python`) or an extension (`py`).
    fn new(word: &str) -> Result<Self> {
        let word = word.to_ascii_lowercase();
        if word == "sql" {
            return Ok(Self::Sql);
        }
        let by_extension = || Language::of_path(&RepoPath::from(format!("x.{word}").as_str()));
        let found = Language::named(&word).or_else(by_extension);
        let unknown = || {
            let known: Vec<_> = Language::all().map(Language::name).collect();
            Failure::usage(format!("unknown language '{}'", Printable::new(&word))).hint(format!(
                "known are {}, sql, and their extensions",
                known.join(", ")
            ))
        };
        Ok(found.map(Self::Code).ok_or_else(unknown)?)
    }

    /// TSX is TypeScript, too.
    fn means(&self, language: Option<Language>) -> bool {
        match (self, language) {
            (Self::Sql, language) => language.is_none(),
            (Self::Code(wanted), Some(found)) => {
                *wanted == found || (wanted.name(), found.name()) == ("typescript", "tsx")
            }
            (Self::Code(_), None) => false,
        }
    }
}

impl Sought {
    fn new(query: &PlaceQuery) -> Result<Self> {
        let routes = query.kind == PlaceKind::ApiRoute;
        let name = match query.name.as_deref() {
            None => Name::Any,
            Some(name) if routes && !name.contains(['*', '?']) => Name::Route(RouteMatcher::new(
                &PatternForm::Literal(name.to_owned()),
                Case::Exact,
            )?),
            Some(name)
                if query.kind == PlaceKind::Table && !name.contains(['*', '?', '[', '{']) =>
            {
                Name::Table(TableMatcher::new(&PatternForm::Literal(name.to_owned()))?)
            }
            Some(name) if query.kind == PlaceKind::Table => {
                Name::Glob(glob(&name.to_lowercase(), routes)?)
            }
            Some(name) => Name::Glob(glob(name, routes)?),
        };
        let requirement = match (query.kind, &name) {
            (PlaceKind::Table, Name::Table(_)) => {
                let name = query.name.clone().unwrap_or_default();
                Some(tables::requirement(&PatternForm::Literal(name)))
            }
            (PlaceKind::Table, _) => Some(tables::requirement(&PatternForm::Regex(".*".into()))),
            _ => query.name.as_deref().map(|name| requirement(name, routes)),
        };
        let language = query.language.as_deref().map(Wanted::new).transpose()?;
        Ok(Self {
            kind: query.kind,
            name,
            method: query.method.as_deref().map(str::to_ascii_uppercase),
            language,
            prefilter: Prefilter::new(&[requirement.unwrap_or_default()], usize::MAX)?,
        })
    }

    fn means(&self, name: &str) -> bool {
        match &self.name {
            Name::Any => true,
            Name::Glob(glob) if self.kind == PlaceKind::Table => glob.is_match(name.to_lowercase()),
            Name::Table(table) => table.matches(name).is_some(),
            Name::Glob(glob) => glob.is_match(name) || glob.is_match(name.trim_start_matches('/')),
            Name::Route(route) => route.matches("ANY", name),
        }
    }

    fn places(&self, path: &RepoPath, source: &[u8]) -> Vec<Place> {
        let (class, language) = Class::of(path, source);
        let wanted = self.language.as_ref();
        if wanted.is_some_and(|wanted| !wanted.means(language)) {
            return Vec::new();
        }
        let mut found = Vec::new();
        if self.kind == PlaceKind::Component
            && let Some(name) = component_file(path)
            && self.means(&name)
        {
            found.push((0, name, None));
        }
        if self.prefilter.candidates(source) == [true] {
            if let Some(language) = language {
                found.extend(self.in_code(language, path, source));
            } else if class == Class::Sql {
                let tables = tables_of_sql(source).into_iter();
                let meant = tables.filter(|table| self.means(&table.name));
                found.extend(
                    meant.map(|table| (table.last_segments(usize::MAX).start, table.name, None)),
                );
            }
        }
        let lines = Lines::new(source);
        let place = |(offset, name, method)| Place {
            file: path.clone(),
            line: lines.number(offset),
            name,
            method,
            text: lines.text(offset),
        };
        let mut places: Vec<Place> = found.into_iter().map(place).collect();
        places.sort();
        places.dedup();
        places
    }

    fn in_code(&self, language: Language, path: &RepoPath, source: &[u8]) -> Vec<Found> {
        let _room = Room::take(source.len());
        let Ok(parsed) = parse(language, source, Focus::Everywhere, Deadline::NONE) else {
            return Vec::new();
        };
        match self.kind {
            PlaceKind::ApiRoute => {
                let right_method = |method: &str| {
                    let wanted = self.method.as_deref();
                    wanted.is_none_or(|wanted| method == wanted || method == "ANY")
                };
                let routes = parsed.routes(source, path).into_iter();
                routes
                    .filter(|route| right_method(&route.method) && self.means(&route.path))
                    .map(|route| (route.offset, route.path, Some(route.method)))
                    .collect()
            }
            PlaceKind::Table => {
                let literals = parsed.strings().into_iter();
                let tables = literals.flat_map(|literal| {
                    let tables = syntax::sql_tables(&literal.text).into_iter();
                    tables.map(move |it| (literal.source_offset(it.offset), it.name, None))
                });
                tables.filter(|(_, name, _)| self.means(name)).collect()
            }
            PlaceKind::Function | PlaceKind::Class | PlaceKind::Component => {
                self.definitions(&parsed, source)
            }
        }
    }

    fn definitions(&self, parsed: &Parsed, source: &[u8]) -> Vec<Found> {
        let wanted = |found: DefinitionKind| {
            matches!(
                (self.kind, found),
                (PlaceKind::Function, DefinitionKind::Function)
                    | (PlaceKind::Class, DefinitionKind::Class)
                    | (PlaceKind::Component, DefinitionKind::Component)
            )
        };
        let definitions = parsed.definitions(source).into_iter();
        definitions
            .filter(|found| wanted(found.kind) && self.means(&found.name))
            .map(|found| (found.offset, found.name, None))
            .collect()
    }
}

/// The name a single-file component has by its file.
fn component_file(path: &RepoPath) -> Option<String> {
    let name = path.file_name();
    let stem = name
        .strip_suffix(b".vue")
        .or_else(|| name.strip_suffix(b".svelte"))?;
    String::from_utf8(stem.to_vec()).ok()
}

/// A glob over names; in routes `*` crosses `/` and braces are parameters.
fn glob(name: &str, routes: bool) -> Result<GlobMatcher> {
    let escaped = if routes {
        name.replace('{', "[{]").replace('}', "[}]")
    } else {
        name.to_owned()
    };
    let glob = GlobBuilder::new(&escaped)
        .literal_separator(false)
        .build()
        .with_context(|| format!("reading the glob '{}'", Printable::new(name)))?;
    Ok(glob.compile_matcher())
}

/// What a file must hold to define the name: the longest word that no wildcard is part of.
fn requirement(name: &str, routes: bool) -> Requirement {
    let mut depth = 0usize;
    let literal: String = name
        .chars()
        .map(|c| {
            match c {
                '[' | '{' | '<' => depth += 1,
                ']' | '}' | '>' => depth = depth.saturating_sub(1),
                _ if depth == 0 && c != ':' => return c,
                _ => {}
            }
            ' '
        })
        .collect();
    let word = if routes {
        literal
            .rsplit('/')
            .find_map(|segment| longest_word(segment.as_bytes()))
    } else {
        longest_word(literal.as_bytes())
    };
    let Some(word) = word else {
        return Requirement::new();
    };
    if routes {
        let resource = routes::RESOURCE.to_vec();
        return needle::parts(vec![vec![word.to_vec(), resource]]);
    }
    vec![vec![Needle {
        text: word.to_vec(),
        case: Case::Exact,
        edges: Edges::Free,
    }]]
}
