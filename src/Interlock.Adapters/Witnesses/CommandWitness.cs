using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using Interlock.Adapters.Command;
using Interlock.Adapters.Declarations;
using Interlock.Adapters.Supervision;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Adapters.Witnesses;

/// <summary>
/// Any program as a witness: it gets the signed checkpoint on its standard input, holds it by exiting with 0, and what it prints is kept as
/// proof. It sees a few variables of the environment by name and no other: whatever secrets actions have are none of its business.
/// </summary>
public sealed class CommandWitness : IWitness
{
    /// <summary>What is kept of its standard output, in bytes; more is no proof.</summary>
    public const int MaxProofBytes = 64 << 10;

    private const int KeptError = 4 << 10;

    /// <summary>What git, ssh and curl need to find themselves and their user.</summary>
    private static readonly string[] Passed = ["HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "SSH_AUTH_SOCK", "TMPDIR", "TZ", "USER"];

    private readonly ImmutableArray<string> argv;
    private readonly AdapterEnvironment environment;

    private CommandWitness(string name, ImmutableArray<string> argv, AdapterEnvironment environment)
    {
        Name = name;
        this.argv = argv;
        this.environment = environment;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Finds the program.</summary>
    /// <param name="name">The witness's name.</param>
    /// <param name="argv">The program, as an action names one, and its arguments. Nothing is expanded, no shell reads it.</param>
    /// <param name="environment">Where relative paths start, and the variables.</param>
    /// <returns>Refused where there is no such program.</returns>
    public static Result<CommandWitness> Create(string name, ImmutableArray<string> argv, AdapterEnvironment environment)
    {
        if (argv.IsDefaultOrEmpty || argv.Any(static word => word.Contains('\0', StringComparison.Ordinal)))
        {
            return Refusal.Of(RefusalCode.Malformed, "`command` is a program and its arguments, without NUL characters: [\"./push-checkpoint\"]");
        }

        var problems = new Problems();
        return ProgramFile.Find(argv[0], "command", environment, problems) is { } program
            ? new CommandWitness(name, argv.SetItem(0, program.Path), environment)
            : problems.First ?? throw new InvalidOperationException("no program and no fault");
    }

    /// <inheritdoc/>
    public async Task<WitnessAnswer> SubmitAsync(WitnessSubmission submission, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = Start() };
        try
        {
            process.Start();
        }
        catch (Exception failure) when (failure is Win32Exception or IOException or UnauthorizedAccessException)
        {
            return Silent($"cannot be started ({SpawnReason.Of(failure)}); look whether `{argv[0]}` is still there and may be run");
        }

        try
        {
            var writing = WriteAsync(process.StandardInput.BaseStream, submission.Checkpoint.Note.ToBytes(), cancellationToken);
            var output = DrainAsync(process.StandardOutput.BaseStream, MaxProofBytes + 1, cancellationToken);
            var error = DrainAsync(process.StandardError.BaseStream, KeptError, cancellationToken);
            await Task.WhenAll(writing, output, error).WaitAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return Answer(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            return Silent("did not end in time and was killed");
        }
    }

    private ProcessStartInfo Start()
    {
        var start = new ProcessStartInfo(argv[0], argv.Skip(1))
        {
            WorkingDirectory = environment.BaseDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
        };
        start.Environment.Clear();
        foreach (var name in Passed)
        {
            if (environment.Secrets(name) is { } value)
            {
                start.Environment[name] = value;
            }
        }

        return start;
    }

    private WitnessAnswer Answer(int exitCode, byte[] output, byte[] error) =>
        exitCode != 0
            ? Silent($"exited with {exitCode}{LastLine(error)}")
            : output.Length > MaxProofBytes ? Silent($"printed more than {MaxProofBytes} bytes")
            : new WitnessAnswer.Held(output);

    private static async Task WriteAsync(Stream input, byte[] note, CancellationToken cancellationToken)
    {
        try
        {
            await input.WriteAsync(note, cancellationToken);
            input.Close();
        }
        catch (IOException)
        {
            // it does not read its input; whether it holds the checkpoint all the same, its exit code says
        }
    }

    /// <summary>Reads to the end, so that the program is never stopped by a full pipe, and keeps the beginning.</summary>
    private static async Task<byte[]> DrainAsync(Stream from, int most, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[4_096];
        while (await from.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            await kept.WriteAsync(buffer.AsMemory(0, (int)Math.Min(count, most - kept.Length)), CancellationToken.None);
        }

        return kept.ToArray();
    }

    private static string LastLine(byte[] error) =>
        System.Text.Encoding.UTF8.GetString(error).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [.., var last]
            ? $" after `{SafeText.Escape(last, 300)}`"
            : "";

    private WitnessAnswer.Silent Silent(string what) => new(Refusal.Of(RefusalCode.Unwitnessed, $"the witness `{Name}` {what}"));
}
