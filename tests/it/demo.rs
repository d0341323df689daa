//! The demo that README promises runs from its first line to its last.

use std::path::Path;

use crate::support::TestRepo;

#[test]
fn the_demo_plays_the_whole_loop() {
    let world = TestRepo::without_git();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("install/demo.sh");
    let args = [script.to_str().unwrap(), env!("CARGO_BIN_EXE_git-plan")];
    world
        .run_in(world.root(), "sh", args, b"")
        .ok()
        .says("Task 1 VERIFIED (0 violations)")
        .says("The whole loop works.");
}
