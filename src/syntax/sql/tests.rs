//! Tables of SQL, and what only looks like it.

use super::*;

fn check(sql: &str, expected: &[&str]) {
    let tables = sql_tables(sql);
    let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(names, expected, "{sql}");
    for table in &tables {
        let at = &sql[table.offset..];
        let first = table.name.split('.').next().expect("a part");
        assert!(at.starts_with(first), "{sql}: {table:?}");
    }
}

#[test]
fn queries_in_pieces_of_statements() {
    check(
        "id IN (SELECT user_id FROM orders WHERE a = 1)",
        &["orders"],
    );
    check(
        "exists (select 1 from a join b using (id)) and x = 1",
        &["a", "b"],
    );
    check("u.total > (select max(x) from totals)", &["totals"]);
    check("please (select one from the list)", &[]);
    check("pick one in (select a few)", &[]);
    check("in (select ", &[]);
}

#[test]
fn clauses_by_themselves() {
    check(" LEFT JOIN users ON users.id = posts.user_id", &["users"]);
    check("inner join users u on (u.id = p.user_id)", &["users"]);
    check("join a using (id) join b on a.x > b.x", &["a", "b"]);
    check("CROSS JOIN users", &["users"]);
    check("FROM users WHERE id = ?", &["users"]);
    check("FROM users, posts p", &["users", "posts"]);
    check("INTO users (a) VALUES (1)", &["users"]);
    for prose in [
        "Join us on Friday",
        "join the list on = of them",
        "cross join roads",
        "FROM node:18",
        "FROM the start",
        "FROM alice TO bob",
        "INTO the wild",
        "left over join",
    ] {
        check(prose, &[]);
    }
}

#[test]
fn queries() {
    check("SELECT * FROM users", &["users"]);
    check(
        "select a, b from public.users u where u.id = 1",
        &["public.users"],
    );
    check("select * from a, b as x, c y where 1", &["a", "b", "c"]);
    check(
        "SELECT a.x, b FROM a JOIN b ON a.id = b.id LEFT OUTER JOIN c USING (id), d",
        &["a", "b", "c", "d"],
    );
    check(
        "SELECT * FROM \"My Users\".\"t\" JOIN `x`.`y` JOIN [dbo].[z]",
        &["My Users.t", "x.y", "dbo.z"],
    );
    check("select (select max(x) from t2) from t1", &["t2", "t1"]);
    check(
        "select * from (select 1 from a) s join (b cross join c) on 1",
        &["a", "b", "c"],
    );
    check(
        "select * from unnest(x) u, lateral jsonb_each(y), only t",
        &["t"],
    );
    check(
        "select extract(year from created) from t where trim(both from x) = 'from y'",
        &["t"],
    );
    check("select * from t where a is not distinct from b", &["t"]);
    check(
        "select 1 from a union all select 2 from b order by 1, 2",
        &["a", "b"],
    );
    check(
        "SELECT 1 FROM t -- from u\n/* join v */ WHERE x = 'from w' FOR UPDATE",
        &["t"],
    );
    check("select count(*) from t group by a, b", &["t"]);
    check("EXPLAIN ANALYZE SELECT 1 FROM t", &["t"]);
    check("(select 1 from a) union (select 1 from b)", &["a", "b"]);
    check("select from_date, t.from from t", &["t"]);
    check("  \n select x\n\tfrom\n\tt\n", &["t"]);
}

#[test]
fn common_table_expressions() {
    check(
        "WITH x AS (SELECT 1 FROM a), y (p, q) AS MATERIALIZED (SELECT 2 FROM x) SELECT * FROM y JOIN b",
        &["a", "b"],
    );
    check(
        "with recursive t as (select 1 from s union select 2 from T) delete from u using t where 1",
        &["s", "u"],
    );
    check(
        "with d as (delete from old returning *) insert into new select * from d",
        &["old", "new"],
    );
}

#[test]
fn changes() {
    check("INSERT INTO users (a, b) VALUES (1, 2)", &["users"]);
    check(
        "insert into t select * from s on conflict (id) do update set a = 1",
        &["t", "s"],
    );
    check(
        "INSERT IGNORE INTO t VALUES (1) ON DUPLICATE KEY UPDATE x = 1",
        &["t"],
    );
    check("insert or replace into t values (1)", &["t"]);
    check("REPLACE INTO t VALUES (1)", &["t"]);
    check(
        "UPDATE ONLY t SET a = 1 FROM s WHERE t.id = s.id",
        &["t", "s"],
    );
    check("update t as x set y = 1", &["t"]);
    check("DELETE FROM a USING b WHERE 1", &["a", "b"]);
    check(
        "merge into t using s on t.id = s.id when matched then update set x = 1",
        &["t", "s"],
    );
    check("MERGE INTO t USING (SELECT 1 FROM u) s ON 1", &["t", "u"]);
    check("truncate table a, b cascade", &["a", "b"]);
    check("TRUNCATE t", &["t"]);
    check("COPY t (a, b) FROM stdin", &["t"]);
    check("DECLARE c CURSOR FOR SELECT a FROM t WHERE b = ''", &["t"]);
    check("prepare q (int) as select 1 from t where a = $1", &["t"]);
    check("LOCK TABLE a, b IN EXCLUSIVE MODE", &["a", "b"]);
    check("reindex table t", &["t"]);
    check("REFRESH MATERIALIZED VIEW CONCURRENTLY v", &["v"]);
    check("GRANT SELECT, UPDATE ON TABLE a, b TO c", &["a", "b"]);
    check("REVOKE ALL ON t FROM c", &["t"]);
    check("GRANT USAGE ON SCHEMA s TO c", &[]);
}

#[test]
fn data_definition() {
    check(
        "CREATE TABLE IF NOT EXISTS a (id int references b (id), foreign key (x) REFERENCES c.d)",
        &["a", "b", "c.d"],
    );
    check("create temporary table t as select * from s", &["t", "s"]);
    check(
        "ALTER TABLE IF EXISTS ONLY t ADD CONSTRAINT x FOREIGN KEY (y) REFERENCES u ON DELETE CASCADE",
        &["t", "u"],
    );
    check("alter table t drop column c", &["t"]);
    check("ALTER TABLE t RENAME TO u", &["t", "u"]);
    check("ALTER TABLE t RENAME COLUMN a TO b", &["t"]);
    check("ALTER INDEX i RENAME TO j", &[]);
    check("alter table t attach partition u default", &["t", "u"]);
    check("ALTER TABLE t NO INHERIT u", &["t", "u"]);
    check("CREATE TABLE t (LIKE u INCLUDING ALL)", &["t", "u"]);
    check(
        "CREATE TABLE t PARTITION OF u FOR VALUES IN (1)",
        &["t", "u"],
    );
    check("create table t (a int) inherits (u, v)", &["t", "u", "v"]);
    check("CREATE TABLE t (a text CHECK (a LIKE 'b'))", &["t"]);
    check("COMMENT ON TABLE t IS 'about u'", &["t"]);
    check("COMMENT ON COLUMN t.a IS 'from u'", &[]);
    check("DROP TABLE IF EXISTS a, b CASCADE", &["a", "b"]);
    check(
        "CREATE UNIQUE INDEX CONCURRENTLY i ON t USING btree (a)",
        &["t"],
    );
    check("create index on t (a)", &["t"]);
    check("CREATE OR REPLACE VIEW v AS SELECT * FROM t", &["v", "t"]);
    check(
        "CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()",
        &["t"],
    );
}

#[test]
fn files() {
    check(
        "BEGIN;\nCREATE TABLE a (x int);\n-- drop table no;\nINSERT INTO a VALUES (';');\nCOMMIT;\nDROP TABLE b",
        &["a", "a", "b"],
    );
    check(
        "create function f() returns trigger as $$\nbegin\n  if x then update t set y = 1; end if;\n  select a into v from s;\nend $$ language plpgsql; select 1 from u",
        &["t", "v", "s", "u"],
    );
    check("# note\nselect 1 from t;", &["t"]);
}

#[test]
fn placeholders() {
    check("select * from ? join ?.users where x = ?", &["users"]);
    check(
        "select * from users_? join ?_x join y where z in (?)",
        &["y"],
    );
    check("SELECT * FROM %s, {table}, :name, t WHERE a = $1", &["t"]);
    check("insert into ?", &[]);
}

#[test]
fn prose_is_no_sql() {
    for prose in [
        "",
        ";",
        "from users",
        "users",
        "Select a date from the list below to continue",
        "select an item from cart to check out",
        "Update your settings",
        "update available",
        "Delete the file from your disk",
        "With users as guests",
        "drop it",
        "Create a table for two",
        "please select x from y",
        "truncate the text",
        "Truncate long titles",
        "insert coin",
        "copy link to clipboard",
        "Update and/or sensibly generate a set of headers",
        "Create a new tree from an index",
        "select from empty iterator",
        "Select strings from a list",
        "Join us",
        "replace x with y",
        "merge branch into main",
        "created from table",
        "declare the cursor to select from",
        "prepare as you select",
        "lock table",
        "comment on view changes",
        "grant access on request",
    ] {
        check(prose, &[]);
    }
}

#[test]
fn hostile_input_is_bounded() {
    for piece in [
        "(",
        "select from ",
        "with a as (",
        "[",
        "'",
        "\"",
        "/*",
        "$a$",
        "from a,",
        "a.",
        "table ",
    ] {
        sql_tables(&piece.repeat(20_000));
    }
    sql_tables("sélect ü from \u{fffd}\0");
}

#[test]
fn sql_files() {
    for (path, expected) in [
        ("a.sql", true),
        ("a/B.SQL", true),
        ("a.sqlx", false),
        ("sql", false),
    ] {
        assert_eq!(is_sql_file(&RepoPath::from(path)), expected, "{path}");
    }
}
