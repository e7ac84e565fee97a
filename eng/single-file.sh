#!/usr/bin/env bash
# Makes `interlock` as one file for Linux x64 that needs no .NET on the machine: usage: eng/single-file.sh [FOLDER],
# .build/single-file without one.
set -euo pipefail

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[[ $# -le 1 && ${1:-} != -* ]] || { echo "usage: eng/single-file.sh [FOLDER]" >&2; exit 64; }
out=$(realpath -m "${1:-$root/.build/single-file}")
source "$root/eng/dotnet.sh"
need_dotnet || exit 69

# `composite` would compile the whole framework anew, into a file a third larger, for minutes; the framework is compiled already.
# The analyzer of single files would enter a package into the lock files that nothing ships
part=$root/.build/single-file.part
rm -rf "$part"
dotnet publish "$root/src/Interlock.Cli/Interlock.Cli.csproj" -c Release -r linux-x64 --self-contained \
    -p:PublishSingleFile=true -p:IncludeNativeLibrariesForSelfExtract=true -p:EnableSingleFileAnalyzer=false \
    -p:PublishReadyToRun=true -p:PublishReadyToRunComposite=false -p:DebugType=none \
    --artifacts-path "$root/.build/single-file-build" -o "$part" "${quiet_build[@]}" </dev/null
mkdir -p "$out"
mv "$part/Interlock.Cli" "$out/interlock.part"
mv "$out/interlock.part" "$out/interlock"
rm -rf "$part"
ls "$out"
