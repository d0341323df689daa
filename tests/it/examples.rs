//! Every example spec, on code before and after the change it describes.

use std::fs;
use std::path::Path;

use crate::support::TestRepo;

/// What an example is tried on: each file with its text before and after; `None` is no file.
struct Story {
    example: &'static str,
    files: &'static [(&'static str, Option<&'static str>, Option<&'static str>)],
    /// The rules the text before breaks, each with its number of violations.
    broken: &'static [(&'static str, usize)],
}

const STORIES: &[Story] = &[
    Story {
        example: "auth_migration.yaml",
        files: &[
            (
                "src/auth/login.ts",
                Some(
                    "import jwt from 'jsonwebtoken';\n\
                     const s = process.env.JWT_SECRET;\n\
                     router.post('/auth/login', (req, res) => res.json(jwt\n  // signs\n  .sign(req.body, s)));\n\
                     const c = new CognitoIdentityProviderClient({region: 'us-east-1'});\n",
                ),
                Some(
                    "import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';\n\
                     const c = new CognitoIdentityProviderClient({region: process.env.AWS_REGION});\n\
                     export async function cognitoLogin() { return c; }\n\
                     router.post('/session', async (req, res) => res.json(await cognitoLogin()));\n",
                ),
            ),
            (
                "src/auth/login.test.ts",
                Some("jwt.sign({});\n"),
                Some("jwt.sign({});\n"),
            ),
            (
                "deploy/prod/app.yaml",
                Some("env:\n  JWT_SECRET: x\n"),
                Some("env: {}\n"),
            ),
        ],
        broken: &[
            ("no-own-tokens", 4),
            ("login-route-moved", 2),
            ("client-has-a-region", 2),
            ("secret-forgotten", 2),
        ],
    },
    Story {
        example: "api_refactor.yaml",
        files: &[
            (
                "server/users.js",
                Some("app.get('/api/v1/users', list);\napp.get('/api/v1/users/:id', one);\n"),
                Some(
                    "const { validate } = require('./validate');\n\
                     app.get('/api/v2/users', validate, list);\napp.get('/api/v2/users/:id', validate, one);\n",
                ),
            ),
            (
                "server/orders.py",
                Some("@app.get(\"/api/v2/orders\")\ndef orders():\n    return []\n"),
                Some(
                    "class Query(BaseModel):\n    pass\n\n\n\
                     @app.get(\"/api/v2/orders\")\ndef orders(q: Query):\n    return []\n",
                ),
            ),
            (
                "web/client.js",
                Some("// /api/v1 is old\nfetch('/api/v1/users');\n"),
                Some("fetch('/api/v2/users');\n"),
            ),
        ],
        broken: &[
            ("v1-routes-gone", 2),
            ("v2-routes-served", 2),
            ("clients-moved", 1),
            ("handlers-validate", 1),
        ],
    },
    Story {
        example: "go_logging.yaml",
        files: &[(
            "internal/run/run.go",
            Some(
                "package run\n\nimport (\n\t\"fmt\"\n\n\t\"github.com/sirupsen/logrus\"\n)\n\n\
                 func Run() {\n\tlogrus.Info(\"fmt.Println\")\n\tfmt.Println(\"x\")\n}\n",
            ),
            Some(
                "package run\n\nimport (\n\t\"log/slog\"\n\t\"os\"\n)\n\n\
                 func Run() {\n\tslog.New(slog.NewTextHandler(os.Stderr, nil)).Info(\"x\")\n}\n",
            ),
        )],
        broken: &[("logrus-gone", 5), ("no-printing", 1)],
    },
    Story {
        example: "java_spring_upgrade.yaml",
        files: &[(
            "src/main/java/App.java",
            Some(
                "import javax.persistence.Entity;\n\n\
                 class Sec extends WebSecurityConfigurerAdapter {\n  \
                 @RequestMapping(value = \"/internal/health\", method = RequestMethod.GET)\n  \
                 String health() { return \"javax.servlet\"; }\n}\n",
            ),
            Some(
                "import jakarta.persistence.Entity;\n\n\
                 class Sec {\n  @Bean SecurityFilterChain chain() { return null; }\n  \
                 @GetMapping(\"/internal/health\")\n  String health() { return \"ok\"; }\n}\n",
            ),
        )],
        broken: &[
            ("jakarta-namespace", 1),
            ("security-configuration", 2),
            ("no-legacy-mappings", 1),
        ],
    },
    Story {
        example: "rust_async_runtime.yaml",
        files: &[
            (
                "crates/app/src/main.rs",
                Some(
                    "#[async_std::main]\nasync fn main() {\n    async_std::task::spawn(work()).await.unwrap();\n}\n",
                ),
                Some(
                    "#[tokio::main]\nasync fn main() {\n    if tokio::spawn(work()).await.is_err() {\n        \
                     tokio::time::sleep(std::time::Duration::ZERO).await;\n    }\n}\n",
                ),
            ),
            (
                "crates/app/Cargo.toml",
                Some("[dependencies]\nasync-std = \"1\"\n"),
                Some("[dependencies]\ntokio = \"1\"\n"),
            ),
            (
                "crates/app/src/timer.rs",
                Some(
                    "fn tick() {\n    tokio::spawn(async {});\n    std::thread::sleep(SECOND);\n}\n",
                ),
                None,
            ),
        ],
        broken: &[
            ("runtime-replaced", 3),
            ("dependency-replaced", 1),
            ("no-blocking-in-async", 2),
            ("no-new-unwrap", 1),
        ],
    },
    Story {
        example: "schema_migration.yaml",
        files: &[
            (
                "app/models.py",
                Some(
                    "class User(Base):\n    \"\"\"Rows of users.\"\"\"\n    __tablename__ = \"users\"\n\n\n\
                     def find(db):\n    return db.execute(\"SELECT id FROM users WHERE x = 1\")\n",
                ),
                Some(
                    "class Account(Base):\n    __tablename__ = \"accounts\"\n\n\n\
                     def find(db):\n    return db.execute(\"SELECT id FROM accounts JOIN profiles USING (id)\")\n",
                ),
            ),
            (
                "sql/report.sql",
                Some("select * from users_old;\n"),
                Some("select * from accounts;\n"),
            ),
        ],
        broken: &[
            ("no-queries-on-users", 4),
            ("model-renamed", 2),
            ("table-name-declared", 1),
        ],
    },
];

fn examples() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples")
}

#[test]
fn no_example_is_left_out() {
    let mut there: Vec<String> = fs::read_dir(examples())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort();
    let mut told: Vec<&str> = STORIES.iter().map(|story| story.example).collect();
    told.sort_unstable();
    assert_eq!(there, told);
}

#[test]
fn each_example_is_broken_before_and_met_after() {
    for story in STORIES {
        let repo = TestRepo::new();
        for (path, before, _) in story.files {
            before.iter().for_each(|text| repo.write(path, text));
        }
        repo.commit("before");
        for (path, _, after) in story.files {
            match after {
                Some(text) => repo.write(path, text),
                None => fs::remove_file(repo.path(path)).unwrap(),
            }
        }
        let spec = examples().join(story.example);
        let spec = spec.to_str().unwrap();
        let before = repo
            .plan(["verify", "--spec", spec, "--at", "HEAD", "--format", "json"])
            .exits(1)
            .json();
        let broken: Vec<(String, usize)> = before["rules"]
            .as_array()
            .unwrap()
            .iter()
            .map(|rule| {
                (
                    rule["id"].clone(),
                    rule["violations"].as_array().unwrap().len(),
                )
            })
            .filter(|(_, count)| *count > 0)
            .map(|(id, count)| (id.as_str().unwrap().to_owned(), count))
            .collect();
        let expected: Vec<(String, usize)> = story
            .broken
            .iter()
            .map(|(id, count)| ((*id).to_owned(), *count))
            .collect();
        assert_eq!(broken, expected, "{}\n{before:#}", story.example);
        repo.plan(["verify", "--spec", spec, "-v"])
            .ok()
            .says("met (0 violations");
    }
}
