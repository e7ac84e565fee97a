using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Interlock.Canonical;

namespace Interlock.Signing.Keygen;

/// <summary>What a program answered.</summary>
/// <param name="ExitCode">0 where it did what was asked.</param>
/// <param name="Output">Its standard output where it was asked for; capped.</param>
/// <param name="Error">Its standard error where nobody sits at the terminal; capped.</param>
internal sealed record SshAnswer(int ExitCode, string Output, string Error)
{
    /// <summary>The last line that it said, for the end of a message.</summary>
    public string Reason => Error.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [.., var last]
        ? SafeText.Escape(last.TrimEnd('.'), 300)
        : "it gave no reason";
}

/// <summary>Runs one of OpenSSH's programs to its end. There is no bound in time: a person may be typing; cancelling kills it.</summary>
internal static class SshProgram
{
    private const int MaxOutput = 1 << 20;

    /// <summary>Runs it.</summary>
    /// <param name="environment">Where it is and what it sees.</param>
    /// <param name="name">Which one, <c>ssh-keygen</c>.</param>
    /// <param name="arguments">What it is told.</param>
    /// <param name="quiet">Whether nobody is to be asked anything, and its output is wanted.</param>
    /// <param name="cancellationToken">Kills it.</param>
    public static async Task<Result<SshAnswer>> RunAsync(
        SshEnvironment environment, string name, IEnumerable<string> arguments, bool quiet, CancellationToken cancellationToken)
    {
        if (environment.Program(name) is not { } program)
        {
            return Missing(name);
        }

        var captured = quiet || !environment.Interactive;
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = captured,
            RedirectStandardOutput = captured,
            RedirectStandardError = captured,
        };
        start.Environment.Clear();
        foreach (var (key, value) in environment.Variables)
        {
            start.Environment[key] = value;
        }

        if (captured)
        {
            // or it would ask on the terminal that this process was started from, where nobody expects it
            start.Environment.TryAdd("SSH_ASKPASS_REQUIRE", "force");
        }

        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            // not executable, or gone since it was found
            return Missing(name);
        }

        return await AnswerAsync(process, captured, cancellationToken);
    }

    private static async Task<SshAnswer> AnswerAsync(Process process, bool captured, CancellationToken cancellationToken)
    {
        try
        {
            if (!captured)
            {
                await process.WaitForExitAsync(cancellationToken);
                return new SshAnswer(process.ExitCode, "", "it said why on the terminal");
            }

            process.StandardInput.Close();
            var output = ReadAsync(process.StandardOutput, cancellationToken);
            var error = ReadAsync(process.StandardError, cancellationToken);
            var (said, complained) = (await output, await error);
            await process.WaitForExitAsync(cancellationToken);
            return new SshAnswer(process.ExitCode, said, complained);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>Reads to the end, so that the program is never stopped by a full pipe, and keeps the beginning.</summary>
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[4_096];
        while (await reader.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            text.Append(buffer, 0, Math.Min(count, MaxOutput - text.Length));
        }

        return text.ToString();
    }

    private static Refusal Missing(string name) => Refusal.Of(
        RefusalCode.NotFound, $"`{name}` of OpenSSH is not on the PATH; install it (Debian: `openssh-client`)");
}
