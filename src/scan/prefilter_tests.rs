//! The prefilter by table, and against searches without it.

use std::cell::Cell;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::super::agenda::Agenda;
use super::super::deadline::Deadline;
use super::super::look::{Filter, Look, Viewer};
use super::super::needle::{blocks, words};
use super::super::place::Spot;
use super::super::remarks::tests::{NAMES as NAMES_OF_SOUP, PIECES, framed};
use super::super::tests::{look, pattern, rule, spec};
use super::*;
use crate::model::path::RepoPath;
use crate::model::spec::{Pattern, PatternKind};
use crate::syntax::Language;

#[test]
fn every_group_must_occur_in_its_own_manner() {
    let requirements = [
        words("jwt.sign", Case::Exact),
        words("User", Case::Exact),
        words("user", Case::Folded),
        blocks("foo(bar)", Case::Exact),
        Requirement::new(),
    ];
    let for_files = [1, usize::MAX].map(|files| Prefilter::new(&requirements, files).unwrap());
    let check = |text: &str, expected: [bool; 5]| {
        for prefilter in &for_files {
            assert_eq!(prefilter.candidates(text.as_bytes()), expected, "{text}");
        }
    };
    check("jwt\n.sign", [true, false, false, false, true]);
    check("jwt signer", [false, false, false, false, true]);
    check("USER", [false, false, true, false, true]);
    check("a User", [false, true, true, false, true]);
    check("foo(bar)", [false, false, false, true, true]);
    check("foo(bar)s foo (bar)", [false, false, false, true, true]);
    check("uſer", [false, false, true, false, true]);
    check("", [false, false, false, false, true]);
}

const NAMES: [&str; 6] = ["user", "User", "sign", "user_id", "posts", "edit"];

/// `A` and `B` become names; `Ω` does as `A`, with a letter that only folds to an s.
const SOURCES: [(&str, &[&str]); 5] = [
    (
        "a.js",
        &[
            "A.B(1)",
            "A\n  // B\n  .B()",
            "A // why\n  .B()",
            "Ω.B(1)",
            "A?.B",
            "const A = {\"B\": 1}",
            "// A.B",
            "`x ${A} B`",
            "import { A } from './B/A'",
            "class A extends B {}",
            "q(\"SELECT *\\nFROM\\nA\")",
            "A(B)",
            "A /* x */ B",
            "router.get('/A/:id/B', h)",
            "app.post(\"/A\", (a) => B)",
            "q(`delete from public.A`)",
            "A_B",
            "'A B'",
        ],
    ),
    (
        "a.py",
        &[
            "A.B(1)",
            "@A\ndef B(): pass",
            "class A(B): pass",
            "# A.B",
            "s = 'update A set x = 1'",
            "A(B)",
            "from A import B",
            "s = f'{A} B'",
            "@app.get('/A/{id}')\ndef B(): pass",
            "x = A \\\n  .B",
            "x = (A # why\n  .B)",
            "x = 1if A else B",
            "Ω = B",
            "AB = 1",
            "s = ('select a '\n  'from A join B')",
            "if A:\n    '''B'''",
            "path('A/B', v)",
        ],
    ),
    (
        "config/routes.rb",
        &[
            "resources :A",
            "get '/A/B', to: 'x#y'",
            "A&.B",
            "class A < B; end",
            "x = \"#{A} B\"",
            "@A = :B",
            "namespace :A do\n  resources :B\nend",
            "# A",
            "q(\"select * from A\")",
            "resource :A",
        ],
    ),
    (
        "a.rs",
        &[
            "use A::B;",
            "fn A() { B!(1) }",
            "A::<T>::B()",
            "// A",
            "struct A { B: u8 }",
            "let x = \"A\";",
            "x.route(\"/A/{id}\", get(B))",
            "A::B",
        ],
    ),
    (
        "m.sql",
        &[
            "SELECT * FROM A;",
            "-- A",
            "INSERT INTO public.A SELECT 1 FROM B;",
            "DROP TABLE \"A\";",
        ],
    ),
];

const PATTERNS: [(PatternKind, &[&str]); 5] = [
    (
        PatternKind::Identifiers,
        &[
            "A",
            "A.B",
            "A::B",
            "@A",
            "class A",
            "A!",
            "./B/A",
            "/^A/",
            "/A.*B$/",
            "/(?i)a/",
            "/A|B/",
            "/import A/",
            "import { A } from",
            "/A.?B/",
            "/./",
            "/[[:upper:]]/",
        ],
    ),
    (
        PatternKind::Expressions,
        &[
            "A",
            "A(B)",
            "A B",
            "'A",
            "/A\\s*B/",
            "/A.B/",
            "/^A/",
            "from A",
            "/(A|B)\\(/",
        ],
    ),
    (PatternKind::SqlTables, &["A", "public.A", "/A/", "/^A|B$/"]),
    (
        PatternKind::ApiRoutes,
        &[
            "/A",
            "/A/:id",
            "/A/:x/B",
            "/A/new",
            "/A/:id/edit",
            "/A/B",
            "/A|B/",
            "/^.A$/",
            "/edit$/",
            "/post_id/",
        ],
    ),
    (
        PatternKind::Structures,
        &[
            "A.B($$$)",
            "A($X)",
            "$X.B($$$)",
            "A($$$, B)",
            "class A extends $B {}",
            "class A($$$): $$$",
            "'A'",
            "A",
            "q($X)",
            "$X if A else B",
            "router.get($P, $H)",
            "struct A { $$$ }",
            "resources :A",
        ],
    ),
];

fn filled(template: &str, first: usize, second: usize) -> String {
    let fill = |c| match c {
        'A' => NAMES[first].to_owned(),
        'B' => NAMES[second].to_owned(),
        'Ω' => NAMES[first].replace('s', "ſ"),
        c => String::from(c),
    };
    template.chars().map(fill).collect()
}

fn spots(look: Look) -> Vec<(usize, Vec<Spot>)> {
    let searched = look
        .searched
        .into_iter()
        .map(|(id, search)| (id, search.spots));
    searched.filter(|(_, spots)| !spots.is_empty()).collect()
}

#[test]
fn the_prefilter_loses_nothing() {
    let pair = || (0..NAMES.len(), 0..NAMES.len());
    // Mostly the same two names, or a pattern would rarely meet the line it is meant for.
    let own = || proptest::option::weighted(0.3, pair());
    // Few, or another line keeps the file in when the prefilter loses one.
    let statements = proptest::collection::vec((any::<usize>(), own()), 1..5);
    let patterns = proptest::collection::vec((0..PATTERNS.len(), any::<usize>(), own()), 8..20);
    let names = (pair(), any::<bool>());
    let strategy = (0..SOURCES.len(), statements, patterns, names);
    let (cases, hits) = (Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(Config {
        cases: 400,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(
        &strategy,
        |(language, statements, patterns, (names, ignore_case))| {
            let (path, templates) = SOURCES[language];
            let statement = |(at, own): (usize, Option<(usize, usize)>)| {
                let (a, b) = own.unwrap_or(names);
                filled(templates[at % templates.len()], a, b)
            };
            let source: Vec<_> = statements.into_iter().map(statement).collect();
            let source = source.join("\n") + "\n";
            let one = |(kind, at, own): (usize, usize, Option<(usize, usize)>)| {
                let (a, b) = own.unwrap_or(names);
                let (kind, templates) = PATTERNS[kind];
                pattern(kind, &filled(templates[at % templates.len()], a, b))
            };
            let mut rule = rule("r", patterns.into_iter().map(one).collect());
            rule.ignore_case = ignore_case;
            let spec = spec(vec![rule]);
            let with = spots(look(&spec, path, source.as_bytes(), Filter::On));
            let without = spots(look(&spec, path, source.as_bytes(), Filter::Off));
            cases.set(cases.get() + 1);
            hits.set(hits.get() + usize::from(!without.is_empty()));
            prop_assert_eq!(with, without, "{}", source);
            Ok(())
        },
    );
    outcome.unwrap();
    assert!(
        hits.get() * 2 >= cases.get(),
        "{} of {}",
        hits.get(),
        cases.get()
    );
}

/// How a language puts strings together.
struct Spelling {
    path: &'static str,
    /// `§` becomes a string of SQL, `¶` one that is a path, `α` a name.
    statements: &'static [&'static str],
    quotes: [&'static str; 2],
    /// What may stand where a piece ends and the next one begins.
    joins: &'static [&'static str],
}

const SPELLINGS: [Spelling; 10] = [
    Spelling {
        path: "a.py",
        statements: &[
            "q(§)",
            "@app.get(¶)\ndef f(): pass",
            "urlpatterns = [re_path(¶, v)]",
            "urlpatterns = [path(¶, v), url(¶, w)]",
            "r = APIRouter(prefix=¶)\n@r.get(¶)\ndef f(): pass",
            "ROOT = ¶\n@app.get(f'{ROOT}α')\ndef f(): pass",
            "@app.get(¶ % x)\ndef f(): pass",
            "b = Blueprint('b', n, url_prefix=¶)\n@b.get(¶)\ndef f(): pass\na.register_blueprint(b, url_prefix=¶)",
            "r = Router()\nr.register(¶, V)\nurlpatterns = [re_path(¶, include(r.urls))]",
        ],
        quotes: ["\"", "\""],
        joins: &["\" + \"", "\" \"", "\" \\\n \"", "\" + \"\" + \"", "\\\n"],
    },
    Spelling {
        path: "a.js",
        statements: &[
            "q(§)",
            "app.get(¶, (a) => b)",
            "const root = ¶;\napp.get(`${root}α`, (a) => b)",
            "const root = ¶;\napp.get(root + ¶, (a) => b)",
            "app.get(¶.concat(¶), (a) => b)",
            "const r = Router();\nr.get(¶, (a) => b);\napp.use(¶, r)",
        ],
        quotes: ["`", "`"],
        joins: &["` + `", "` +\n`", "${''}", "${``}", "` + '' + `"],
    },
    Spelling {
        path: "a.ts",
        statements: &["q(§)", "@Controller(¶) class C { @Get(¶) f() {} }"],
        quotes: ["'", "'"],
        joins: &["' + '", "' + `` + '"],
    },
    Spelling {
        path: "config/routes.rb",
        statements: &["q(§)", "get ¶, to: 'x#y'", "scope ¶ do\n  get ¶\nend"],
        quotes: ["\"", "\""],
        joins: &["\" \"", "\" \\\n\"", "\" + \""],
    },
    Spelling {
        path: "a.go",
        statements: &[
            "package p\nvar a = q(§)",
            "package p\nfunc f() { r.GET(¶, h) }",
            "package p\nfunc f() { r.GET(fmt.Sprintf(¶, h), h) }",
            "package p\nfunc f() { r.Mount(¶, g()) }\nfunc g() { s.Get(¶, h) }",
            "package p\nconst root = ¶\nfunc f() { g := r.Group(root); g.GET(¶, h) }",
        ],
        quotes: ["\"", "\""],
        joins: &["\" + \"", "\" + `` + \""],
    },
    Spelling {
        path: "C.java",
        statements: &[
            "class C { String a = q(§); }",
            "@RequestMapping(¶) class C { @GetMapping(¶) void f() {} }",
            "class C { static final String R = ¶; @GetMapping(R + \"α\") void f() {} }",
        ],
        quotes: ["\"", "\""],
        joins: &["\" + \"", "\"\n + \""],
    },
    Spelling {
        path: "a.cs",
        statements: &[
            "q(§);",
            "app.MapGet(¶, h);",
            "var g = app.MapGroup(¶); g.MapGet(¶, h);",
        ],
        quotes: ["\"", "\""],
        joins: &["\" + \"", "\" + @\"\" + \""],
    },
    Spelling {
        path: "a.php",
        statements: &["<?php q(§);", "<?php Route::get(¶, [C::class, 'f']);"],
        quotes: ["'", "'"],
        joins: &["' . '", "'.\n'"],
    },
    Spelling {
        path: "a.c",
        statements: &["char *a = §;"],
        quotes: ["\"", "\""],
        joins: &["\" \"", "\"\n\""],
    },
    Spelling {
        path: "a.lua",
        statements: &["q(§)"],
        quotes: ["\"", "\""],
        joins: &["\" .. \"", "\"..[[]]..\""],
    },
];

const SPELT: [(char, &[&str]); 2] = [
    (
        '§',
        &["select A.x from public.A join B using (x)", "DELETE FROM A"],
    ),
    ('¶', &["/A/:id/B", "/A", "^A/x*B$", "/A\\d+B?A"]),
];

const SOUGHT: [(PatternKind, &[&str]); 4] = [
    (
        PatternKind::SqlTables,
        &["A", "B", "public.A", "/A/", "/^B$/"],
    ),
    (
        PatternKind::ApiRoutes,
        &[
            "/A",
            "/A/:id",
            "/A/:id/B",
            "/AA",
            "/A/xB",
            "/A/:id/BA",
            "/A|B/",
            "/AB/",
            "/BA/",
            "/^.A/",
        ],
    ),
    (PatternKind::Expressions, &["A", "'A'", "/A.*B/"]),
    (PatternKind::Structures, &["'/A'", "q('DELETE FROM A')"]),
];

impl Spelling {
    /// A statement whose strings are cut at these places.
    fn spell(&self, at: (usize, usize), cuts: &[(usize, usize)], names: (usize, usize)) -> String {
        let template = self.statements[at.0 % self.statements.len()];
        let mut source = template.replace('α', NAMES[names.0]) + "\n";
        for (sign, texts) in SPELT {
            let whole = filled(texts[at.1 % texts.len()], names.0, names.1);
            let mut cuts: Vec<_> = cuts
                .iter()
                .map(|(cut, join)| (cut % whole.len(), join % self.joins.len()))
                .collect();
            cuts.sort_unstable();
            let mut spelt = whole;
            for (cut, join) in cuts.into_iter().rev() {
                spelt.insert_str(cut, self.joins[join]);
            }
            let [open, close] = self.quotes;
            source = source.replace(sign, &format!("{open}{spelt}{close}"));
        }
        source
    }
}

/// Names that stand in no string whole.
#[test]
fn nothing_is_lost_of_strings_put_together() {
    let cut = (any::<usize>(), any::<usize>());
    let names = (0..NAMES.len(), 0..NAMES.len());
    let strategy = (
        0..SPELLINGS.len(),
        (any::<usize>(), any::<usize>()),
        proptest::collection::vec(cut, 0..4),
        names,
    );
    let (cases, hits) = (Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(Config {
        cases: 1500,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&strategy, |(language, statement, cuts, names)| {
        let spelling = &SPELLINGS[language];
        let source = spelling.spell(statement, &cuts, names);
        let sought = |(kind, templates): (PatternKind, &'static [&'static str])| {
            templates
                .iter()
                .map(move |it| pattern(kind, &filled(it, names.0, names.1)))
        };
        let spec = spec(vec![rule(
            "r",
            SOUGHT.into_iter().flat_map(sought).collect(),
        )]);
        let with = spots(look(&spec, spelling.path, source.as_bytes(), Filter::On));
        let without = spots(look(&spec, spelling.path, source.as_bytes(), Filter::Off));
        cases.set(cases.get() + 1);
        hits.set(hits.get() + usize::from(!without.is_empty()));
        prop_assert_eq!(with, without, "{}", source);
        Ok(())
    });
    outcome.unwrap();
    let (cases, hits) = (cases.get(), hits.get());
    assert!(hits * 2 >= cases, "{hits} of {cases}");
}

/// Names alone, for which only the nodes around needles are read.
#[test]
fn nothing_is_lost_of_names_however_broken_the_code() {
    let names = NAMES_OF_SOUP.iter().map(|name| (*name).to_owned());
    let pairs = ["foo.bar", "bar::baz", "qux->foo", "@qux"].map(str::to_owned);
    let all: Vec<_> = names.chain(pairs).collect();
    let languages: Vec<Language> = Language::all().collect();
    let piece = prop_oneof![
        1 => Just("\n// "),
        1 => Just("\n# "),
        9 => proptest::sample::select(&["foo", "bar ", " baz", " qux "][..]),
        3 => Just("."),
        1 => Just("a@"),
        4 => proptest::sample::select(PIECES),
    ];
    let strategy = (
        proptest::sample::select(languages),
        proptest::collection::vec(piece, 4..24),
        proptest::sample::subsequence(all, 4..7),
    );
    let (cases, hits) = (Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(Config {
        cases: std::env::var("SOUP")
            .ok()
            .map_or(3000, |n| n.parse().unwrap()),
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&strategy, |(language, pieces, names)| {
        let source = framed(language, &pieces.concat());
        let path = format!("a.{}", language.extensions()[0]);
        let wanted = names.iter();
        let patterns = wanted.map(|name| pattern(PatternKind::Identifiers, name));
        let spec = spec(vec![rule("r", patterns.collect())]);
        let with = spots(look(&spec, &path, source.as_bytes(), Filter::On));
        let without = spots(look(&spec, &path, source.as_bytes(), Filter::Off));
        cases.set(cases.get() + 1);
        hits.set(hits.get() + usize::from(!without.is_empty()));
        prop_assert_eq!(with, without, "{} {:?} in {:?}", path, names, source);
        Ok(())
    });
    outcome.unwrap();
    let (cases, hits) = (cases.get(), hits.get());
    assert!(hits * 2 >= cases, "{hits} of {cases}");
}

/// Real sources: the fixtures of the languages, and some of this program's own.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    for folder in ["tests/fixtures/languages", "src/syntax", "src/git", "hooks"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if let Ok(text) = std::fs::read_to_string(&path) {
                let name = path.file_name().unwrap().to_string_lossy();
                sources.push((format!("config/{name}"), text));
            }
        }
    }
    sources.sort();
    sources
}

/// What a person could ask for after reading a stretch of code: its words, what joins them, its
/// calls.
fn asked_of(stretch: &str) -> Vec<Pattern> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let words: Vec<&str> = stretch
        .split(|c| !word(c))
        .filter(|it| !it.is_empty())
        .collect();
    let trimmed = stretch.trim();
    let mut asked = Vec::new();
    let mut ask = |kind, text: String| {
        if !text.is_empty() && text.contains(word) {
            asked.push(pattern(kind, &text));
        }
    };
    for pair in words.windows(2) {
        let (first, second) = (pair[0], pair[1]);
        ask(PatternKind::Identifiers, first.to_owned());
        for separator in [".", "::", "->", " "] {
            ask(
                PatternKind::Identifiers,
                format!("{first}{separator}{second}"),
            );
        }
        ask(PatternKind::Identifiers, format!("/{first}.*{second}$/"));
        ask(PatternKind::SqlTables, second.to_owned());
        ask(PatternKind::ApiRoutes, format!("/{first}/:id"));
        ask(PatternKind::Structures, format!("{first}($$$)"));
        ask(PatternKind::Structures, format!("$X.{second}($$$)"));
    }
    ask(PatternKind::Expressions, trimmed.chars().take(24).collect());
    ask(
        PatternKind::Expressions,
        trimmed
            .chars()
            .rev()
            .take(9)
            .collect::<String>()
            .chars()
            .rev()
            .collect(),
    );
    asked
}

#[test]
fn the_prefilter_loses_nothing_in_real_code() {
    let sources = sources();
    assert!(sources.len() > 50);
    let lines = sources.iter().flat_map(|(_, text)| text.lines());
    let some: Vec<&str> = lines.filter(|line| line.len() > 12).step_by(1009).collect();
    let asked: Vec<Pattern> = some.iter().flat_map(|line| asked_of(line)).collect();
    let (mut judged, mut hit) = (0, 0);
    for ignore_case in [false, true] {
        let mut rule = rule("r", asked.clone());
        rule.ignore_case = ignore_case;
        let spec = spec(vec![rule]);
        let agenda = Agenda::new([&spec]).unwrap();
        let patterns = agenda.patterns(usize::MAX).unwrap();
        let look = |filter, (path, text): &(String, String)| {
            let viewer = Viewer {
                agenda: &agenda,
                patterns: &patterns,
                filter,
                deadline: Deadline::NONE,
            };
            let path = RepoPath::from(path.as_str());
            let reaches = agenda.reaches(&path);
            spots(viewer.look(&path, text.as_bytes(), &[0], &reaches).unwrap())
        };
        for source in sources.iter().step_by(4) {
            let with = look(Filter::On, source);
            let without = look(Filter::Off, source);
            judged += 1;
            hit += usize::from(!without.is_empty());
            assert_eq!(with, without, "{}", source.0);
        }
    }
    assert!(hit * 2 >= judged, "{hit} of {judged}");
}
