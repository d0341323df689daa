//! Many at once: one schema, nothing lost, no number given twice.

use std::process::Stdio;
use std::sync::Barrier;
use std::thread;

use super::*;

const MANY: usize = 32;

/// What each of the many does: makes a plan of its own and a task in plan 1.
fn work(plan: &Path) {
    let planning = Planning::open(plan, Access::Create).unwrap();
    write(&planning, |writer| writer.add_plan(new_plan("Own")));
    for _ in 0..3 {
        write(&planning, |writer| {
            // Reading before writing is what a deferred transaction would fail at.
            let number = writer.tasks(PlanId(1))?.len() + 1;
            let task = writer.add_task(PlanId(1), new_task("Shared"), None)?;
            assert_eq!(task.number.0 as usize, number);
            let seed = u8::try_from(number)?;
            writer.add_checkpoint(new_checkpoint(PlanId(1), None, Origin::Manual, seed))
        });
        read(&planning, |reader| reader.tasks(PlanId(1)));
    }
}

fn check(repository: &Repository) {
    let planning = repository.open(Access::Read);
    read(&planning, |reader| {
        assert_eq!(reader.plans(None)?.len(), MANY);
        let numbers: Vec<u32> = reader
            .tasks(PlanId(1))?
            .iter()
            .map(|it| it.number.0)
            .collect();
        assert_eq!(numbers, (1..=3 * MANY as u32).collect::<Vec<_>>());
        let checkpoints = reader.checkpoints(PlanId(1), None, Superseded::Shown)?;
        let sequences: Vec<u32> = checkpoints.iter().map(|it| it.sequence).collect();
        assert_eq!(sequences, numbers);
        assert_eq!(reader.events(None)?.len(), MANY * 7);
        assert_eq!(reader.first_broken_event()?, None);
        assert_eq!(reader.faults()?, [""; 0]);
        Ok(())
    });
}

#[test]
fn threads() {
    let repository = Repository::new();
    let start = Barrier::new(MANY);
    thread::scope(|scope| {
        for _ in 0..MANY {
            scope.spawn(|| {
                start.wait();
                work(&repository.plan());
            });
        }
    });
    check(&repository);
}

#[test]
fn processes() {
    if let Some(plan) = parent_says() {
        return work(&plan);
    }
    let repository = Repository::new();
    let spawn = |_| {
        rerun("concurrency::processes", &repository.plan())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let children: Vec<_> = (0..MANY).map(spawn).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
    }
    check(&repository);
}

#[test]
fn a_failed_change_leaves_nothing() {
    let planning = Planning::in_memory().unwrap();
    let failed = planning.write(ACTOR, NOW, |writer| {
        writer.add_plan(new_plan("Half"))?;
        anyhow::bail!("changed my mind")
    });
    let error: anyhow::Result<()> = failed;
    assert_eq!(error.unwrap_err().to_string(), "changed my mind");
    assert_eq!(read(&planning, |reader| reader.plans(None)).len(), 0);
    assert_eq!(read(&planning, |reader| reader.events(None)).len(), 0);
}
