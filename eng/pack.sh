#!/usr/bin/env bash
# Makes the packages, and beside each its bill of materials: usage: eng/pack.sh [FOLDER], .build/packages without one. The same commit
# gives the same bytes.
set -euo pipefail

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[[ $# -le 1 && ${1:-} != -* ]] || { echo "usage: eng/pack.sh [FOLDER]" >&2; exit 64; }
out=$(realpath -m "${1:-$root/.build/packages}")
source "$root/eng/dotnet.sh"
need_dotnet || exit 69

# what stands in a package as its time; without a repository, the first that a zip file can hold
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 315532800)}
export SOURCE_DATE_EPOCH

# in folders of its own, so that a build by an editor or by ./test is not written over
for project in Interlock Interlock.Cli; do
    dotnet pack "$root/src/$project/$project.csproj" -c Release --artifacts-path "$root/.build/pack" -o "$out" "${quiet_build[@]}" </dev/null
done
ls "$out"
