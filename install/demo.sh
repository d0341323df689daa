#!/bin/sh
# Plays the main job in a throw-away repository: plan, spec, commits, verification, push gate,
# rewind, archive, with the real git, the real hooks and a real push. Prints what it does.
#
#   sh install/demo.sh                  builds git-plan first
#   sh install/demo.sh path/to/git-plan uses that binary
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
if [ $# -gt 0 ]; then
    binary=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
else
    (cd "$here" && cargo build --release)
    binary=${CARGO_TARGET_DIR:-$here/target}/release/git-plan
fi

world=$(mktemp -d)
trap 'cd / && rm -rf "$world"' EXIT
mkdir "$world/bin" "$world/home"
ln -s "$binary" "$world/bin/git-plan"
PATH=$world/bin:$PATH
HOME=$world/home
GIT_CONFIG_GLOBAL=$world/home/.gitconfig
GIT_CONFIG_NOSYSTEM=1
export PATH HOME GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PLAN_HOOKS || :
git config --global user.name Demo
git config --global user.email demo@example.com
git config --global init.defaultBranch main

say() { printf '\n\033[1m# %s\033[0m\n' "$*"; }
run() { printf '$ %s\n' "$*"; "$@"; }
# Runs what must answer "no"; anything else stops the demo.
refused() {
    printf '$ %s\n' "$*"
    status=0
    "$@" || status=$?
    printf '(exit status %s)\n' "$status"
    [ "$status" -eq 1 ]
}

say "A small Go project that still uses io/ioutil, and its remote"
git init -q --bare "$world/origin.git"
git init -q "$world/project"
cd "$world/project"
git remote add origin "$world/origin.git"
mkdir -p cmd store specs
cat >cmd/main.go <<'GO'
package main

import (
	"fmt"
	"io/ioutil"
	"os"
)

// ioutil is deprecated; this comment is no use of it.
func main() {
	body, err := ioutil.ReadAll(os.Stdin)
	if err != nil {
		fmt.Println("reading with ioutil failed", err)
	}
	fmt.Println(len(body))
}
GO
cat >store/store.go <<'GO'
package store

import "io/ioutil"

func Load(path string) ([]byte, error) {
	return ioutil.
		ReadFile(path)
}

func Save(path string, data []byte) error {
	return ioutil.WriteFile(path, data, 0o600)
}
GO
cat >specs/ioutil.yaml <<'YAML'
refactor_name: ioutil_removal
description: Replace the deprecated io/ioutil
rules:
  - id: no-ioutil
    description: Nothing imports or calls ioutil any more
    severity: high
    match:
      identifiers: [ioutil]
    guidance: Use os.ReadFile, os.WriteFile and io.ReadAll.
  - id: os-does-it
    description: The store reads and writes through os
    expect:
      identifiers: [os.ReadFile, os.WriteFile]
    scope:
      include: ["store/**"]
YAML
git add -A
git commit -q -m "base"
git push -q -u origin main

say "A plan with one task, and the spec that says when it is done"
run git plan init --name "Go 1.21 clean-up"
run git plan install
run git plan add-task 1 --title "Replace ioutil" --spec specs/ioutil.yaml
run git plan spec check specs/ioutil.yaml
run git plan start 1

say "Half of the work; the commit makes a checkpoint and counts what is left"
sed -i.bak -e 's#"io/ioutil"#"io"#' -e 's/ioutil\.ReadAll/io.ReadAll/' cmd/main.go
rm cmd/main.go.bak
run git commit -q -am "first half"
run git plan show --tasks
run git --no-pager plan show-diff 1 1 --sequence 1

say "Saying that it is done does not make it so"
refused git plan verify-task 1 1 --verbose
run git plan update-task 1 1 --status completed
refused git push -q

say "The other half; now it is verified, and the push passes"
sed -i.bak -e 's#"io/ioutil"#"os"#' -e 's/ioutil\./os./' store/store.go
rm store/store.go.bak
run git commit -q -am "second half"
run git plan verify-task 1 1
run git push -q

say "The way back is printed, and nothing of it executed"
run git plan rewind 1 1
run git rewind 1 1 --to 1

say "The plan is sealed"
run git plan archive 1 --notes "shipped"
run git plan list
printf '\nThe whole loop works.\n'
