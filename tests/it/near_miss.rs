//! `spec check` asks back when a pattern hits nothing but is nearly a name in the code.

use crate::support::TestRepo;

fn spec(rules: &str) -> String {
    format!("refactor_name: S\nrules:\n  - id: r\n    description: d\n{rules}")
}

#[test]
fn a_route_without_its_prefix_is_asked_about() {
    let repo = TestRepo::new();
    repo.write(
        "src/a.js",
        "const r = Router();\nr.get('/users/:id/posts', h);\napp.use('/api', r);\n",
    );
    repo.write("other/b.js", "app.get('/v2/orders', h);\n");
    let check = |rules: &str| {
        let scope = "    scope:\n      include: ['src/**']\n";
        repo.write("spec.yaml", spec(&format!("{rules}{scope}")));
        repo.plan(["spec", "check", "spec.yaml"]).ok()
    };
    check("    match:\n      api_routes: ['GET /users/{id}']\n")
        .says("`GET /users/{id}` hits nothing; did you mean `/api/users/:id`?");
    check("    match:\n      api_routes: [/api/users, /orders, /posts, /:id]\n")
        .says("`/posts` hits nothing; did you mean `/api/users/:id/posts`?")
        .never_says("orders` hits")
        .never_says("`/:id` hits");
}

#[test]
fn a_misspelt_name_is_asked_about() {
    let repo = TestRepo::new();
    repo.write("src/a.js", "auth.legacyLogin(user);\n");
    repo.write("other/b.js", "elsewhere();\n");
    repo.commit("base");
    repo.write("src/new.js", "const untrackedName = 1;\n");
    let scope = "    scope:\n      include: ['src/**']\n";
    let check = |rules: &str| {
        repo.write("spec.yaml", spec(&format!("{rules}{scope}")));
        repo.plan(["spec", "check", "spec.yaml"]).ok()
    };
    check("    match:\n      identifiers: [auth.legacyLogn]\n")
        .says("warning: already met before any work")
        .says("warning: `auth.legacyLogn` hits nothing; did you mean `auth.legacyLogin`?");
    check("    match:\n      identifiers: [untracked_name]\n")
        .says("did you mean `untrackedName`?");
    check("    expect:\n      identifiers: [legacyLogins]\n").never_says("did you mean");
    check("    expect:\n      identifiers: [legacy_login]\n")
        .says("`legacy_login` hits nothing; did you mean `legacyLogin`?");
    check("    match:\n      identifiers: [auth.legacyLogin]\n").never_says("did you mean");
    check("    match:\n      identifiers: [elsewher]\n").never_says("did you mean");
    let json = ["spec", "check", "spec.yaml", "--format", "json"];
    repo.write(
        "spec.yaml",
        spec("    match:\n      identifiers: [elsewher]\n"),
    );
    let answer = repo.plan(json).ok().json();
    let warnings = answer["rules"][0]["warnings"].as_array().unwrap();
    assert_eq!(
        warnings[1],
        serde_json::json!({ "kind": "near_miss", "pattern": "elsewher", "suggestion": "elsewhere" })
    );
}
