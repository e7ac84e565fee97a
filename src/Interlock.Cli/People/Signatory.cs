using Interlock.Approvals;
using Interlock.Cli.Terminal;
using Interlock.Signing.Keygen;

namespace Interlock.Cli.People;

/// <summary>Who decides at this terminal, and with which key.</summary>
/// <param name="Person">Their name.</param>
/// <param name="Key">Their key; null where they decide without a signature.</param>
/// <param name="Environment">Where <c>ssh-keygen</c> runs.</param>
internal sealed record Signatory(string Person, SshKey? Key, SshEnvironment Environment)
{
    /// <summary>Signs a statement as this person; nothing where they decide without a signature.</summary>
    public async Task<Result<ReadOnlyMemory<byte>>> SignAsync(Statement statement, CancellationToken stop)
    {
        if (Key is null)
        {
            return ReadOnlyMemory<byte>.Empty;
        }

        return (await SshKeygen.SignAsync(Environment, Key, statement.Type.Namespace, statement.Bytes, stop)).TryGet(out var signature, out var refusal)
            ? (ReadOnlyMemory<byte>)signature
            : refusal;
    }

    /// <summary>Who signs and with what, as the screen says it before they do.</summary>
    public string Signing => $"signing as {Escape.Line(Person)}" + (Key is { } key
        ? $" with {key.KeyType} {key.Fingerprint}, {Custody(key)}"
        : ": unsigned (assurance: none), nothing proves who typed the name");

    /// <summary>How the key is kept, for people; a key that signs by itself is called that.</summary>
    public static string Custody(SshKey key) => key.Custody switch
    {
        KeyCustody.Hardware => "in an authenticator: touch it when it blinks",
        KeyCustody.Passphrase => "with a passphrase",
        KeyCustody.Agent => "in the agent: may sign unattended",
        KeyCustody.Unattended => "unattended: whatever runs as this user can sign with it",
        _ => throw new InvalidOperationException($"no words for {key.Custody}"),
    };
}
