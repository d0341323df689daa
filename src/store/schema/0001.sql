-- Schema 1 of planning.db. A released schema is never edited: a change is the next file.
-- Times are RFC 3339 in UTC, object ids are hex. Paths and diffs are TEXT, or BLOB when not UTF-8.

CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE plans (
    id            INTEGER NOT NULL PRIMARY KEY,
    uid           TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    description   TEXT,
    created_at    TEXT NOT NULL,
    status        TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'completed', 'archived')),
    metadata_json TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX idx_plans_status ON plans (status);
CREATE INDEX idx_plans_created ON plans (created_at);

CREATE TABLE plan_phases (
    id               INTEGER NOT NULL PRIMARY KEY,
    plan_id          INTEGER NOT NULL REFERENCES plans (id),
    phase_number     INTEGER NOT NULL,
    title            TEXT NOT NULL,
    description      TEXT,
    success_criteria TEXT,
    status           TEXT NOT NULL DEFAULT 'pending'
                     CHECK (status IN ('pending', 'in_progress', 'completed', 'failed', 'blocked')),
    created_at       TEXT NOT NULL,
    UNIQUE (plan_id, phase_number)
) STRICT;
CREATE INDEX idx_plan_phases_plan ON plan_phases (plan_id);
CREATE INDEX idx_plan_phases_status ON plan_phases (status);

CREATE TABLE plan_specs (
    id         INTEGER NOT NULL PRIMARY KEY,
    plan_id    INTEGER NOT NULL REFERENCES plans (id),
    spec_yaml  TEXT NOT NULL,
    spec_type  TEXT NOT NULL DEFAULT 'refactor_profile',
    spec_hash  TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX idx_plan_specs_plan ON plan_specs (plan_id);
CREATE INDEX idx_plan_specs_type ON plan_specs (spec_type);

CREATE TABLE plan_tasks (
    id           INTEGER NOT NULL PRIMARY KEY,
    uid          TEXT NOT NULL UNIQUE,
    plan_id      INTEGER NOT NULL REFERENCES plans (id),
    phase_id     INTEGER REFERENCES plan_phases (id),
    task_number  INTEGER NOT NULL CHECK (task_number > 0),
    title        TEXT NOT NULL,
    description  TEXT,
    status       TEXT NOT NULL DEFAULT 'pending'
                 CHECK (status IN ('pending', 'in_progress', 'completed', 'failed', 'blocked')),
    audit_status TEXT NOT NULL DEFAULT 'pending' CHECK (audit_status IN ('pending', 'pass', 'fail')),
    in_force     INTEGER NOT NULL DEFAULT 0 CHECK (in_force IN (0, 1)),
    -- Evidence up to this row no longer counts as a completion: the task was reopened after it.
    reopened_at_evidence INTEGER NOT NULL DEFAULT 0,
    assigned_to  TEXT,
    spec_id      INTEGER REFERENCES plan_specs (id),
    created_at   TEXT NOT NULL,
    started_at   TEXT,
    completed_at TEXT,
    UNIQUE (plan_id, task_number)
) STRICT;
CREATE INDEX idx_plan_tasks_plan ON plan_tasks (plan_id);
CREATE INDEX idx_plan_tasks_phase ON plan_tasks (phase_id);
CREATE INDEX idx_plan_tasks_status ON plan_tasks (status);
CREATE INDEX idx_plan_tasks_audit ON plan_tasks (audit_status);
CREATE INDEX idx_plan_tasks_spec ON plan_tasks (spec_id);
CREATE INDEX idx_plan_tasks_in_force ON plan_tasks (plan_id) WHERE in_force = 1;

CREATE TABLE plan_jobs (
    id           INTEGER NOT NULL PRIMARY KEY,
    task_id      INTEGER NOT NULL REFERENCES plan_tasks (id),
    job_number   INTEGER NOT NULL,
    description  TEXT NOT NULL,
    completed    INTEGER NOT NULL DEFAULT 0 CHECK (completed IN (0, 1)),
    is_audit_job INTEGER NOT NULL DEFAULT 0 CHECK (is_audit_job IN (0, 1)),
    created_at   TEXT NOT NULL,
    UNIQUE (task_id, job_number)
) STRICT;
CREATE INDEX idx_plan_jobs_task ON plan_jobs (task_id);
CREATE INDEX idx_plan_jobs_completed ON plan_jobs (completed);

CREATE TABLE active_tasks (
    worktree   TEXT NOT NULL PRIMARY KEY,
    task_id    INTEGER NOT NULL REFERENCES plan_tasks (id),
    started_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_active_tasks_task ON active_tasks (task_id);

CREATE TABLE code_snapshots (
    id              INTEGER NOT NULL PRIMARY KEY,
    uid             TEXT NOT NULL UNIQUE,
    plan_id         INTEGER NOT NULL REFERENCES plans (id),
    task_id         INTEGER REFERENCES plan_tasks (id),
    sequence        INTEGER NOT NULL CHECK (sequence > 0),
    checkpoint_name TEXT NOT NULL,
    timestamp       TEXT NOT NULL,
    git_ref         TEXT,
    files_json      TEXT NOT NULL DEFAULT '[]',
    left_out_json   TEXT NOT NULL DEFAULT '[]',
    origin          TEXT NOT NULL
                    CHECK (origin IN ('commit', 'manual', 'verification', 'rewind', 'archive')),
    snapshot_oid    TEXT NOT NULL,
    tree_oid        TEXT NOT NULL,
    patch_id        TEXT,
    branch          TEXT,
    worktree        TEXT NOT NULL,
    superseded_by   INTEGER REFERENCES code_snapshots (id)
) STRICT;
CREATE INDEX idx_code_snapshots_plan ON code_snapshots (plan_id);
CREATE INDEX idx_code_snapshots_task ON code_snapshots (task_id);
CREATE INDEX idx_code_snapshots_timestamp ON code_snapshots (timestamp);
CREATE INDEX idx_code_snapshots_snapshot ON code_snapshots (snapshot_oid);
CREATE INDEX idx_code_snapshots_tree ON code_snapshots (tree_oid);
CREATE INDEX idx_code_snapshots_patch ON code_snapshots (patch_id);
CREATE INDEX idx_code_snapshots_superseded ON code_snapshots (superseded_by);
CREATE UNIQUE INDEX idx_code_snapshots_task_sequence
    ON code_snapshots (task_id, sequence) WHERE task_id IS NOT NULL;
CREATE UNIQUE INDEX idx_code_snapshots_plan_sequence
    ON code_snapshots (plan_id, sequence) WHERE task_id IS NULL;

CREATE TABLE code_diffs (
    id            INTEGER NOT NULL PRIMARY KEY,
    snapshot_id   INTEGER NOT NULL REFERENCES code_snapshots (id),
    file_path     ANY NOT NULL CHECK (typeof(file_path) IN ('text', 'blob')),
    old_path      ANY CHECK (typeof(old_path) IN ('text', 'blob', 'null')),
    change        TEXT NOT NULL
                  CHECK (change IN ('added', 'modified', 'deleted', 'renamed', 'type_changed')),
    diff_text     ANY CHECK (typeof(diff_text) IN ('text', 'blob', 'null')),
    added_lines   INTEGER NOT NULL,
    removed_lines INTEGER NOT NULL,
    is_binary     INTEGER NOT NULL DEFAULT 0 CHECK (is_binary IN (0, 1))
) STRICT;
CREATE INDEX idx_code_diffs_snapshot ON code_diffs (snapshot_id);
CREATE INDEX idx_code_diffs_file ON code_diffs (file_path);

CREATE TABLE task_evidence (
    id              INTEGER NOT NULL PRIMARY KEY,
    task_id         INTEGER NOT NULL REFERENCES plan_tasks (id),
    kind            TEXT NOT NULL CHECK (kind IN ('verification', 'claim')),
    recorded_at     TEXT NOT NULL,
    spec_hash       TEXT,
    tree_oid        TEXT,
    head_oid        TEXT,
    anchor_oid      TEXT,
    dirty           INTEGER NOT NULL CHECK (dirty IN (0, 1)),
    worktree        TEXT NOT NULL,
    passed          INTEGER NOT NULL CHECK (passed IN (0, 1)),
    violations      INTEGER,
    evaluation_json TEXT
) STRICT;
CREATE INDEX idx_task_evidence_task ON task_evidence (task_id);
CREATE INDEX idx_task_evidence_adrift ON task_evidence (worktree) WHERE anchor_oid IS NULL;

CREATE TABLE gate_verdicts (
    commit_oid TEXT NOT NULL,
    spec_hash  TEXT NOT NULL,
    met        INTEGER NOT NULL CHECK (met IN (0, 1)),
    judged_at  TEXT NOT NULL,
    PRIMARY KEY (commit_oid, spec_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE rewrites (
    id      INTEGER NOT NULL PRIMARY KEY,
    old_oid TEXT NOT NULL,
    new_oid TEXT NOT NULL,
    cause   TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    UNIQUE (old_oid, new_oid)
) STRICT;
CREATE INDEX idx_rewrites_new ON rewrites (new_oid);

CREATE TABLE plan_events (
    id            INTEGER NOT NULL PRIMARY KEY,
    at            TEXT NOT NULL,
    actor         TEXT NOT NULL,
    action        TEXT NOT NULL,
    plan_id       INTEGER,
    task_number   INTEGER,
    detail_json   TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash          TEXT NOT NULL
) STRICT;
CREATE INDEX idx_plan_events_plan ON plan_events (plan_id);

-- The journal and the rewrites only grow.

CREATE TRIGGER plan_events_insert BEFORE INSERT ON plan_events
WHEN NEW.id IS NOT (SELECT IFNULL(MAX(id), 0) + 1 FROM plan_events)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER plan_events_update BEFORE UPDATE ON plan_events
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER plan_events_delete BEFORE DELETE ON plan_events
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER rewrites_update BEFORE UPDATE ON rewrites
BEGIN SELECT RAISE(ABORT, 'rewrites are append-only'); END;
CREATE TRIGGER rewrites_delete BEFORE DELETE ON rewrites
BEGIN SELECT RAISE(ABORT, 'rewrites are append-only'); END;

-- An archived plan is sealed: nothing that belongs to it comes, changes or goes.

CREATE TRIGGER archived_plans_insert BEFORE INSERT ON plans
WHEN EXISTS (SELECT 1 FROM plans WHERE (id = NEW.id OR uid = NEW.uid) AND status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;
CREATE TRIGGER archived_plans_update BEFORE UPDATE ON plans
WHEN OLD.status = 'archived'
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;
CREATE TRIGGER archived_plans_delete BEFORE DELETE ON plans
WHEN OLD.status = 'archived'
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;

CREATE TRIGGER archived_plan_phases_insert BEFORE INSERT ON plan_phases
WHEN EXISTS (SELECT 1 FROM plans WHERE id = NEW.plan_id AND status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;
CREATE TRIGGER archived_plan_phases_update BEFORE UPDATE ON plan_phases
WHEN EXISTS (SELECT 1 FROM plans WHERE id IN (OLD.plan_id, NEW.plan_id) AND status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;
CREATE TRIGGER archived_plan_phases_delete BEFORE DELETE ON plan_phases
WHEN EXISTS (SELECT 1 FROM plans WHERE id = OLD.plan_id AND status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;

CREATE TRIGGER archived_plan_specs_insert BEFORE INSERT ON plan_specs
WHEN EXISTS (SELECT 1 FROM plans WHERE id = NEW.plan_id AND status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;
CREATE TRIGGER archived_plan_specs_update BEFORE UPDATE ON plan_specs
WHEN EXISTS (SELECT 1 FROM plans WHERE id IN (OLD.plan_id, NEW.plan_id) AND status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;
CREATE TRIGGER archived_plan_specs_delete BEFORE DELETE ON plan_specs
WHEN EXISTS (SELECT 1 FROM plans WHERE id = OLD.plan_id AND status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;

CREATE TRIGGER archived_plan_tasks_insert BEFORE INSERT ON plan_tasks
WHEN EXISTS (SELECT 1 FROM plans WHERE id = NEW.plan_id AND status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;
CREATE TRIGGER archived_plan_tasks_update BEFORE UPDATE ON plan_tasks
WHEN EXISTS (SELECT 1 FROM plans WHERE id IN (OLD.plan_id, NEW.plan_id) AND status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;
CREATE TRIGGER archived_plan_tasks_delete BEFORE DELETE ON plan_tasks
WHEN EXISTS (SELECT 1 FROM plans WHERE id = OLD.plan_id AND status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;

CREATE TRIGGER archived_code_snapshots_insert BEFORE INSERT ON code_snapshots
WHEN EXISTS (SELECT 1 FROM plans WHERE id = NEW.plan_id AND status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;
CREATE TRIGGER archived_code_snapshots_update BEFORE UPDATE ON code_snapshots
WHEN EXISTS (SELECT 1 FROM plans WHERE id IN (OLD.plan_id, NEW.plan_id) AND status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;
CREATE TRIGGER archived_code_snapshots_delete BEFORE DELETE ON code_snapshots
WHEN EXISTS (SELECT 1 FROM plans WHERE id = OLD.plan_id AND status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;

CREATE TRIGGER archived_plan_jobs_insert BEFORE INSERT ON plan_jobs
WHEN EXISTS (SELECT 1 FROM plan_tasks JOIN plans ON plans.id = plan_tasks.plan_id
    WHERE plan_tasks.id = NEW.task_id AND plans.status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;
CREATE TRIGGER archived_plan_jobs_update BEFORE UPDATE ON plan_jobs
WHEN EXISTS (SELECT 1 FROM plan_tasks JOIN plans ON plans.id = plan_tasks.plan_id
    WHERE plan_tasks.id IN (OLD.task_id, NEW.task_id) AND plans.status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;
CREATE TRIGGER archived_plan_jobs_delete BEFORE DELETE ON plan_jobs
WHEN EXISTS (SELECT 1 FROM plan_tasks JOIN plans ON plans.id = plan_tasks.plan_id
    WHERE plan_tasks.id = OLD.task_id AND plans.status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;

CREATE TRIGGER archived_active_tasks_insert BEFORE INSERT ON active_tasks
WHEN EXISTS (SELECT 1 FROM plan_tasks JOIN plans ON plans.id = plan_tasks.plan_id
    WHERE plan_tasks.id = NEW.task_id AND plans.status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;
CREATE TRIGGER archived_active_tasks_update BEFORE UPDATE ON active_tasks
WHEN EXISTS (SELECT 1 FROM plan_tasks JOIN plans ON plans.id = plan_tasks.plan_id
    WHERE plan_tasks.id IN (OLD.task_id, NEW.task_id) AND plans.status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;
CREATE TRIGGER archived_active_tasks_delete BEFORE DELETE ON active_tasks
WHEN EXISTS (SELECT 1 FROM plan_tasks JOIN plans ON plans.id = plan_tasks.plan_id
    WHERE plan_tasks.id = OLD.task_id AND plans.status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;

CREATE TRIGGER archived_task_evidence_insert BEFORE INSERT ON task_evidence
WHEN EXISTS (SELECT 1 FROM plan_tasks JOIN plans ON plans.id = plan_tasks.plan_id
    WHERE plan_tasks.id = NEW.task_id AND plans.status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;
CREATE TRIGGER archived_task_evidence_update BEFORE UPDATE ON task_evidence
WHEN EXISTS (SELECT 1 FROM plan_tasks JOIN plans ON plans.id = plan_tasks.plan_id
    WHERE plan_tasks.id IN (OLD.task_id, NEW.task_id) AND plans.status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;
CREATE TRIGGER archived_task_evidence_delete BEFORE DELETE ON task_evidence
WHEN EXISTS (SELECT 1 FROM plan_tasks JOIN plans ON plans.id = plan_tasks.plan_id
    WHERE plan_tasks.id = OLD.task_id AND plans.status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;

CREATE TRIGGER archived_code_diffs_insert BEFORE INSERT ON code_diffs
WHEN EXISTS (SELECT 1 FROM code_snapshots JOIN plans ON plans.id = code_snapshots.plan_id
    WHERE code_snapshots.id = NEW.snapshot_id AND plans.status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;
CREATE TRIGGER archived_code_diffs_update BEFORE UPDATE ON code_diffs
WHEN EXISTS (SELECT 1 FROM code_snapshots JOIN plans ON plans.id = code_snapshots.plan_id
    WHERE code_snapshots.id IN (OLD.snapshot_id, NEW.snapshot_id) AND plans.status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;
CREATE TRIGGER archived_code_diffs_delete BEFORE DELETE ON code_diffs
WHEN EXISTS (SELECT 1 FROM code_snapshots JOIN plans ON plans.id = code_snapshots.plan_id
    WHERE code_snapshots.id = OLD.snapshot_id AND plans.status = 'archived')
BEGIN SELECT RAISE(ABORT, 'the plan is archived'); END;
