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

    /// <summary>Makes the key of a log and its file, mode 0600; a file that is there is never replaced.</summary>
    /// <param name="path">The file, absolute.</param>
    /// <param name="name">The log's name, which is the origin of its checkpoints, see <see cref="NameFor"/>.</param>
    /// <param name="random">Where its secret comes from.</param>
    /// <returns>The public half, to be printed and configured as <c>log.public</c>.</returns>
    public static Result<NoteKey> MakeKey(string path, string name, IRandom random)
    {
        if (!LogKey.Create(name, random).TryGet(out var key, out var refusal))
        {
            return refusal;
        }

        using (key)
        {
            return LogKeyFile.Create(path, key) is { } unwritten ? unwritten : LogNotes.Verifier(key).Key;
        }
    }

    /// <summary>
    /// The name of a log where nobody chose one: <c>interlock.local/</c> and the instance's label, or eight random digits. Two logs of
    /// one name would be told apart by their keys alone.
    /// </summary>
    /// <param name="instance">The label; null where there is none.</param>
    /// <param name="random">Where the digits come from.</param>
    public static string NameFor(string? instance, IRandom random)
    {
        Span<byte> digits = stackalloc byte[4];
        random.Fill(digits);
        return "interlock.local/" + (instance is null
            ? Convert.ToHexStringLower(digits)
            : string.Concat(instance.Select(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' ? letter : '-')));
    }

    /// <summary>Puts a new anchor in the place of one that does not agree, after a recovery; the old one is kept beside it.</summary>
    /// <param name="head">The head to go on from.</param>
    /// <param name="epoch">The epoch that began: names the old one.</param>
    public Refusal? Replace(TreeHead head, int epoch) => file.Replace(head, epoch);

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
