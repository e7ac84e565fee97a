# Sourced by ./interlock and ./test, which set `root` first.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# a build server outlives the command that started it and keeps its standard error open: a caller that reads to the end would hang
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
quiet_build=(-nodeReuse:false -p:UseSharedCompilation=false -tl:off -v:quiet)

# Succeeds where an SDK that global.json accepts is on PATH; otherwise says what to do.
need_dotnet() {
    if ! command -v dotnet >/dev/null 2>&1; then
        echo "the .NET 10 SDK is needed and \`dotnet\` is not on PATH; install it from https://dotnet.microsoft.com/download/dotnet/10.0" >&2
        return 1
    fi
    # global.json asks for 10.0; from the root, so that it is this file that counts
    if ! (cd "$root" && dotnet --version) >/dev/null 2>&1; then
        echo "the .NET 10 SDK is needed and \`dotnet\` has only: $(cd / && dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | paste -s -d' ' -)" >&2
        echo "install it from https://dotnet.microsoft.com/download/dotnet/10.0" >&2
        return 1
    fi
}
