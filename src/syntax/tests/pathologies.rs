//! Hostile input: bounded time, no panic, no stack overflow.

use super::super::languages::DIALECTS;
use super::*;

#[test]
fn deep_nesting_and_long_chains() {
    let deep = |open: &str, close: &str, depth| open.repeat(depth) + "x" + &close.repeat(depth);
    let count = |path: &str, source: String| parse(path, source).tokens().len();
    assert_eq!(count("a.js", deep("[", "]", 100_000)), 200_001);
    assert_eq!(count("a.py", deep("(", ")", 20_000)), 40_001);
    assert_eq!(
        count("a.js", "a".to_owned() + &".b()".repeat(100_000)),
        400_001
    );
    assert_eq!(
        count("a.rb", "a".to_owned() + &".b".repeat(50_000)),
        100_001
    );
    assert_eq!(count("a.js", deep("`${", "}`", 2_000)), 8_001);
}

#[test]
fn routes_of_deep_and_long_code() {
    let routes = |path: &str, source: String| {
        let path = RepoPath::from(path);
        let language = Language::of_path(&path).expect("a language");
        let parsed = Parsed::parse(language, source.as_bytes(), Focus::Everywhere, PATIENCE)
            .expect("parsed");
        parsed.routes(source.as_bytes(), &path).len()
    };
    let depth = 5_000;
    let nested = "a.get('/x', ".repeat(depth) + "() => 1" + &")".repeat(depth);
    assert!(routes("a.js", nested) > 0);
    let chained = "fn f() { r".to_owned() + &".route(\"/x\", get(h))".repeat(depth) + "}";
    assert_eq!(routes("a.rs", chained), depth);
    let blocks = "scope '/a' do\n".repeat(500) + "get 'x'\n" + &"end\n".repeat(500);
    assert_eq!(routes("config/routes.rb", blocks), 1);
    let mounted: String = (0..1000)
        .map(|n| {
            format!("const f{n} = (a) => {{ a.use('/x', f{n}); b.use(b); a.get('/y', h) }};\n")
        })
        .collect();
    let source = format!("const b = Router();\n{mounted}");
    assert_eq!(routes("a.js", source), 2000);
    let groups = "g := r.Group(\"/a\")\n".repeat(depth);
    assert_eq!(
        routes("a.go", format!("package p\nfunc f() {{\n{groups}\n}}")),
        0
    );
}

#[test]
fn a_megabyte_on_one_line() {
    let source = "function a(b){return b.c(\"d\")}".repeat(1 << 15);
    assert_eq!(parse("a.js", source).tokens().len(), 16 << 15);
}

#[test]
fn the_deadline_holds() {
    let source = "[".repeat(1 << 20);
    let language = Language::of_path(&RepoPath::from("a.ts")).expect("a language");
    let start = std::time::Instant::now();
    let parsed = Parsed::parse(
        language,
        source.as_bytes(),
        Focus::Everywhere,
        Duration::from_millis(50),
    );
    assert_eq!(parsed.err(), Some(super::super::ParseFailure::Deadline));
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn any_bytes_in_any_language() {
    let inputs: [&[u8]; 9] = [
        b"",
        b"\xEF\xBB\xBF",
        b"\0\0a.b\0(\0)",
        b"\xff\xfe a.b(\"\xff\") # \xc3\x28 'x",
        b"a.b(\r\n'c'\r\n)\r\n",
        b"\" ${ ` #{ ' /* <<EOF <script> \"\"\" r#\" [[ ]] %w( @ $",
        b"class { def ( fn ) => ]] }} ?. :: -> \\ \n\n end end",
        b"\xF0\x9F\x98\x80 = '\xF0\x9F\x98\x80' + \xE2\x80\xA8 x",
        b"import \nfrom \nrequire( \n#include \nuse \\",
    ];
    for dialect in DIALECTS {
        let path = format!("x.{}", dialect.extensions[0]);
        for input in inputs {
            let language = Language::of_path(&RepoPath::from(path.as_str())).expect("a language");
            let Ok(parsed) = Parsed::parse(language, input, Focus::Everywhere, PATIENCE) else {
                continue;
            };
            parsed.definitions(input);
            parsed.routes(input, &RepoPath::from("config/routes.rb"));
            for string in parsed.strings() {
                assert!(string.source_offset(string.text.len()) <= input.len());
            }
            let mut end = 0;
            for token in parsed.tokens() {
                assert!(token.range.start >= end && token.range.end <= input.len());
                assert!(!token.range.is_empty());
                end = token.range.end;
            }
        }
    }
}

#[test]
fn byte_order_mark_and_line_ends() {
    let parsed = parse("a.py", "\u{feff}import os\r\nx = os.path\r\n# c\r\n");
    assert_eq!(parsed.tokens().len(), 7);
    assert_eq!(parsed.tokens()[0].range, 3..9);
    assert_eq!(parsed.comments(), std::slice::from_ref(&(27..30)));
}
