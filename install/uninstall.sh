#!/bin/sh
# Removes what install.sh put into $PREFIX/bin (default: ~/.local/bin). Plans, checkpoints and
# hooks live in repositories and stay there.
set -eu

prefix=${PREFIX:-${HOME:?set PREFIX or HOME}/.local}
program=${DESTDIR-}$prefix/bin/git-plan

if [ ! -e "$program" ] && [ ! -L "$program" ]; then
  echo "uninstall.sh: there is no $program" >&2
  exit 1
fi
rm -f -- "$program"
echo "Removed $program"
echo "Hooks without the program let everything pass; pre-push says so on each push."
echo "To take them out of a repository, run 'git plan uninstall' there before this script."
