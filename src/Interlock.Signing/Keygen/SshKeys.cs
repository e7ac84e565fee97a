using System.Collections.Immutable;
using System.Text;
using Interlock.Canonical;
using Interlock.Signing.Keys;
using Interlock.Signing.Signers;

namespace Interlock.Signing.Keygen;

/// <summary>The keys that a person has: in <c>~/.ssh</c> and in their agent.</summary>
public static class SshKeys
{
    private const int MaxPublicBytes = 16_384;

    /// <summary>
    /// Finds the keys with which a person can sign, the best first: an authenticator's, then one with a passphrase, then one in the
    /// agent, then one that signs unattended. Keys of types that may not sign are left out. A key with a passphrase that the agent
    /// has unlocked counts as the agent's, since <c>ssh-keygen</c> asks the agent first.
    /// </summary>
    /// <param name="environment">Whose keys.</param>
    /// <param name="cancellationToken">Ends the wait for the agent.</param>
    public static async Task<ImmutableArray<SshKey>> FindAsync(SshEnvironment environment, CancellationToken cancellationToken)
    {
        var agent = await AgentAsync(environment, cancellationToken);
        var found = new Dictionary<Sha256Digest, SshKey>();
        foreach (var file in PublicFiles(environment.KeyFolder))
        {
            if (ReadPublic(file) is { } line)
            {
                var path = file[..^".pub".Length];
                var inAgent = agent.Any(other => other.Key.Digest == line.Key.Digest);
                if (PrivateKeyFile.Read(path) is { } secret)
                {
                    found.TryAdd(line.Key.Digest, Described(path, line, inAgent, secret.IsEncrypted));
                }
            }
        }

        foreach (var line in agent)
        {
            found.TryAdd(line.Key.Digest, Described(null, line, inAgent: true, isEncrypted: false));
        }

        return [.. found.Values.OrderByDescending(static key => key.Custody).ThenBy(static key => key.Path ?? "~", StringComparer.Ordinal)];
    }

    /// <summary>The key of a file that a person named: the private one, or a <c>.pub</c> whose other half the agent has.</summary>
    /// <param name="environment">Whose keys.</param>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the wait for the agent.</param>
    public static async Task<Result<SshKey>> OfFileAsync(SshEnvironment environment, string path, CancellationToken cancellationToken)
    {
        var shown = SafeText.Escape(path, 200);
        if (!File.Exists(path))
        {
            return Refusal.Of(RefusalCode.NotFound, $"there is no key `{shown}`; name the file of your SSH key, `~/.ssh/id_ed25519`");
        }

        if (Unreadable(path) is { } reason)
        {
            return Refusal.Of(RefusalCode.Storage, $"the key `{shown}` cannot be read ({reason}); name one of yours, or its `.pub` file where the agent has it");
        }

        var secret = PrivateKeyFile.Read(path);
        var line = secret?.PublicKey is { } inside ? new PublicLine(inside, "") : ReadPublic(secret is null ? path : path + ".pub");
        if (line is null)
        {
            return Refusal.Of(
                RefusalCode.Malformed,
                $"`{shown}` is no SSH key that may sign, or its `.pub` file is missing; write that with `ssh-keygen -y -f KEY`, or use {KeyTypes.Known}");
        }

        var agent = await AgentAsync(environment, cancellationToken);
        var inAgent = agent.Any(other => other.Key.Digest == line.Key.Digest);
        return secret is null && !inAgent
            ? Refusal.Of(RefusalCode.NotFound, $"the agent does not have the key of `{shown}`; run `ssh-add`, or name the private key's file")
            : Described(secret is null ? null : path, line, inAgent, secret?.IsEncrypted ?? false);
    }

    /// <summary>
    /// Makes an Ed25519 key without a passphrase. It signs unattended, and every surface must say so: it protects against whoever
    /// cannot read this person's files, and against nobody else.
    /// </summary>
    /// <param name="environment">Whose key.</param>
    /// <param name="path">The new file; never over another.</param>
    /// <param name="comment">What stands behind its public half.</param>
    /// <param name="cancellationToken">Kills <c>ssh-keygen</c>.</param>
    public static async Task<Result<SshKey>> CreateUnattendedAsync(
        SshEnvironment environment, string path, string comment, CancellationToken cancellationToken)
    {
        var shown = SafeText.Escape(path, 200);
        if (Path.Exists(path) || Path.Exists(path + ".pub"))
        {
            return Refusal.Of(RefusalCode.Forbidden, $"`{shown}` is there already and is never replaced; name another file");
        }

        if (Folder(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/") is { } denied)
        {
            return denied;
        }

        string[] arguments = ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path];
        if (!(await SshProgram.RunAsync(environment, "ssh-keygen", arguments, quiet: true, cancellationToken)).TryGet(out var answer, out var refusal))
        {
            return refusal;
        }

        return answer.ExitCode == 0 && ReadPublic(path + ".pub") is { } line
            ? Described(path, line, inAgent: false, isEncrypted: false)
            : Refusal.Of(RefusalCode.Storage, $"`ssh-keygen` made no key `{shown}`: {answer.Reason}; mend that and try again");
    }

    private static SshKey Described(string? path, PublicLine line, bool inAgent, bool isEncrypted) => new(
        path,
        line.Text,
        line.Key.Type,
        line.Key.Fingerprint,
        line.Key is SshPublicKey.Fido ? KeyCustody.Hardware
            : inAgent ? KeyCustody.Agent
            : isEncrypted ? KeyCustody.Passphrase
            : KeyCustody.Unattended);

    /// <summary>The keys in the agent. None where there is no agent, it is empty, or OpenSSH is not installed: all three are usual.</summary>
    private static async Task<IReadOnlyList<PublicLine>> AgentAsync(SshEnvironment environment, CancellationToken cancellationToken)
    {
        if (!environment.Variables.ContainsKey("SSH_AUTH_SOCK"))
        {
            return [];
        }

        var run = await SshProgram.RunAsync(environment, "ssh-add", ["-L"], quiet: true, cancellationToken);
        return run.TryGet(out var answer, out _) && answer.ExitCode == 0
            ? [.. answer.Output.Split('\n').Select(ReadLine).OfType<PublicLine>()]
            : [];
    }

    private static IReadOnlyList<string> PublicFiles(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "id_*.pub")
                .Where(static file => !file.EndsWith("-cert.pub", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // no such folder, or not this user's: no keys either way
            return [];
        }
    }

    private static PublicLine? ReadPublic(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            var buffer = new byte[MaxPublicBytes];
            return ReadLine(Encoding.UTF8.GetString(buffer, 0, RandomAccess.Read(file, buffer, 0)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // the same as not there: the caller says what is missing
            return null;
        }
    }

    private static PublicLine? ReadLine(string text) => PublicLine.Read(text).TryGet(out var line, out _) ? line : null;

    private static Refusal? Folder(string path)
    {
        try
        {
            _ = OperatingSystem.IsWindows() || Directory.Exists(path)
                ? Directory.CreateDirectory(path)
                : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Refusal.Of(RefusalCode.Storage, $"the folder `{SafeText.Escape(path, 200)}` cannot be made ({Reason(error)}); name a place that this user may write");
        }
    }

    /// <summary>The system's words, without what steers a terminal.</summary>
    internal static string Reason(Exception error) => SafeText.Escape(error.Message.TrimEnd('.'), 300);

    /// <summary>Why a file that a person named cannot be read; null where it can. Among all keys of theirs such a one is passed over.</summary>
    private static string? Unreadable(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            Span<byte> first = stackalloc byte[1];
            _ = RandomAccess.Read(file, first, 0);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Reason(error);
        }
    }
}
