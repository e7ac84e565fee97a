using Interlock.Cli.Configuration;
using Interlock.Ledger;
using Interlock.Signing.LogKeys;
using Interlock.Storage;

namespace Interlock.Cli.Composition;

/// <summary>The log's key and its anchor, opened: what an installation that writes has to have where <c>log:</c> is configured.</summary>
internal sealed class LogAnchor : IDisposable
{
    private readonly LogKey key;

    private LogAnchor(LogKey key, AnchorFile anchor)
    {
        this.key = key;
        Anchor = anchor;
    }

    /// <summary>The anchor, which signs what it writes.</summary>
    public IAnchor Anchor { get; }

    /// <summary>Signs notes that are no checkpoints.</summary>
    public NoteSigner Signer => LogNotes.NoteSigner(key);

    /// <summary>Reads the key; the anchor is looked at when the ledger is opened.</summary>
    /// <param name="log">The configuration.</param>
    /// <returns>Refused where the key cannot be read, or is not the one that is configured.</returns>
    public static Result<LogAnchor> Open(LogPlace log)
    {
        if (!LogKeyFile.Load(log.KeyFile).TryGet(out var key, out var refusal))
        {
            return refusal;
        }

        if (key.VerifierKey != log.Public.ToString())
        {
            var made = key.VerifierKey;
            key.Dispose();
            return Refusal.Of(
                RefusalCode.Mismatch,
                $"the log key `{log.KeyFile}` is that of `{made}` and `log.public` names `{log.Public}`; correct the one that is wrong");
        }

        return new LogAnchor(key, new AnchorFile(log.AnchorFile, LogNotes.Verifier(key), LogNotes.Signer(key)));
    }

    /// <summary>The anchor to be read: that takes no private key.</summary>
    /// <param name="log">The configuration.</param>
    public static Result<AnchorFile> ForReading(LogPlace log) =>
        LogNotes.VerifierOf(log.Public.ToString()).TryGet(out var verifier, out var refusal)
            ? new AnchorFile(log.AnchorFile, verifier)
            : refusal;

    /// <summary>The newest signed checkpoint of an installation.</summary>
    public static Result<SignedCheckpoint> Newest(InterlockConfiguration configuration)
    {
        if (configuration.Log is not { } log)
        {
            return Refusal.Of(RefusalCode.NotFound, "nothing is signed here (there is no `log:` in the configuration), so there is nothing to prove against");
        }

        if (!ForReading(log).TryGet(out var anchor, out var refusal) || !anchor.Read().TryGet(out var reading, out refusal))
        {
            return refusal;
        }

        return reading.Newest is { } newest
            ? newest
            : Refusal.Of(RefusalCode.NotFound, $"{anchor.Name} is not there yet; the first entry makes it");
    }

    /// <summary>Wipes the key.</summary>
    public void Dispose() => key.Dispose();
}
