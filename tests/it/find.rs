//! Places already in the code that are like one wanted.

use crate::support::TestRepo;

fn project() -> TestRepo {
    let repo = TestRepo::new();
    repo.write(
        "src/app.js",
        "app.get('/users', list);\napp.post('/users', create);\napp.post('/login', login);\n\
         const q = \"SELECT * FROM Users u JOIN shop.carts c ON c.u = u.id\";\n",
    );
    repo.write(
        "src/db.py",
        "def load(db):\n    db.execute('DELETE FROM users')\n",
    );
    repo.write(
        "src/view.tsx",
        "export function load(): number { return 1; }\n",
    );
    repo.write("schema.sql", "-- users\nCREATE TABLE users (id int);\n");
    repo.commit("base");
    repo
}

fn find(repo: &TestRepo, words: &[&str], expected: &[&str]) {
    let answer = repo.plan(["find"].iter().chain(words));
    let places: Vec<&str> = answer
        .stdout
        .lines()
        .filter(|line| !line.starts_with(' '))
        .collect();
    assert_eq!(places, expected, "{words:?}\n{}", answer.stderr);
    answer.exits(i32::from(expected.is_empty()));
}

#[test]
fn tables_are_found_in_strings_and_sql_files() {
    let repo = project();
    let users = [
        "schema.sql:2: users",
        "src/app.js:4: Users",
        "src/db.py:2: users",
    ];
    find(&repo, &["table", "users"], &users);
    find(&repo, &["table", "USER*"], &users);
    find(&repo, &["table", "carts"], &["src/app.js:4: shop.carts"]);
    find(&repo, &["table", "shop.*"], &["src/app.js:4: shop.carts"]);
    find(&repo, &["table", "orders"], &[]);
    let all = [
        "schema.sql:2: users",
        "src/app.js:4: Users",
        "src/app.js:4: shop.carts",
        "src/db.py:2: users",
    ];
    find(&repo, &["table"], &all);
}

#[test]
fn a_route_may_be_asked_for_as_it_is_shown() {
    let repo = project();
    let post = ["src/app.js:2: POST /users"];
    find(&repo, &["api_route", "POST /users"], &post);
    find(&repo, &["api_route", "post /u*"], &post);
    find(&repo, &["api_route", "--method", "post", "/users"], &post);
}

#[test]
fn a_language_narrows_the_search() {
    let repo = project();
    let both = ["src/db.py:1: load", "src/view.tsx:1: load"];
    find(&repo, &["function", "load"], &both);
    find(
        &repo,
        &["function", "load", "--language", "python"],
        &both[..1],
    );
    find(&repo, &["function", "load", "--language", "py"], &both[..1]);
    find(
        &repo,
        &["function", "load", "--language", "TypeScript"],
        &both[1..],
    );
    find(&repo, &["function", "load", "--language", "go"], &[]);
    find(
        &repo,
        &["table", "users", "--language", "sql"],
        &["schema.sql:2: users"],
    );
    repo.plan(["find", "function", "--language", "klingon"])
        .exits(129)
        .warns("unknown language 'klingon'");
    repo.plan(["find", "function", "--method", "GET"])
        .exits(129)
        .warns("--method is about routes alone");
}

#[test]
fn a_new_task_notes_what_it_is_like() {
    let repo = project();
    repo.plan(["init", "--name", "P"]).ok();
    let add = ["add-task", "--title", "T", "--like"];
    repo.plan(
        add.iter()
            .chain(&["api_route POST", "--description", "Add logout"]),
    )
    .ok();
    repo.plan(add.iter().chain(&["api_route post /users"])).ok();
    repo.plan(add.iter().chain(&["function nothing*"]))
        .ok()
        .warns("nothing is like 'function nothing*'");
    let shown = repo.plan(["show", "--tasks", "--format", "json"]).ok();
    let description = |text: &str| serde_json::to_string(text).unwrap();
    shown
        .says(&description(
            "Add logout\n\nLike (api_route POST):\n- src/app.js:2 POST /users\n- src/app.js:3 POST /login",
        ))
        .says(&description("Like (api_route post /users):\n- src/app.js:2 POST /users"));
    repo.plan(add.iter().chain(&["nonsense"]))
        .exits(129)
        .warns("'nonsense' does not begin with");
}
