using System.Collections.Immutable;
using System.Globalization;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Tests.Ledger;

/// <summary>Plans, events and clocks for tests of the ledger.</summary>
internal static class Events
{
    public static PlanId Plan(int number) =>
        PlanId.TryParse($"00000000-0000-4000-8000-{number:x12}", out var plan) ? plan : throw new InvalidOperationException();

    public static StreamId Stream(int number) => StreamId.Plan(Plan(number));

    public static JsonObject Proposed(int number, string agent = "ann", string intent = "restart", ReadOnlyMemory<byte> body = default) =>
        JsonObject.Of(
            ("kind", EventKinds.Proposed),
            ("plan_id", Plan(number).ToString()),
            ("plan_hash", Sha256Digest.Of(body.Span).ToString()),
            ("agent", agent),
            ("intent", intent));

    public static JsonObject Of(string kind, int number) => JsonObject.Of(("kind", kind), ("plan_id", Plan(number).ToString()));

    public static JsonObject Locking(string kind, int number, params string[] resources) =>
        Of(kind, number).With("locks", new JsonArray(resources.Select(resource => (JsonValue)resource)));

    public static Append Append(params JsonObject[] events) => new() { Events = [.. events] };

    /// <summary>A proposal with its body stored under its hash.</summary>
    public static Append Proposal(int number, string agent = "ann", string intent = "restart")
    {
        ReadOnlyMemory<byte> body = System.Text.Encoding.UTF8.GetBytes($"body {number.ToString(CultureInfo.InvariantCulture)}");
        return new() { Events = [Proposed(number, agent, intent, body)], Blobs = [body] };
    }

    public static Append Reading(this Append append, params (StreamId Stream, long Version)[] reads) =>
        append with { Reads = [.. reads.Select(read => new StreamVersion(read.Stream, read.Version))] };

    public static T Value<T>(this Result<T> result)
        where T : notnull =>
        result.TryGet(out var value, out var refusal) ? value : throw new InvalidOperationException(refusal.ToString());

    public static Refusal Refusal<T>(this Result<T> result)
        where T : notnull =>
        result.TryGet(out var value, out var refusal) ? throw new InvalidOperationException($"not refused: {value}") : refusal;

    public static ImmutableArray<LedgerEntry> Entries(this AppendAnswer answer) =>
        answer is AppendAnswer.Appended appended
            ? appended.Entries
            : throw new InvalidOperationException(answer is AppendAnswer.Refused refused ? refused.Refusal.ToString() : answer.ToString());

    public static async Task<ImmutableArray<LedgerEntry>> AppendOkAsync(this ILedgerStore store, Append append) =>
        (await store.AppendAsync(append, CancellationToken.None)).Entries();

    /// <summary>The whole chain, verified; fails the test where it does not verify.</summary>
    public static async Task<List<LedgerEntry>> ChainAsync(this ILedgerStore store)
    {
        var chain = new List<LedgerEntry>();
        var head = (await VerifiedChain.ReadAsync(store, ChainHead.Empty, chain.Add, CancellationToken.None)).Value();
        Assert.Equal(chain.Count, head.Size);
        return chain;
    }
}

/// <summary>A clock that a test sets; its timers are real.</summary>
internal sealed class SetClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
