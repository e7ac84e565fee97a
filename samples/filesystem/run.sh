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

# a key for rita, who approves; a person would have one already, with a passphrase or in hardware.
ssh-keygen -q -t ed25519 -N '' -C rita -f "$work/rita"
touch allowed_signers revoked_keys
"$interlock" keys add rita rita.pub >/dev/null
approve() { "$interlock" approve "$1" --by rita --key rita --yes "${@:2}" >/dev/null; }

# what differs from run to run: ids, the folder, the head of the log, a time to wait
same() {
    sed -E -e "s|$work|.|g" -e 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/ID/g' -e 's/head [0-9a-f]{64}/head HASH/' -e 's/wait [0-9]+ s/wait SECONDS s/' -e 's/(show|--continues) [0-9a-f]{8}/\1 ID/g'
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
approve "$plan" --reason "reads well"
execute "$plan"
cat site/index.html

echo "== publish once more: executing again does nothing, proposing again halts at the first check"
execute "$plan"
plan=$(propose publish)
approve "$plan"
execute "$plan"

echo "== outside: refused as it is proposed"
{ "$interlock" propose plans/outside.yaml 2>&1 || true; } | same

echo "== retract: rejected, and the very same plan not taken again so soon; another one is"
plan=$(propose retract)
"$interlock" reject "$plan" --by rita --key rita --reason "say where it went" | same
execute "$plan"
{ "$interlock" propose plans/retract.yaml 2>&1 || true; } | same
sed -i.before 's,<h1>Welcome</h1>,<h1>Welcome back</h1>,' plans/retract.yaml
plan=$(propose retract)
approve "$plan"
execute "$plan"
ls site

echo "== the log"
"$interlock" export audit.jsonl | same
"$interlock" verify-audit audit.jsonl | same
"$interlock" fsck
