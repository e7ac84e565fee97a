namespace Interlock.Cli.Commands;

/// <summary>
/// What makes a shell ask this program for completions. Each script calls the `interlock` of the search path, never what stands on
/// the line: a press of TAB after <c>./interlock</c> in somebody else's folder must not run what lies there. Where the program has
/// nothing to say, file names are completed.
/// </summary>
internal static class CompletionScripts
{
    public const string Bash =
        """
        # completion of interlock for bash; in ~/.bashrc: source <(interlock completion bash)
        _interlock() {
            local word=${COMP_WORDS[COMP_CWORD]} line=${COMP_LINE:0:COMP_POINT} candidate
            line=${line#*"${COMP_WORDS[0]}"}
            line=${line# }
            COMPREPLY=()
            while IFS= read -r candidate; do
                if [[ $candidate == "$word"* && ( $word == -* || $candidate != [-/]* ) ]]; then
                    COMPREPLY+=("$candidate")
                fi
            done < <(command interlock "[suggest:${#line}]" "$line" 2>/dev/null)
        }
        complete -o default -F _interlock interlock

        """;

    public const string Zsh =
        """
        #compdef interlock
        # completion of interlock for zsh; in ~/.zshrc, after compinit: source <(interlock completion zsh)
        _interlock() {
            local word=${words[CURRENT]} line="${(j: :)words[2,CURRENT]}" candidate
            local -a candidates
            for candidate in "${(@f)$(command interlock "[suggest:${#line}]" "$line" 2>/dev/null)}"; do
                if [[ -n $candidate && $candidate == "$word"* && ( $word == -* || $candidate != [-/]* ) ]]; then
                    candidates+=("$candidate")
                fi
            done
            if (( $#candidates )); then
                compadd -- "${candidates[@]}"
            else
                _files
            fi
        }
        if [[ $funcstack[1] == _interlock ]]; then
            _interlock "$@"
        else
            compdef _interlock interlock
        fi

        """;

    public const string Fish =
        """
        # completion of interlock for fish; in ~/.config/fish/config.fish: interlock completion fish | source
        function __interlock_complete
            set -l word (commandline -ct)
            set -l line (commandline -cp | string replace -r '^\s*\S+\s?' '')
            set -l found (command interlock "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null | string match -v '/*')
            if not string match -q -- '-*' "$word"
                set found (string match -v -- '-*' $found)
            end
            if test (count $found) -gt 0
                printf '%s\n' $found
            else
                __fish_complete_path "$word"
            end
        end
        complete -c interlock -f -a '(__interlock_complete)'

        """;
}
