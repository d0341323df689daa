//! Routers that are mounted on others of the same file: what is declared on them is told with the
//! prefixes of every place they are mounted at.

use std::collections::HashMap;
use std::ops::Range;

use super::code::{Call, Code};
use super::{Route, method, path};

/// At so many places may a router be mounted; beyond it, its routes are told as they stand.
const PLACES_LIMIT: usize = 64;

/// How many routers may be mounted on one another.
const DEPTH_LIMIT: usize = 8;

/// A variable and where it was last assigned, or a function and where its body starts.
type Router<'a> = (&'a str, usize);

/// What is mounted where.
pub(super) struct Mounts<'a> {
    /// What is assigned to each variable, in order.
    assigned: HashMap<&'a str, Vec<Assigned<'a>>>,
    mounts: Vec<Mount<'a>>,
    /// For routes by their number, what they are declared on, and where.
    declared: Vec<(usize, Router<'a>, usize)>,
}

/// A value of a variable.
#[derive(Clone, Copy)]
struct Assigned<'a> {
    at: usize,
    router: Router<'a>,
    /// The function that gives it.
    function: &'a str,
}

struct Mount<'a> {
    what: Router<'a>,
    onto: Router<'a>,
    /// Where it is mounted, in tokens.
    at: usize,
    prefix: String,
    /// What the router itself put in front, which this mount puts aside.
    dropped: String,
}

impl<'a> Mounts<'a> {
    /// Nothing is mounted yet.
    pub(super) fn new(code: &Code<'a>) -> Self {
        let mut mounts = Self {
            assigned: HashMap::new(),
            mounts: Vec::new(),
            declared: Vec::new(),
        };
        for at in 0..code.len() {
            if let Some(call) = code.call(at).filter(|call| code.begins_chain(*call)) {
                let is_plain = !code.is_separator(code.before(at));
                let function = if is_plain { code.text(at) } else { "" };
                let start = code.chain_start(at);
                let is_same = start + 2 == at && returns_router(code.text(at));
                let same = is_same.then(|| mounts.router(code.text(start), at));
                if let Some(variable) = code.assigned(call) {
                    mounts.assign(variable, at, (same, function));
                }
            } else if code.text(at) == "[" && code.text(code.before(at)) == "=" {
                let variable = at.checked_sub(2).map_or("", |name| code.text(name));
                mounts.assign(variable, at, (None, ""));
            }
        }
        mounts
    }

    fn assign(&mut self, variable: &'a str, at: usize, value: (Option<Router<'a>>, &'a str)) {
        let (same, function) = value;
        self.assigned.entry(variable).or_default().push(Assigned {
            at,
            router: same.unwrap_or((variable, at)),
            function,
        });
    }

    /// The routes of these numbers are declared by a call on a router.
    pub(super) fn declare(&mut self, code: &Code<'a>, routes: Range<usize>, call: Call) {
        self.declare_on(router_of(code, call), routes, call.name);
    }

    /// The routes of these numbers are declared at a token on a router.
    pub(super) fn declare_on(&mut self, router: &'a str, routes: Range<usize>, at: usize) {
        let on = self.router(router, at);
        self.declared.extend(routes.map(|number| (number, on, at)));
    }

    /// A call hands a router to a function of this file, which declares on it; what the router puts in
    /// front by itself is `prefix`.
    pub(super) fn hand_over(&mut self, code: &Code<'a>, call: Call, router: usize, prefix: &str) {
        let body = code.functions.get(code.text(call.name));
        if let Some(body) = body.filter(|_| !code.defines(call)) {
            self.mounts.push(Mount {
                what: (body.name, body.open),
                onto: self.router(code.text(router), call.name),
                at: call.name,
                prefix: prefix.to_owned(),
                dropped: String::new(),
            });
        }
    }

    /// A call mounts what a range names (`users`, `users.routes()`, `make_users()`) on what it is
    /// called on, at a path; what the router puts in front by itself may be `dropped`.
    pub(super) fn mount(
        &mut self,
        code: &Code<'a>,
        call: Call,
        what: Range<usize>,
        [prefix, dropped]: [&str; 2],
    ) {
        let start = what.start + 2 * usize::from(is_own(code, what.start));
        let name = Some(code.text(start)).filter(|_| code.is_name(start));
        let is_call = code
            .call(start)
            .is_some_and(|call| call.close + 1 == what.end);
        let is_member = code.is_separator(start + 1);
        let Some(name) = name.filter(|_| is_call || is_member || start + 1 == what.end) else {
            return;
        };
        let last = self.last_assigned(name, start);
        let function = last.map_or("", |last| last.function);
        let bodies = [name, function].map(|name| code.functions.get(name).copied());
        let bodies = bodies
            .into_iter()
            .flatten()
            .map(|body| (body.name, body.open));
        let variable = last.filter(|_| !is_call).map(|last| last.router);
        for what in variable.into_iter().chain(bodies) {
            self.mounts.push(Mount {
                what,
                onto: self.router(router_of(code, call), call.name),
                at: call.name,
                prefix: prefix.to_owned(),
                dropped: dropped.to_owned(),
            });
        }
    }

    fn router(&self, name: &'a str, at: usize) -> Router<'a> {
        self.last_assigned(name, at)
            .map_or((name, 0), |last| last.router)
    }

    fn last_assigned(&self, name: &str, at: usize) -> Option<Assigned<'a>> {
        let all = self.assigned.get(name)?;
        let before = all.partition_point(|assigned| assigned.at <= at);
        all.get(before.checked_sub(1)?).copied()
    }

    /// The routes, those of mounted routers with what is in front of them.
    pub(super) fn compose(self, code: &Code<'a>, found: Vec<Route>) -> Vec<Route> {
        if self.mounts.is_empty() {
            return found;
        }
        let mut by_router: HashMap<Router<'a>, Vec<usize>> = HashMap::new();
        for (number, mount) in self.mounts.iter().enumerate() {
            by_router.entry(mount.what).or_default().push(number);
        }
        let places = Places {
            mounts: &self.mounts,
            by_router: &by_router,
            parents: Vec::new(),
        };
        let parents = self.mounts.iter();
        let parents = parents
            .map(|mount| places.known(code, mount.onto, mount.at))
            .collect();
        let places = Places { parents, ..places };
        let mut composed = Vec::with_capacity(found.len());
        let mut declared = self.declared.iter().peekable();
        for (number, route) in found.into_iter().enumerate() {
            let own = declared.next_if(|(declared, ..)| *declared == number);
            let router = own.and_then(|(_, on, at)| places.known(code, *on, *at));
            let paths = router.map(|router| places.paths(router, &route.path, DEPTH_LIMIT));
            match paths.flatten() {
                None => composed.push(route),
                Some(paths) => composed.extend(paths.into_iter().map(|path| Route {
                    path,
                    ..route.clone()
                })),
            }
        }
        composed
    }
}

/// Where routers are mounted.
struct Places<'m, 'a> {
    mounts: &'m [Mount<'a>],
    by_router: &'m HashMap<Router<'a>, Vec<usize>>,
    /// For each mount, the router it is made on, if that is mounted itself.
    parents: Vec<Option<Router<'a>>>,
}

impl<'a> Places<'_, 'a> {
    /// The router, or else the function around, whichever is mounted.
    fn known(&self, code: &Code<'a>, router: Router<'a>, at: usize) -> Option<Router<'a>> {
        let around = code.functions.values().filter(|body| body.holds(at));
        let mut around: Vec<Router<'a>> = around.map(|body| (body.name, body.open)).collect();
        around.sort_by_key(|(_, open)| *open);
        let mut routers = std::iter::once(router).chain(around.into_iter().rev());
        routers.find(|router| self.by_router.contains_key(router))
    }

    /// A path declared on a router as it is from outside; `None` when there are too many.
    fn paths(&self, router: Router<'a>, path: &str, depth: usize) -> Option<Vec<String>> {
        let depth = depth.checked_sub(1)?;
        let mut paths = Vec::new();
        for number in self.by_router.get(&router)? {
            let mount = self.mounts.get(*number)?;
            let rest = path.strip_prefix(mount.dropped.as_str());
            let rest = rest.filter(|rest| rest.is_empty() || rest.starts_with('/'));
            let rest = rest.unwrap_or(path);
            let path = path::join(&mount.prefix, rest);
            match self.parents.get(*number).copied().flatten() {
                Some(parent) => paths.extend(self.paths(parent, &path, depth)?),
                None if paths.contains(&path) => {}
                None => paths.push(path),
            }
            if paths.len() > PLACES_LIMIT {
                return None;
            }
        }
        Some(paths)
    }
}

/// The variable that a call is made on: `a` in `a.b(c).d()`, `b` in `this.b.d()`; where a chain begins
/// with something new, the one that it is assigned to.
pub(super) fn router_of<'a>(code: &Code<'a>, call: Call) -> &'a str {
    let start = code.chain_start(call.name);
    let is_new = code.text(code.before(start)) == "new"
        || code.text(start + 1) == "::"
        || code.call(start).is_some();
    if let Some(variable) = code.assigned(call).filter(|_| is_new) {
        return variable;
    }
    code.text(start + 2 * usize::from(is_own(code, start)))
}

/// Whether a method gives back the router that it is called on.
fn returns_router(name: &str) -> bool {
    let names = [
        "fallback",
        "layer",
        "merge",
        "nest",
        "route",
        "service",
        "use",
        "with_state",
    ];
    names.contains(&name) || method(name).is_some()
}

/// Whether a name is that of the object whose method this is.
fn is_own(code: &Code<'_>, at: usize) -> bool {
    matches!(code.text(at), "this" | "self") && code.is_separator(at + 1)
}
