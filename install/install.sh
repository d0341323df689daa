#!/bin/sh
# Builds git-plan and puts it into $PREFIX/bin (default: ~/.local/bin), where git finds it as
# `git plan`. DESTDIR, if set, goes before PREFIX, for packagers.
set -eu

die() {
  echo "install.sh: $*" >&2
  exit 1
}

prefix=${PREFIX:-${HOME:?set PREFIX or HOME}/.local}
bin=${DESTDIR-}$prefix/bin
source=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)

command -v cargo >/dev/null || die "cargo is needed to build git-plan (https://rustup.rs)"
command -v git >/dev/null || die "git is needed, 2.31 or newer"

unset CARGO_BUILD_TARGET
(cd "$source" && cargo build --release --locked --bin git-plan --target-dir target)

mkdir -p "$bin"
# Renamed into place: a hook may be running the old program right now.
new=$(mktemp "$bin/.git-plan.XXXXXX")
trap 'rm -f "$new"' EXIT
cp "$source/target/release/git-plan" "$new"
chmod 755 "$new"
mv -f "$new" "$bin/git-plan"
trap - EXIT

echo "Installed $bin/git-plan"
case :$PATH: in
  *":$prefix/bin:"*) ;;
  *) echo "Add $prefix/bin to PATH, so that 'git plan' is found." ;;
esac
echo "Then, in each repository:"
echo "  git plan install          hooks and aliases"
echo "  git plan init --name NAME the first plan"
