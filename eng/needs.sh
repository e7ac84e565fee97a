# Sourced by ./test: says what is missing, installs it where it may, and otherwise leaves it to the tests to skip by name.

install_needs() {
    install_debian
    install_npm
}

install_debian() {
    local need missing=()
    for need in "${debian_needs[@]}"; do
        command -v "${need%%:*}" >/dev/null 2>&1 || missing+=("${need#*:}")
    done
    if [[ ${#missing[@]} == 0 ]]; then
        echo "needs: Debian packages ${debian_needs[*]#*:}: all there"
    elif [[ $(id -u) == 0 && -f /etc/debian_version ]] && command -v apt-get >/dev/null 2>&1; then
        echo "needs: Debian packages ${missing[*]}: installing them with apt-get"
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
            >"$results/apt.log" 2>&1 </dev/null ||
            { tail -n 5 "$results/apt.log"; echo "needs: apt-get failed; tests that need ${missing[*]} are skipped"; }
    else
        echo "needs: ${missing[*]} missing, and this is not root on Debian: install them yourself; tests that need them are skipped"
    fi
}

# Under a git-ignored folder, from the committed lock file, without running any package's install script.
install_npm() {
    local lock=tests/clients/package-lock.json folder=$root/.npm
    if ! command -v npm >/dev/null 2>&1; then
        echo "needs: npm packages $npm_needs: npm is missing; tests that need them are skipped"
        return
    fi
    if cmp -s "$lock" "$folder/installed"; then
        echo "needs: npm packages $npm_needs: all there"
    else
        echo "needs: npm packages $npm_needs: installing them into .npm/ (about 300 MB)"
        rm -rf "$folder"
        mkdir -p "$folder"
        cp tests/clients/package.json "$lock" "$folder"
        if (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >"$results/npm.log" 2>&1 </dev/null; then
            cp "$lock" "$folder/installed"
        else
            tail -n 5 "$results/npm.log"
            echo "needs: npm failed; tests that need these packages are skipped"
            rm -rf "$folder"
            return
        fi
    fi
    export INTERLOCK_NPM=$folder/node_modules
}
