using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Interlock.Tests.Fuzzing.Reference;

/// <summary>What a verifier found, in terms that another one can be compared in.</summary>
/// <param name="Entries">How many entries verify.</param>
/// <param name="Head">The hash of the last one.</param>
/// <param name="BrokenAt">The offset of the line that does not; -1 for none.</param>
/// <param name="Torn">Whether that is an end that was never written.</param>
internal sealed record ReferenceReport(long Entries, string Head, long BrokenAt, bool Torn);

/// <summary>The audit chain (docs/spec/ledger.md) verified a second time, all at once and line by line. Each rule can be left out.</summary>
internal sealed partial class ReferenceAudit
{
    public bool LooksAtPrev { get; init; } = true;

    public bool LooksAtSeq { get; init; } = true;

    public bool LooksAtHash { get; init; } = true;

    public bool LooksAtNames { get; init; } = true;

    public bool LooksAtTime { get; init; } = true;

    public bool LooksAtLastLine { get; init; } = true;

    public ReferenceReport Verify(byte[] log)
    {
        var (entries, head, at) = (0L, new string('0', 64), 0);
        while (at < log.Length)
        {
            var end = Array.IndexOf(log, (byte)'\n', at);
            var line = log[at..(end < 0 ? log.Length : end)];
            var isJson = ReferenceJson.TryRead(line, out var value, depth: 512) || ReferenceJson.TryReadCanonical(line, out value, depth: 512);
            if (line.All(unit => unit is (byte)' ' or (byte)'\t' or (byte)'\r') || (end < 0 && !LooksAtLastLine))
            {
                at += line.Length + 1;
                continue;
            }

            if (!isJson || HashOf(value, entries, head) is not { } hash)
            {
                return new ReferenceReport(entries, head, at, !isJson && end < 0);
            }

            (entries, head) = (entries + 1, hash);
            at += line.Length + 1;
        }

        return new ReferenceReport(entries, head, -1, false);
    }

    /// <summary>The hash of an entry as it has to be after what came before it.</summary>
    public static string Seal(SortedDictionary<string, object?> entry, string prev)
    {
        var content = new SortedDictionary<string, object?>(entry, StringComparer.Ordinal);
        content.Remove("hash");
        return Convert.ToHexStringLower(SHA256.HashData([.. Encoding.ASCII.GetBytes(prev), .. ReferenceJson.Write(content)]));
    }

    private string? HashOf(object? value, long seq, string head) =>
        value is SortedDictionary<string, object?> entry
        && (!LooksAtNames || entry.Keys.SequenceEqual(["event", "hash", "prev", "seq", "ts"]))
        && entry.GetValueOrDefault("event") is SortedDictionary<string, object?>
        && entry.GetValueOrDefault("hash") is string hash && Hex().IsMatch(hash)
        && entry.GetValueOrDefault("prev") is string prev && Hex().IsMatch(prev)
        && entry.GetValueOrDefault("seq") is double number
        && entry.GetValueOrDefault("ts") is string ts
        && (!LooksAtPrev || prev == head)
        && (!LooksAtSeq || number == seq)
        && (!LooksAtTime || IsTime(ts))
        && (!LooksAtHash || Seal(entry, prev) == hash)
            ? hash
            : null;

    private static bool IsTime(string ts) => Time().IsMatch(ts) && DateTime.TryParseExact(
        ts[..19], "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex Hex();

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?(\+00:00|Z)\z")]
    private static partial Regex Time();
}
