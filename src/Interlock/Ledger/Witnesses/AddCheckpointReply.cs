using System.Globalization;
using System.Text;

namespace Interlock.Ledger;

/// <summary>The answer to an <c>add-checkpoint</c> request (C2SP tlog-witness).</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="ContentType">The media type of the body.</param>
/// <param name="Body">Signature lines for 200, a size for 409, words for people otherwise.</param>
public sealed record AddCheckpointReply(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    /// <summary>The largest answer that is read, in bytes.</summary>
    public const int MaxBytes = SignedNote.MaxBytes;

    /// <summary>The media type of a size.</summary>
    public const string SizeType = "text/x.tlog.size";

    private const string PlainType = "text/plain; charset=utf-8";

    /// <summary>The checkpoint was cosigned.</summary>
    /// <param name="lines">The signature lines, each ended by a line feed.</param>
    public static AddCheckpointReply Cosigned(ReadOnlyMemory<byte> lines) => new(200, PlainType, lines);

    /// <summary>The witness holds another size than the proof starts from.</summary>
    /// <param name="size">The size that it holds; 0 where it holds nothing.</param>
    public static AddCheckpointReply Conflict(long size) =>
        new(409, SizeType, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{size}\n")));

    /// <summary>The checkpoint is not cosigned.</summary>
    /// <param name="status">400, 403, 404, 422, or what else HTTP has.</param>
    /// <param name="why">Why: lower case, no full stop.</param>
    public static AddCheckpointReply Refuse(int status, string why) => new(status, PlainType, Encoding.UTF8.GetBytes(why + "\n"));

    /// <summary>Reads an answer. Whatever the witness wrote for people stays unread: it is no witness of itself.</summary>
    /// <param name="name">The witness, for messages.</param>
    public WitnessAnswer Read(string name)
    {
        switch (Status)
        {
            case 200:
                return Body.Length is > 0 and <= MaxBytes
                    ? new WitnessAnswer.Held(Body)
                    : Refused($"the witness `{name}` answered 200 with no cosignature, or with more than {MaxBytes} bytes; look at it");
            case 409:
                return TryReadSize(out var size)
                    ? new WitnessAnswer.Elsewhere(size)
                    : Refused($"the witness `{name}` answered 409 without the size that it holds; look at it");
            case 400:
                return Refused($"the witness `{name}` does not understand the request (400); check that its `url` is a C2SP tlog-witness");
            case 403:
                return Refused($"the witness `{name}` knows another key for this log (403); give its operator the key under `log.public`");
            case 404:
                return Refused($"the witness `{name}` does not know this log (404); check its `url`, and give its operator the key under `log.public`");
            case 422:
                return new WitnessAnswer.Refused(Refusal.Of(
                    RefusalCode.Corrupt,
                    $"the witness `{name}` holds a checkpoint of this log that the ledger does not continue (422): one of the two histories is forged;"
                    + " stop, and compare the ledger with its newest copy elsewhere"));
            default:
                return new WitnessAnswer.Silent(Unwitnessed(string.Create(
                    CultureInfo.InvariantCulture, $"the witness `{name}` answered with the status {Status}; look at it")));
        }
    }

    private static WitnessAnswer.Refused Refused(string why) => new(Unwitnessed(why));

    private static Refusal Unwitnessed(string why) => Refusal.Of(RefusalCode.Unwitnessed, why);

    private bool TryReadSize(out long size)
    {
        size = 0;
        var text = Encoding.ASCII.GetString(Body.Span[..Math.Min(Body.Length, 32)]);
        return ContentType.Split(';')[0].Trim().Equals(SizeType, StringComparison.OrdinalIgnoreCase)
            && text.EndsWith('\n')
            && Body.Length == text.Length
            && AddCheckpoint.TryDecimal(text.AsSpan(0, text.Length - 1), out size);
    }
}
