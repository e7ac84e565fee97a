using Interlock.Canonical;
using Interlock.Signing.Sshsig;

namespace Interlock.Signing.Keygen;

/// <summary>
/// Signs with stock <c>ssh-keygen -Y sign</c>, so that agents, passphrases and authenticators work as the person knows them, and no
/// private key ever enters this process.
/// </summary>
public static class SshKeygen
{
    /// <summary>Signs bytes.</summary>
    /// <param name="environment">Who signs, and whether somebody is there to be asked.</param>
    /// <param name="key">With what.</param>
    /// <param name="namespace">For what, <c>interlock-approval-v1</c>.</param>
    /// <param name="message">The exact bytes.</param>
    /// <param name="cancellationToken">Kills <c>ssh-keygen</c>; nothing else bounds it, since a person may be typing.</param>
    /// <returns>The armoured signature; refused where <c>ssh-keygen</c> is missing or did not sign.</returns>
    public static async Task<Result<byte[]>> SignAsync(
        SshEnvironment environment, SshKey key, string @namespace, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (key.Path is { } path && !File.Exists(path))
        {
            return Refusal.Of(RefusalCode.NotFound, $"there is no key `{SafeText.Escape(path, 200)}` any more; name the file of your SSH key");
        }

        if (!TryMakePrivateFolder(environment.Scratch).TryGet(out var folder, out var refusal))
        {
            return refusal;
        }

        try
        {
            return await SignInAsync(folder, environment, key, @namespace, message, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Unwritable(folder, error);
        }
        finally
        {
            Remove(folder);
        }
    }

    private static async Task<Result<byte[]>> SignInAsync(
        string folder, SshEnvironment environment, SshKey key, string @namespace, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, "statement");
        await File.WriteAllBytesAsync(file, message, cancellationToken);
        var keyFile = key.Path;
        if (keyFile is null)
        {
            // with a public key, ssh-keygen asks the agent for the other half
            keyFile = Path.Combine(folder, "key.pub");
            await File.WriteAllTextAsync(keyFile, key.PublicKey + "\n", cancellationToken);
        }

        string[] arguments = ["-q", "-Y", "sign", "-n", @namespace, "-f", keyFile, file];
        var run = await SshProgram.RunAsync(environment, "ssh-keygen", arguments, quiet: false, cancellationToken);
        if (!run.TryGet(out var answer, out var refusal))
        {
            return refusal;
        }

        if (answer.ExitCode != 0 || !File.Exists(file + ".sig"))
        {
            return Refusal.Of(
                RefusalCode.Forbidden, $"`ssh-keygen` did not sign: {answer.Reason}; mend that and try again: nothing was approved");
        }

        if (new FileInfo(file + ".sig").Length > SshsigArmour.MaxBytes)
        {
            return Refusal.Of(RefusalCode.TooLarge, "`ssh-keygen` wrote a signature of more than 64 KiB; check which `ssh-keygen` is on the PATH");
        }

        var signature = await File.ReadAllBytesAsync(file + ".sig", cancellationToken);
        return SshsigArmour.Read(signature).TryGet(out _, out var damaged) ? signature : damaged;
    }

    private static Result<string> TryMakePrivateFolder(string scratch)
    {
        // nobody can have made it before: eleven random characters. Directory.CreateTempSubdirectory asks this process's environment
        var folder = Path.Combine(scratch, "interlock-sign-" + Path.GetRandomFileName());
        try
        {
            _ = OperatingSystem.IsWindows()
                ? Directory.CreateDirectory(folder)
                : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return folder;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Unwritable(scratch, error);
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // what stays holds no secret: the statement and its signature go into the ledger, and nobody else may read the folder
        }
    }

    private static Refusal Unwritable(string folder, Exception error) => Refusal.Of(
        RefusalCode.Storage,
        $"nothing can be written in `{SafeText.Escape(folder, 200)}` ({SshKeys.Reason(error)}); set `TMPDIR` to a folder with room that this user may write");
}
