#!/usr/bin/env bash
# Three plans about the files of a small site, from proposal to audit, in a copy of this folder that is thrown away.
set -euo pipefail

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
interlock=$here/../../interlock
work=$(cd -P "$(mktemp -d)" && pwd)
trap 'rm -rf "$work"' EXIT
cp -R "$here/interlock.yaml" "$here/plans" "$here/site" "$work"
cd "$work"
unset INTERLOCK_CONFIG
export NO_COLOR=1

# what differs from run to run: ids, the folder, the head of the log
same() {
    sed -E -e "s|$work|.|g" -e 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/ID/g' -e 's/head [0-9a-f]{64}/head HASH/' -e 's/(show|--continues) [0-9a-f]{8}/\1 ID/g'
}

propose() { "$interlock" propose "plans/$1.yaml" --json | sed -n 's/^ *"plan_id": "\(.*\)",*$/\1/p'; }

# the computed effects and the diffs, out of the page that the reviewer sees
review() { "$interlock" show "$1" | grep -E '^([0-9]+\.|   (does|touches)|     │ [-+])' | same; }

# the last words; a run that is refused or halts has an exit code of its own
execute() { { "$interlock" execute "$1" 2>&1 || true; } | sed '/^waiting/d; /^\.\.\./d' | same; }

echo "== publish: proposed, and not executed before a person approves it"
plan=$(propose publish)
execute "$plan"
review "$plan"
"$interlock" approve "$plan" --by rita --reason "reads well" --yes >/dev/null
execute "$plan"
cat site/index.html

echo "== publish once more: executing again does nothing, proposing again halts at the first check"
execute "$plan"
plan=$(propose publish)
"$interlock" approve "$plan" --by rita --yes >/dev/null
execute "$plan"

echo "== outside: refused as it is proposed"
{ "$interlock" propose plans/outside.yaml 2>&1 || true; } | same

echo "== retract: rejected at first, approved when it is proposed again"
plan=$(propose retract)
"$interlock" reject "$plan" --by rita --reason "the page stays" | same
execute "$plan"
plan=$(propose retract)
"$interlock" approve "$plan" --by rita --yes >/dev/null
execute "$plan"
ls site

echo "== the log"
"$interlock" export audit.jsonl | same
"$interlock" verify-audit audit.jsonl | same
"$interlock" fsck
