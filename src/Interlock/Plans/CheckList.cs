using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Checks;

namespace Interlock.Plans;

/// <summary>
/// The results of a stage's checks as an entry holds them. A plan may ask for hundreds of checks and a probe may answer at
/// length, while an entry has 65,535 bytes: what does not fit is a blob, and the entry keeps its digest and the first of the
/// results without what was observed. Without that bound a run could come to a point that cannot be written down.
/// </summary>
internal sealed class CheckList
{
    private const int MostBytes = 12_288;
    private const int MostShown = 20;

    private CheckList(JsonArray shown, ReadOnlyMemory<byte> blob)
    {
        Shown = shown;
        Blob = blob;
    }

    /// <summary>What stands in the entry.</summary>
    public JsonArray Shown { get; }

    /// <summary>All results in full where the entry does not hold them; else empty.</summary>
    public ReadOnlyMemory<byte> Blob { get; }

    /// <summary>The digest of <see cref="Blob"/>; null where there is none.</summary>
    public JsonString? Digest => Blob.IsEmpty ? null : new JsonString(Sha256Digest.Of(Blob.Span).ToString());

    public static CheckList Of(ImmutableArray<CheckResult> results)
    {
        var all = new JsonArray(results.Select(result => (JsonValue)result.ToJson(showValue: true)));
        var bytes = CanonicalJson.Write(all);
        return bytes.Length <= MostBytes ? new CheckList(all, default) : new CheckList(Shorten(results), bytes);
    }

    /// <summary>What did not pass first, since that is what a reader looks for.</summary>
    private static JsonArray Shorten(ImmutableArray<CheckResult> results) =>
        new(results
            .OrderBy(result => result.Status == CheckStatus.Pass)
            .Take(MostShown)
            .Select(result => (JsonValue)JsonObject.Of(
                ("check", ShortText.Of(result.Check.Name, 60)),
                ("op", CheckOperators.Word(result.Check.Operator)),
                ("value", ShortText.Of(result.Check.Expected, 30)),
                ("status", result.Word),
                ("detail", ShortText.Of(result.Detail, 60)))));
}
