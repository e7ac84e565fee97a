using Interlock.Tests.EndToEnd;

namespace Interlock.Tests.Surface.Cli;

/// <summary>What a shell offers when TAB is pressed: asked of the program, and of the shells themselves over the program as it was built.</summary>
public sealed class Completing
{
    [Theory]
    [InlineData("ver", "verify-audit")]
    [InlineData("config ", "check")]
    [InlineData("list --sta", "--status")]
    [InlineData("list --status ", "halted")]
    [InlineData("completion ", "fish")]
    public async Task Commands_options_and_their_values_are_offered(string line, string expected)
    {
        await using var bench = new CliBench();
        var ran = await bench.RunAsync($"[suggest:{line.Length}]", line);
        Assert.Equal(0, ran.Exit);
        Assert.Contains(expected, ran.Out.Split('\n'));
        Assert.DoesNotContain("executor", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_of_plans_are_offered_by_prefix_and_by_what_the_command_is_for()
    {
        await using var bench = new CliBench();
        var first = await bench.ProposeAsync();
        var second = await bench.ProposeAsync(CliBench.Plan("other", "leave another"));
        Assert.Equal(0, (await bench.RunAsync("approve", second, "--by", "alice", "--yes")).Exit);

        Assert.Equal([first, second], (await OfferedAsync(bench, "show ")).Order().Intersect([first, second]).OrderBy(id => id != first));
        Assert.DoesNotContain(second, await OfferedAsync(bench, $"show {first[..8]}"));
        Assert.Contains(first, await OfferedAsync(bench, $"log {first[..8]}"));
        Assert.DoesNotContain(second, await OfferedAsync(bench, "approve "));
        Assert.DoesNotContain(first, await OfferedAsync(bench, "execute "));
        Assert.Contains(second, await OfferedAsync(bench, "execute "));
        Assert.DoesNotContain(first, await OfferedAsync(bench, "show ../"));
    }

    [Theory]
    [InlineData("version: [", "show ")]
    [InlineData(null, "show ")]
    [InlineData(null, "show \"un")]
    public async Task Where_nothing_can_be_offered_nothing_is_said_and_nothing_is_made(string? configuration, string line)
    {
        await using var bench = new CliBench(configuration);
        bench.Variables["HOME"] = bench.At("home");
        var before = Directory.GetFileSystemEntries(bench.Folder);
        var ran = await bench.RunAsync($"[suggest:{line.Length}]", line);
        Assert.Equal((0, ""), (ran.Exit, ran.Error));
        Assert.DoesNotContain("-", string.Concat(ran.Out.Split('\n').Where(one => !one.StartsWith('-'))), StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFileSystemEntries(bench.Folder));
    }

    [Theory]
    [InlineData("interlock verify-a", 1, "verify-audit")]
    [InlineData("interlock list --sta", 2, "--status")]
    [InlineData("interlock show PREFIX", 2, "ID")]
    [InlineData("interlock config ", 2, "check schema")]
    public async Task Bash_completes(string line, int word, string expected)
    {
        await using var bench = new CliBench();
        var id = await bench.ProposeAsync();
        var outcome = await Shell.BashAsync(
            """
            set -u
            cd "$1"; PATH=$1/bin:$PATH
            source <(interlock completion bash)
            COMP_LINE=$2 COMP_POINT=${#2} COMP_CWORD=$3
            read -ra COMP_WORDS <<<"$2"; COMP_WORDS[COMP_CWORD]=${COMP_WORDS[COMP_CWORD]-}
            _interlock
            echo "${COMPREPLY[*]}"
            """,
            OnPath(bench),
            line.Replace("PREFIX", id[..6], StringComparison.Ordinal),
            $"{word}");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal(expected.Replace("ID", id, StringComparison.Ordinal), outcome.Output.TrimEnd('\n'));
    }

    [Fact]
    public async Task Zsh_completes_in_a_terminal()
    {
        await NeedAsync("zsh");
        await using var bench = new CliBench();
        var id = await bench.ProposeAsync();
        var outcome = await Shell.RunAsync(
            OnPath(bench),
            "zsh",
            "-fc",
            """
            cd "$1"; path=("$1/bin" $path); export TERM=dumb HOME=$1
            zmodload zsh/zpty
            zpty shell 'zsh -fi'
            zpty -w shell 'unsetopt zle_bracketed_paste; PS1=; autoload -Uz compinit; compinit -D -u; source <(interlock completion zsh); echo re''ady'
            zpty -r -m shell all '*ready*' || exit 3
            zpty -w -n shell $'interlock verify-a\t'
            zpty -r -m shell all '*verify-audit*' || exit 4
            zpty -w -n shell $'\C-uinterlock show '${2[1,6]}$'\t'
            zpty -r -m shell all "*$2*" || exit 5
            zpty -d shell
            """,
            "zsh",
            bench.Folder,
            id);
        Assert.True(outcome.Code == 0, $"{outcome.Code}: {outcome.Output} {outcome.Error}");
    }

    [Fact]
    public async Task Fish_completes()
    {
        await NeedAsync("fish");
        await using var bench = new CliBench();
        var id = await bench.ProposeAsync();
        var outcome = await Shell.BashAsync(
            """
            cd "$1"; export PATH=$1/bin:$PATH HOME=$1
            fish --no-config -c 'interlock completion fish | source
                complete -C "interlock verify-a"; complete -C "interlock list --sta"; complete -C "interlock show $argv[1]"' "${2:0:6}"
            """,
            OnPath(bench),
            id);
        Assert.Equal(["verify-audit", "--status", id], outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task<string[]> OfferedAsync(CliBench bench, string line) =>
        (await bench.RunAsync($"[suggest:{line.Length}]", line)).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Puts the built program under its name where a search path finds it.</summary>
    private static string OnPath(CliBench bench)
    {
        Directory.CreateDirectory(bench.At("bin"));
        File.CreateSymbolicLink(bench.At("bin/interlock"), DemoProcess.Executable);
        return bench.Folder;
    }

    private static async Task NeedAsync(string shell) =>
        Assert.SkipUnless((await Shell.BashAsync($"command -v {shell}")).Code == 0, $"{shell} is not installed; ./test installs it");
}
