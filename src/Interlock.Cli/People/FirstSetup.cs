using System.Text;
using Interlock.Cli.Composition;
using Interlock.Cli.Configuration;
using Interlock.Cli.Files;
using Interlock.Ledger;
using Interlock.Signing.Keygen;
using Interlock.Signing.Signers;

namespace Interlock.Cli.People;

/// <summary>
/// The keys of a new installation: the person's, who is the first that may approve, and the log's own. Nothing that is there already is
/// replaced.
/// </summary>
internal static class FirstSetup
{
    private const string NewKey = "id_ed25519_interlock";

    /// <summary>The best key that a person has, or a new one where they have none.</summary>
    /// <param name="environment">Whose keys.</param>
    /// <param name="person">Whom a new key is for.</param>
    /// <param name="stop">Ends the search.</param>
    public static async Task<Result<FoundKey>> PersonsKeyAsync(SshEnvironment environment, string person, CancellationToken stop)
    {
        if ((await SshKeys.FindAsync(environment, stop)) is [var best, ..])
        {
            return new FoundKey(best, IsNew: false);
        }

        var path = Path.Combine(environment.Home, ".ssh", NewKey);
        return (await SshKeys.CreateUnattendedAsync(environment, path, $"{person} for interlock", stop)).TryGet(out var made, out var refusal)
            ? new FoundKey(made, IsNew: true)
            : refusal;
    }

    /// <summary>Registers a person's key in a folder and makes the log's key there.</summary>
    /// <param name="folder">The folder of the configuration, absolute; made where it is not there.</param>
    /// <param name="person">Whose key it is.</param>
    /// <param name="key">The key.</param>
    /// <param name="random">Where the log's key comes from.</param>
    /// <returns>The public half of the log's key.</returns>
    public static Result<NoteKey> Register(string folder, string person, SshKey key, IRandom random)
    {
        var entry = new SignerEntry(person, key.PublicKey, SignerEntry.OwnNamespaces, null, null);
        if (!SignerEdits.Add(new SignerFile(FirstKeys.AllowedSigners, default), entry).TryGet(out var text, out var refusal))
        {
            return refusal;
        }

        var (allowed, revoked, log) =
            (Path.Combine(folder, FirstKeys.AllowedSigners), Path.Combine(folder, FirstKeys.Revoked), Path.Combine(folder, FirstKeys.LogKey));
        try
        {
            Directory.CreateDirectory(folder);
            var trust = Path.GetDirectoryName(log) ?? folder;
            _ = OperatingSystem.IsWindows()
                ? Directory.CreateDirectory(trust)
                : Directory.CreateDirectory(trust, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Refusal.Of(RefusalCode.Storage, $"`{Plain.Text(folder)}` cannot be made: {Plain.Text(error.Message)}; choose a folder of yours");
        }

        return (NewFile.Write(allowed, Encoding.UTF8.GetBytes(text)) ?? NewFile.Write(revoked, default)) is { } unwritten
            ? unwritten
            : LogAnchor.MakeKey(log, LogAnchor.NameFor(null, random), random);
    }

    /// <summary>A name that an <c>allowed_signers</c> file takes, from the operating-system user's.</summary>
    public static string PersonOf(string user) =>
        user.Length is > 0 and <= 32 && user.All(static unit => char.IsAsciiLetterOrDigit(unit) || unit is '-' or '_' or '.') ? user : "you";
}

/// <summary>A key that a person can sign with.</summary>
/// <param name="Key">The key.</param>
/// <param name="IsNew">Whether it was made just now.</param>
internal sealed record FoundKey(SshKey Key, bool IsNew);
