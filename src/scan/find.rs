//! Analogous places: functions, classes, components and routes that are already there.

use anyhow::{Context as _, Result};
use globset::{GlobBuilder, GlobMatcher};

use super::Scanner;
use super::class::{Class, may_be_script};
use super::content::{Content, on_each};
use super::look::{is_binary, parse};
use super::needle::{self, Case, Edges, Needle, Requirement, longest_word};
use super::place::Lines;
use super::prefilter::Prefilter;
use super::routes::{self, RouteMatcher};
use crate::git::Objects;
use crate::model::find::{Place, PlaceKind, PlaceQuery};
use crate::model::path::RepoPath;
use crate::model::printable::Printable;
use crate::model::spec::PatternForm;
use crate::model::tree::Snapshot;
use crate::syntax::{DefinitionKind, Parsed};

/// How many files are looked at before a limit is asked for again.
const BATCH: usize = 1024;

/// A file to look at.
type File = (RepoPath, Content);

impl Scanner<'_> {
    /// Finds analogous places, in path order; files that cannot be read or parsed hold none.
    ///
    /// # Errors
    /// When a tree cannot be read, or the name is no glob.
    pub fn find(&self, snapshot: &Snapshot, query: &PlaceQuery) -> Result<Vec<Place>> {
        let sought = Sought::new(query)?;
        let limit = query.limit.unwrap_or(usize::MAX);
        let files = self.code_files(snapshot)?;
        let mut places = Vec::new();
        self.progress.begin(files.len());
        let batch = query.limit.map_or(files.len(), |_| BATCH).max(1);
        for batch in files.chunks(batch) {
            let found = on_each(self.repo, batch, |objects, file| {
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

    /// Every file of the snapshot that is code, or may be, by path.
    fn code_files(&self, snapshot: &Snapshot) -> Result<Vec<File>> {
        let is_code = |path: &RepoPath| Class::of_path(path) == Class::Code || may_be_script(path);
        let overlay = &snapshot.overlay;
        let laid_over =
            |path: &RepoPath| overlay.binary_search_by(|(over, _)| over.cmp(path)).is_ok();
        let mut files = Vec::new();
        if let Some(base) = snapshot.base {
            self.repo.objects()?.walk_tree(base, &mut |path, entry| {
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
    prefilter: Prefilter,
}

/// Which names are meant.
enum Name {
    Any,
    Glob(GlobMatcher),
    /// A path without wildcards and all routes below it.
    Route(RouteMatcher),
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
            Some(name) => Name::Glob(glob(name, routes)?),
        };
        let requirement = query.name.as_deref().map(|name| requirement(name, routes));
        Ok(Self {
            kind: query.kind,
            name,
            method: query.method.as_deref().map(str::to_ascii_uppercase),
            prefilter: Prefilter::new(&[requirement.unwrap_or_default()])?,
        })
    }

    fn means(&self, name: &str) -> bool {
        match &self.name {
            Name::Any => true,
            Name::Glob(glob) => glob.is_match(name) || glob.is_match(name.trim_start_matches('/')),
            Name::Route(route) => route.matches("ANY", name),
        }
    }

    fn places(&self, path: &RepoPath, source: &[u8]) -> Vec<Place> {
        let lines = Lines::new(source);
        let place = |offset: usize, name: String, method: Option<String>| Place {
            file: path.clone(),
            line: lines.number(offset),
            name,
            method,
            text: lines.text(offset),
        };
        let mut places = Vec::new();
        if self.kind == PlaceKind::Component
            && let Some(name) = component_file(path)
            && self.means(&name)
        {
            places.push(place(0, name, None));
        }
        if self.prefilter.candidates(source) != [true] {
            return places;
        }
        let (_, Some(language)) = Class::of(path, source) else {
            return places;
        };
        let Ok(parsed) = parse(language, source) else {
            return places;
        };
        match self.kind {
            PlaceKind::ApiRoute => {
                let right_method = |method: &str| {
                    self.method
                        .as_deref()
                        .is_none_or(|wanted| method == wanted || method == "ANY")
                };
                let routes = parsed.routes(source, path).into_iter();
                let meant =
                    routes.filter(|route| right_method(&route.method) && self.means(&route.path));
                places
                    .extend(meant.map(|route| place(route.offset, route.path, Some(route.method))));
            }
            kind => {
                let found = self.definitions(&parsed, source, kind);
                places.extend(
                    found
                        .into_iter()
                        .map(|(offset, name)| place(offset, name, None)),
                );
            }
        }
        places.sort();
        places.dedup();
        places
    }

    fn definitions(&self, parsed: &Parsed, source: &[u8], kind: PlaceKind) -> Vec<(usize, String)> {
        let wanted = |found: DefinitionKind| {
            matches!(
                (kind, found),
                (PlaceKind::Function, DefinitionKind::Function)
                    | (PlaceKind::Class, DefinitionKind::Class)
                    | (PlaceKind::Component, DefinitionKind::Component)
            )
        };
        let definitions = parsed.definitions(source).into_iter();
        let meant = definitions.filter(|found| wanted(found.kind) && self.means(&found.name));
        meant.map(|found| (found.offset, found.name)).collect()
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
