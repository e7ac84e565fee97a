using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>Keeps the governance stream: genesis, and what decides since the configuration was loaded last.</summary>
internal static class Governance
{
    private const int Attempts = 16;

    /// <summary>Records what is new and answers the stream as it stands then.</summary>
    public static async Task<Result<GovernanceState>> RecordAsync(
        ILedgerStore store, Governing governing, IRandom random, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var read = await ReadAsync(store, cancellationToken);
            if (!read.TryGet(out var recorded, out var refusal) && refusal.Code != RefusalCode.NotFound)
            {
                return refusal;
            }

            if (recorded is not null && governing.IsWhat(recorded))
            {
                return recorded;
            }

            var answer = await store.AppendReadingAgainAsync(
                new Append
                {
                    Reads = [new StreamVersion(StreamId.Governance, recorded?.Version ?? 0)],
                    Events = [recorded is null ? Genesis(governing, random) : Configured(recorded, governing)],
                    Blobs = governing.Blobs,
                },
                cancellationToken);
            switch (answer)
            {
                case AppendAnswer.Appended appended:
                    return GovernanceState.Next(recorded, appended.Entries[0]);
                case AppendAnswer.Conflict:
                    break;
                case AppendAnswer.Refused refused:
                    return refused.Refusal;
                case AppendAnswer.OutcomeUnknown unknown:
                    return unknown.Refusal;
            }
        }

        return Refusal.Of(RefusalCode.Busy, "other processes keep changing the configuration; start them with one and the same file");
    }

    /// <summary>The stream as it stands; <see cref="RefusalCode.NotFound"/> where it is empty.</summary>
    public static async Task<Result<GovernanceState>> ReadAsync(ILedgerStore store, CancellationToken cancellationToken) =>
        !(await store.ReadStreamAsync(StreamId.Governance, cancellationToken)).TryGet(out var entries, out var refusal)
            ? refusal
            : GovernanceState.Fold(entries) ?? Refusal.Of(RefusalCode.NotFound, "the ledger is empty; it has no instance yet");

    /// <summary>The stream as it stands, to be compared; refused where what decided last is not what this process loaded.</summary>
    public static async Task<Result<GovernanceState>> CurrentAsync(
        ILedgerStore store, Governing governing, CancellationToken cancellationToken) =>
        !(await ReadAsync(store, cancellationToken)).TryGet(out var recorded, out var refusal) ? refusal
        : governing.IsWhat(recorded) ? recorded
        : Refusal.Of(RefusalCode.ConfigurationChanged, "the configuration changed since this process loaded it; start the process again");

    private static JsonObject Genesis(Governing governing, IRandom random)
    {
        Span<byte> bits = stackalloc byte[32];
        random.Fill(bits);
        return JsonObject.Of(
        [
            (EventKinds.KindField, EventKinds.Genesis),
            ("random", Convert.ToHexStringLower(bits)),
            ("log_key", governing.LogKey is null ? null : (JsonValue)governing.LogKey),
            .. governing.Fields,
        ]);
    }

    private static JsonObject Configured(GovernanceState last, Governing governing) =>
        JsonObject.Of([(EventKinds.KindField, EventKinds.Configured), ("old", last.Configuration), .. governing.Fields]);
}
