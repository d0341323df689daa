//! The repository that is measured: committed files, a plan in use, hooks installed.

use std::fs;
use std::path::PathBuf;

use crate::sources;
use crate::world::World;

/// Ten rules that are broken in about one file of fourteen.
pub(crate) const SPEC: &str = include_str!("project/migration.yaml");

/// Three rules that are met, though comments and strings speak of what they forbid.
pub(crate) const MET_SPEC: &str = include_str!("project/met.yaml");

/// How many further tasks the plan has.
const OTHER_TASKS: usize = 18;

/// How many commits were made for the active task.
const COMMITS: usize = 20;

/// The repository.
pub(crate) struct Project {
    pub(crate) world: World,
    files: usize,
}

impl Project {
    /// Makes one of so many files; what is timed later starts from here.
    pub(crate) fn new(files: usize) -> Self {
        let world = World::new();
        for file in (0..files).map(sources::file) {
            world.write(&file.path, &file.text);
        }
        world.git(&["add", "-A"]);
        world.git(&["commit", "-q", "-m", "base"]);
        world.git(&["gc", "-q"]);
        let project = Self { world, files };
        project.plan();
        project
    }

    /// Plans as somebody in the middle of a migration has: task 1 is active, task 2 completed.
    fn plan(&self) {
        let world = &self.world;
        let (spec, met) = (self.spec(), world.outside("met.yaml"));
        fs::write(&spec, SPEC).unwrap();
        fs::write(&met, MET_SPEC).unwrap();
        let (spec, met) = (spec.to_str().unwrap(), met.to_str().unwrap());
        world.git(&["plan", "init", "--name", "Migration"]);
        world.git(&["plan", "install"]);
        world.git(&[
            "plan",
            "add-task",
            "--title",
            "Leave the old ways",
            "--spec",
            spec,
        ]);
        world.git(&["plan", "add-task", "--title", "Safe hashes", "--spec", met]);
        for number in 0..OTHER_TASKS {
            let title = format!("Further step {number}");
            world.git(&["plan", "add-task", "--title", &title]);
        }
        world.git(&["plan", "verify-task", "2"]);
        world.git(&["plan", "start", "1"]);
        for number in 0..COMMITS {
            self.change(number);
            world.git(&["commit", "-q", "-a", "-m", "step"]);
        }
    }

    /// Returns where the spec of task 1 is, outside the repository.
    pub(crate) fn spec(&self) -> PathBuf {
        self.world.outside("migration.yaml")
    }

    /// Returns the path of a file by number.
    pub(crate) fn path(&self, number: usize) -> String {
        sources::file(number % self.files).path
    }

    /// Adds a line to a file.
    pub(crate) fn change(&self, number: usize) {
        self.world.append(&self.path(number * 37), "");
    }
}
