using Interlock.Cli.Configuration;
using Interlock.Ledger;
using Interlock.Signing.LogKeys;
using Interlock.Storage;

namespace Interlock.Cli.Composition;

/// <summary>The log's key and its anchor, opened: what an installation that writes has to have where <c>log:</c> is configured.</summary>
internal sealed class LogAnchor : IDisposable
{
    private readonly LogKey key;

    private readonly AnchorFile file;

    private LogAnchor(LogKey key, AnchorFile file)
    {
        this.key = key;
        this.file = file;
    }

    /// <summary>The anchor, which signs what it writes.</summary>
    public IAnchor Anchor => file;

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

    /// <summary>Puts a new anchor in the place of one that does not agree, after a recovery; the old one is kept beside it.</summary>
    /// <param name="head">The head to go on from.</param>
    /// <param name="epoch">The epoch that began: names the old one.</param>
    public Refusal? Replace(TreeHead head, int epoch) => file.Replace(head, epoch);

    /// <summary>Wipes the key.</summary>
    public void Dispose() => key.Dispose();
}
