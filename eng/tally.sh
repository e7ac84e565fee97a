# Sourced by ./test: runs steps and tests, and keeps the sum.

passed=0 failed=0 skipped=0
failures=()

# `step NAME COMMAND…` counts as one; its output is shown only if it fails.
step() {
    local name=$1 log=$results/step.log started=$SECONDS
    shift
    if "$@" >"$log" 2>&1 </dev/null; then
        passed=$((passed + 1))
        echo "$name: passed ($((SECONDS - started)) s)"
    else
        cat "$log"
        fail "$name"
        return 1
    fi
}

fail() {
    failed=$((failed + 1))
    failures+=("$1")
    echo "$1: FAILED"
}

hint() { echo "    $1"; }

# The counts come from the result file, not from the text on the screen; a run that wrote none, or that ends with an
# error code and no failure, is itself a failure.
run_tests() {
    local executable=$1 xml=$results/tests.xml code counts total=0 p=0 f=0 s=0 e=0
    shift
    rm -f "$xml"
    "./$executable" -noLogo -noColor -xml "$xml" "$@" </dev/null
    code=$?
    counts=$(awk -f eng/results.awk -v want=counts "$xml" 2>/dev/null)
    read -r total p f s e <<<"${counts:-0 0 0 0 0}"
    passed=$((passed + p)) failed=$((failed + f + e)) skipped=$((skipped + s))
    if [[ $((f + e)) -gt 0 ]]; then
        while IFS= read -r name; do failures+=("$name"); done < <(awk -f eng/results.awk -v want=failed "$xml")
    elif [[ $total == 0 ]]; then
        fail "tests: none ran (exit code $code)"
    elif [[ $code != 0 ]]; then
        fail "tests: the process ended with code $code, though no test failed"
    fi
}

# A sample that is a script makes a folder of its own; what it prints is compared too.
run_script() {
    local script=$1 printed=$results/sample.txt code=0
    "./$script" >"$printed" || code=$?
    [[ $code == 0 ]] || echo "ended with code $code"
    diff -u "$(dirname "$script")/expected.txt" "$printed" || code=1
    return "$code"
}

# The sample's standard output is the expectation; its folder is a fresh one, so that a second run finds what the first found.
run_sample() {
    local project=$1 folder name scratch code=0
    folder=$root/$(dirname "$project")
    name=$(basename "$project" .csproj)
    scratch=$(mktemp -d)
    (cd "$scratch" && "$folder/bin/Release/net10.0/$name" >"$scratch/.printed") || code=$?
    [[ $code == 0 ]] || echo "ended with code $code"
    diff -u "$folder/expected.txt" "$scratch/.printed" || code=1
    rm -rf "$scratch"
    return "$code"
}

finish() {
    if [[ $skipped -gt 0 ]]; then
        echo
        echo "skipped:"
        awk -f eng/results.awk -v want=skipped "$results/tests.xml"
    fi
    if [[ ${#failures[@]} -gt 0 ]]; then
        echo
        echo "failed:"
        printf '    %s\n' "${failures[@]}"
    fi
    echo
    echo "$passed passed, $failed failed, $skipped skipped"
    [[ $failed == 0 ]]
    exit
}
