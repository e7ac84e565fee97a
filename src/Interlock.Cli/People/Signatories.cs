using System.Collections.Immutable;
using Interlock.Approvals;
using Interlock.Cli.Composition;
using Interlock.Cli.Configuration;
using Interlock.Cli.Terminal;
using Interlock.Signing.Keygen;

namespace Interlock.Cli.People;

/// <summary>Finds out who sits here: whose registered key is among those that this user can sign with.</summary>
internal static class Signatories
{
    /// <summary>Who decides here.</summary>
    /// <param name="around">Where their keys are.</param>
    /// <param name="opened">Who is registered.</param>
    /// <param name="by">Who they say they are; null for whoever their key says.</param>
    /// <param name="keyFile">The key that they name; null for the best that is registered.</param>
    /// <param name="stop">Ends the search.</param>
    public static Task<Result<Signatory>> FindAsync(
        Surroundings around, Installation opened, string? by, string? keyFile, CancellationToken stop) =>
        FindAsync(around, opened.Signers, opened.Configuration.AllowUnsigned, by, keyFile, stop);

    /// <summary>The same where it is said who is registered: a change of the signers is signed by those who were before.</summary>
    /// <param name="around">Where their keys are.</param>
    /// <param name="registered">Who is registered; null for nobody.</param>
    /// <param name="allowUnsigned">Whether a name counts that nothing proves.</param>
    /// <param name="by">Who they say they are; null for whoever their key says.</param>
    /// <param name="keyFile">The key that they name; null for the best that is registered.</param>
    /// <param name="stop">Ends the search.</param>
    public static async Task<Result<Signatory>> FindAsync(
        Surroundings around, ISignatureVerifier? registered, bool allowUnsigned, string? by, string? keyFile, CancellationToken stop)
    {
        var environment = EnvironmentOf(around);
        if (registered is not { } signers)
        {
            return keyFile is not null
                ? Refusal.Of(RefusalCode.Forbidden, "nobody is registered who could sign; name an `allowed_signers` file under `approvers` in the configuration")
                : by is { } name ? new Signatory(name, null, environment)
                : Refusal.Of(RefusalCode.Malformed, "say who decides with `--by NAME`; nobody is registered whose key could tell");
        }

        if (!(await KeysAsync(environment, around, keyFile, stop)).TryGet(out var keys, out var refusal))
        {
            return refusal;
        }

        var now = around.Clock.GetUtcNow();
        var own = keys
            .Select(key => (Key: key, Registered: signers.Keys.FirstOrDefault(one => one.Fingerprint == key.Fingerprint)))
            .Where(pair => pair.Registered is { } one && (by is null || one.Person == by))
            .ToList();
        var people = own.Where(pair => pair.Registered?.IsValidAt(now) == true).Select(pair => pair.Registered?.Person ?? "").Distinct(StringComparer.Ordinal).ToList();
        return people switch
        {
            [var person] => new Signatory(person, own.First(pair => pair.Registered?.IsValidAt(now) == true).Key, environment),
            [_, ..] => Refusal.Of(RefusalCode.Malformed, $"your keys are those of {string.Join(" and ", people.Select(static person => $"`{Plain.Text(person)}`"))}; say who decides with `--by NAME`"),
            _ when own is [var (key, line), ..] => Refusal.Of(
                RefusalCode.Forbidden,
                $"the key {key.Fingerprint} of `{Plain.Text(line?.Person ?? "")}` {(line?.IsRevoked == true ? "is revoked" : "is not valid at this time")}; sign with another one"),
            _ when allowUnsigned && by is { } name && keyFile is null => new Signatory(name, null, environment),
            _ => Refusal.Of(RefusalCode.Forbidden, NoKey(keys, signers, by)),
        };
    }

    /// <summary>Why a statement is not worth being signed elsewhere: nobody of that name is registered. Null where somebody is.</summary>
    public static Refusal? Unregistered(ISignatureVerifier? registered, string person) =>
        registered is { } signers && signers.Keys.Any(key => key.Person == person)
            ? null
            : Refusal.Of(
                RefusalCode.Forbidden,
                $"`{Plain.Text(person)}` has no key among those that decide by the ledger; {(registered is null ? "nobody is registered" : $"registered are keys of {Known(registered)}")}");

    /// <summary>What <c>ssh-keygen</c> and <c>ssh-add</c> are run with.</summary>
    public static SshEnvironment EnvironmentOf(Surroundings around) => new(
        around.Environment("HOME") is { Length: > 0 } home ? home : around.WorkingDirectory,
        around.Variables,
        around.Environment("TMPDIR") is { Length: > 0 } scratch ? scratch : "/tmp",
        around.InputIsTerminal);

    private static async Task<Result<ImmutableArray<SshKey>>> KeysAsync(
        SshEnvironment environment, Surroundings around, string? keyFile, CancellationToken stop)
    {
        if (keyFile is null)
        {
            return await SshKeys.FindAsync(environment, stop);
        }

        return (await SshKeys.OfFileAsync(environment, around.PathOf(keyFile), stop)).TryGet(out var key, out var refusal)
            ? ImmutableArray.Create(key)
            : refusal;
    }

    private static string Known(ISignatureVerifier signers) => string.Join(
        ", ", signers.Keys.Select(static key => key.Person).Distinct(StringComparer.Ordinal).Select(static person => $"`{Plain.Text(person)}`"));

    private static string NoKey(ImmutableArray<SshKey> keys, ISignatureVerifier signers, string? by)
    {
        var whose = by is null ? $"registered; registered are keys of {Known(signers)}" : $"registered for `{Plain.Text(by)}`";
        return keys.IsEmpty
            ? $"no SSH key was found in `~/.ssh` or in the agent, and none is {whose}; name one with `--key FILE`, or make one with `ssh-keygen -t ed25519-sk`"
            : $"none of your SSH keys ({string.Join(", ", keys.Select(static key => key.Fingerprint))}) is {whose}; name another with `--key FILE`, or have it registered with `interlock keys add`";
    }
}
