#!/bin/sh
# The only way in which org runs Git: nothing that lies in a repository, in a work tree or in the
# environment decides which program runs or which file is read.
#
# A script and not a list of arguments, because simple-git takes it as its binary: most of these settings it
# refuses on its own command line, rightly, for there they are ways to attack.
#
#   ORG_GIT            absolute path of git
#   ORG_GIT_DIR        the repository; never looked for, because a planted file named .git leads anywhere
#   ORG_GIT_WORK_TREE  its work tree; empty: none
#   ORG_GIT_INDEX      its index; empty: the one that lies in it
#   ORG_GIT_PROTOCOLS  protocols that fetch may use, separated by colons; empty: none
#   ORG_GIT_MUTED      keys of the repository's own configuration that name programs, one a line
#   ORG_GIT_LINKS      true: symbolic links are links, in the work tree too; empty: they are written as files
#   ORG_GIT_NAME, ORG_GIT_EMAIL   who commits; empty: what the repository says
set -efu
PATH=${ORG_GIT%/*}:/usr/local/bin:/usr/bin:/bin
export PATH

refuse() {
  printf 'fatal: org does not run "git %s"%s\n' "$command" "$1" >&2
  exit 128
}

# simple-git begins a commit with it; it is set below.
if [ "${1-} ${2-}" = "-c core.abbrev=40" ]; then shift 2; fi
command=${1-}
[ "$#" -eq 0 ] || shift

for argument in "$@"; do
  case $argument in
    --) break ;;
    # Each runs a program, or reads or writes a file outside of the repository.
    --upload-pack* | --receive-pack* | --exec | --exec=* | --ext-diff | --textconv | --show-signature | \
      --unsafe-paths | --output | --output=* | --contents | --contents=* | --no-index | --template | --template=*)
      refuse " with $argument" ;;
  esac
done

may_meet_submodules=false
case $command in
  diff | diff-files | diff-index | diff-tree | log | show)
    # As an argument: a setting would lose against "ignore = none" in a .gitmodules of the work tree, and
    # Git looks into a submodule with the programs that the submodule's own configuration names.
    set -- --no-ext-diff --no-textconv --ignore-submodules=all "$@" ;;
  status)
    set -- --ignore-submodules=all "$@" ;;
  blame)
    set -- --no-textconv "$@" ;;
  fetch)
    # As an argument: of several settings for one remote, Git takes the first.
    set -- --upload-pack=git-upload-pack --no-recurse-submodules "$@" ;;
  add | apply | checkout | cherry-pick | commit | merge | mv | read-tree | reset | restore | revert | rm | switch)
    may_meet_submodules=true ;;
  branch | bundle | cat-file | check-ref-format | checkout-index | commit-tree | config | count-objects | fast-import | \
    for-each-ref | fsck | gc | hash-object | index-pack | ls-files | ls-tree | merge-base | merge-tree | mktag | \
    mktree | pack-objects | pack-refs | prune | rev-list | rev-parse | show-ref | symbolic-ref | tag | \
    unpack-objects | update-index | update-ref | verify-commit | \
    verify-pack | verify-tag | version | worktree | write-tree) ;;
  init)
    # Templates bring hooks.
    set -- --template= "$@" ;;
  *)
    # What is not named may be an alias, or runs editors and helpers by design.
    refuse "" ;;
esac

# Becomes git with these arguments, under all settings.
hardened() {
  if [ -n "${ORG_GIT_WORK_TREE-}" ]; then
    set -- -c core.bare=false "$@"
    place="GIT_WORK_TREE=$ORG_GIT_WORK_TREE"
  else
    set -- -c core.bare=true "$@"
    place=GIT_IMPLICIT_WORK_TREE=0
  fi
  set -- \
    "$place" \
    "$ORG_GIT" \
    --no-pager \
    -c core.abbrev=40 \
    -c core.hooksPath=/dev/null \
    -c core.fsmonitor=false \
    -c core.symlinks="${ORG_GIT_LINKS:-false}" \
    -c core.attributesFile=/dev/null \
    -c core.excludesFile=/dev/null \
    -c core.protectHFS=true \
    -c core.protectNTFS=true \
    -c core.alternateRefsCommand=true \
    -c core.sshCommand=false \
    -c core.askPass=false \
    -c protocol.allow=never \
    -c transfer.fsckObjects=true \
    -c fetch.recurseSubmodules=false \
    -c submodule.recurse=false \
    -c diff.ignoreSubmodules=all \
    -c color.ui=false \
    -c log.mailmap=false \
    -c log.showSignature=false \
    -c gpg.program=gpg \
    -c gpg.openpgp.program=gpg \
    -c gpg.x509.program=gpgsm \
    -c gpg.ssh.program=ssh-keygen \
    -c gpg.ssh.defaultKeyCommand= \
    -c user.useConfigOnly=true \
    -c gc.auto=0 \
    -c maintenance.auto=false \
    -c init.defaultBranch=main \
    -c advice.graftFileDeprecated=false \
    "$@"

  # The names of drivers are free, so they cannot be in the list above.
  count=0
  IFS='
'
  for key in ${ORG_GIT_MUTED-}; do
    case $key in
      # A filter that may be left out; a merge driver that always leaves a conflict.
      *.required | *.driver) value=false ;;
      *) value= ;;
    esac
    set -- "GIT_CONFIG_KEY_$count=$key" "GIT_CONFIG_VALUE_$count=$value" "$@"
    count=$((count + 1))
  done

  if [ -n "${ORG_GIT_INDEX-}" ]; then
    set -- "GIT_INDEX_FILE=$ORG_GIT_INDEX" "$@"
  fi

  if [ -n "${ORG_GIT_NAME-}" ]; then
    set -- \
      "GIT_AUTHOR_NAME=$ORG_GIT_NAME" "GIT_AUTHOR_EMAIL=$ORG_GIT_EMAIL" \
      "GIT_COMMITTER_NAME=$ORG_GIT_NAME" "GIT_COMMITTER_EMAIL=$ORG_GIT_EMAIL" \
      "$@"
  fi

  exec env -i \
    PATH="$PATH" \
    LC_ALL=C \
    GIT_DIR="$ORG_GIT_DIR" \
    GIT_CONFIG_NOSYSTEM=1 \
    GIT_CONFIG_GLOBAL=/dev/null \
    GIT_CONFIG_COUNT="$count" \
    GIT_ATTR_NOSYSTEM=1 \
    GIT_ALLOW_PROTOCOL="${ORG_GIT_PROTOCOLS-}" \
    GIT_NO_REPLACE_OBJECTS=1 \
    GIT_GRAFT_FILE=/dev/null \
    GIT_NO_LAZY_FETCH=1 \
    GIT_LITERAL_PATHSPECS=1 \
    GIT_OPTIONAL_LOCKS=0 \
    GIT_TERMINAL_PROMPT=0 \
    GIT_PROXY_COMMAND=false \
    GIT_EDITOR=false \
    GIT_SEQUENCE_EDITOR=false \
    GIT_TEST_DISALLOW_ABBREVIATED_OPTIONS=true \
    "$@"
}

# These have no argument that keeps them out of submodules.
if [ "$may_meet_submodules" = true ] && (hardened ls-files --stage </dev/null) | grep -q '^160000 '; then
  refuse " in a repository with submodules"
fi

hardened "$command" "$@"
