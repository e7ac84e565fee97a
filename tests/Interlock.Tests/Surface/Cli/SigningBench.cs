using System.Diagnostics;

namespace Interlock.Tests.Surface.Cli;

/// <summary>A folder in which people have keys that stock <c>ssh-keygen</c> made, registered as the configuration says.</summary>
internal sealed class SigningBench : IAsyncDisposable
{
    private const string Beginning =
        """
        version: 1
        data: data
        agents:
          assistant: {owner: olga}
        approvers: {allowed_signers: allowed_signers, revoked: revoked_keys}
        actions:
          write_note:
            description: write a note
            params:
              name: {pattern: "[a-z]{1,10}"}
              text: {content: true}
            file: {op: write, roots: [notes], path: "{name}.txt", content: "{text}"}
        probes:
          weather:
            description: what the weather is
            file: {roots: [notes], path: weather, read: content}
          note_exists:
            description: whether a note exists
            params:
              name: {pattern: "[a-z]{1,10}"}
            file: {roots: [notes], path: "{name}.txt", read: exists}

        """;

    /// <param name="rules">What the configuration says besides.</param>
    public SigningBench(string rules = "")
    {
        Cli = new CliBench(Beginning + rules);
        Cli.Variables["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";
        Cli.Variables["HOME"] = Cli.At("home");
        Directory.CreateDirectory(Cli.At("home"));
        File.WriteAllText(Cli.At("allowed_signers"), "");
        File.WriteAllText(Cli.At("revoked_keys"), "");
        File.WriteAllText(Cli.At("notes/weather"), "dry and cold");
    }

    public CliBench Cli { get; }

    /// <summary>A plan whose check holds as long as it is dry.</summary>
    public static string Plan =>
        """
        intent: leave a note
        stages:
          - id: first
            action: write_note
            params: {name: hello, text: "hello there"}
            preconditions:
              - {check: weather, expect: {op: contains, value: "dry"}}
            verify:
              - {check: note_exists, probe: {name: hello}, expect: {op: equals, value: "true"}}
            rollback: {irreversible: true, justification: a note stays}
        """;

    /// <summary>Makes a key for somebody and registers it.</summary>
    /// <returns>The file of the key.</returns>
    public string Key(string person, string name)
    {
        var file = Cli.At(name);
        Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file);
        File.AppendAllText(Cli.At("allowed_signers"), $"{person} namespaces=\"interlock-*\" {File.ReadAllText(file + ".pub")}");
        return file;
    }

    public async Task<string> ProposeAsync() => await Cli.ProposeAsync(Plan);

    /// <summary>Approves with a key.</summary>
    public Task<Ran> ApproveAsync(string id, string key, params string[] more) => Cli.RunAsync(["approve", id, "--key", key, "--yes", .. more]);

    /// <summary>What a stock program prints; it has to end well.</summary>
    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException(program);
        var text = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {text}");
        return text;
    }

    public ValueTask DisposeAsync() => Cli.DisposeAsync();
}
