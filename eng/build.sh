# Sourced by ./interlock when there is something to build; uses its `root`, `out`, `inputs` and `fresh`.

source "$root/eng/dotnet.sh"

# One build at a time, whoever starts it; the second one finds the work done. Not every system has flock.
build_locked() {
    mkdir -p "$out"
    if command -v flock >/dev/null 2>&1; then
        exec 9>"$out/lock"
        flock -n 9 || { echo "interlock: waiting for another build of this checkout" >&2; flock 9; }
        # the descriptor must not reach the compiler or the program: the lock is held as long as anyone has it open
        fresh || build 9>&-
        exec 9>&-
    else
        take_folder_lock
        trap 'rm -rf "$out/lock.d"' EXIT
        fresh || build
        rm -rf "$out/lock.d"
        trap - EXIT
    fi
}

# mkdir is atomic everywhere. A holder that was killed is recognised by its process id.
take_folder_lock() {
    local told= holder
    until mkdir "$out/lock.d" 2>/dev/null; do
        [[ -n $told ]] || echo "interlock: waiting for another build of this checkout" >&2
        told=yes
        sleep 1
        holder=$(cat "$out/lock.d/pid" 2>/dev/null) || continue
        # moved aside before it is removed: of two that notice, only one may clear it
        if [[ -n $holder ]] && ! kill -0 "$holder" 2>/dev/null; then
            mv "$out/lock.d" "$out/lock.dead.$$" 2>/dev/null && rm -rf "$out/lock.dead.$$"
        fi
    done
    echo $$ >"$out/lock.d/pid"
}

# ReadyToRun needs a compiler package for the host; the lock files hold the one for linux-x64.
ready_to_run() {
    [[ $(uname -s) == Linux && $(uname -m) == x86_64 ]] && ! compgen -G '/lib/ld-musl-*' >/dev/null
}

build() {
    need_dotnet || exit 69
    local started=$SECONDS name=app.$(date +%Y%m%d%H%M%S).$$ log=$out/build.log
    local target=$out/$name.part
    mkdir -p "$target"
    # the time and the names of the sources are taken before the compiler reads them: an edit during the build is seen afterwards
    : >"$target/started"
    inputs | LC_ALL=C sort >"$target/inputs"

    if ready_to_run; then
        echo "interlock: building (first use, or a source has changed); this takes a minute or two" >&2
        # a locked-down or partial feed may lack the native compiler: that costs start-up time, not function
        if ! publish -r linux-x64 -p:PublishReadyToRun=true >"$log" 2>&1; then
            grep -qiE 'NETSDK1094|NU110[0-9].*(crossgen2|NETCore\.App\.Runtime)' "$log" || fail
            echo "interlock: the ReadyToRun compiler cannot be restored; building without it (slower start)" >&2
            publish >"$log" 2>&1 || fail
        fi
    else
        echo "interlock: building for $(uname -s) $(uname -m), without ReadyToRun (slower start); this takes a minute or two" >&2
        publish >"$log" 2>&1 || fail
    fi

    (cd "$root" && dotnet --list-runtimes) |
        sed -n 's|^Microsoft\.NETCore\.App 10\..*\[\(.*\)/shared/.*|\1|p' | tail -n 1 >"$target/dotnet-root"
    mv "$target" "$out/$name"
    echo "$name" >"$out/current.part"
    mv "$out/current.part" "$out/current"
    prune
    echo "interlock: built in $((SECONDS - started)) s" >&2
}

# Own intermediate folders: a build here and one by an editor or by ./test must not write over each other.
publish() {
    dotnet publish "$root/src/Interlock.Cli/Interlock.Cli.csproj" -c Release --self-contained false \
        --artifacts-path "$out/artifacts" -o "$target" "${quiet_build[@]}" "$@" </dev/null
}

fail() {
    cat "$log" >&2
    echo "interlock: the build failed; the lines above say why" >&2
    rm -rf "$target"
    exit 70
}

# The newest three stay, as does every build that a process still runs from: assemblies are loaded when first needed.
prune() {
    local old in_use
    in_use=$(for exe in /proc/[0-9]*/exe; do readlink "$exe" || true; done 2>/dev/null)
    while read -r old; do
        [[ $in_use == *"$old/"* ]] || rm -rf "$old"
    done < <(ls -dt "$out"/app.* 2>/dev/null | tail -n +4)
}
