using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>Keeps the governance stream: genesis, and what decides since the configuration was loaded last.</summary>
internal static class Governance
{
    private const int Attempts = 16;

    /// <summary>
    /// Records what is new and answers the stream as it stands then. Under a locked governance another policy or other signers are not
    /// recorded: the answer is then what the ledger goes on to expect.
    /// </summary>
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

            // what is locked is changed by signatures, never by whoever starts a process with another file
            if (recorded is not null && (governing.IsWhat(recorded) || Keeps(recorded, governing)))
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
        : Differs(recorded, governing);

    /// <summary>Whether a locked governance holds on to something else than a process loaded.</summary>
    public static bool Keeps(GovernanceState recorded, Governing governing) => recorded.IsLocked && recorded.Digest != governing.Digest;

    /// <summary>The refusal of a process that loaded something else than decides.</summary>
    public static Refusal Differs(GovernanceState recorded, Governing governing) => Refusal.Of(
        RefusalCode.ConfigurationChanged,
        Keeps(recorded, governing)
            ? $"governance is locked: the policy here is `{governing.Digest}` and the ledger expects `{recorded.Digest}`; put the file back, or"
                + " have the change signed with `interlock governance sign`"
            : "the configuration changed since this process loaded it; start the process again");

    /// <summary>The entry of a change.</summary>
    /// <param name="last">What decided before.</param>
    /// <param name="governing">What decides from here on.</param>
    /// <param name="statements">The statements of those who agreed; none where nobody has to.</param>
    public static JsonObject Configured(GovernanceState last, Governing governing, params IEnumerable<Sha256Digest> statements)
    {
        var signed = new JsonArray(statements.Select(static digest => (JsonValue)digest.ToString()));
        return JsonObject.Of(
        [
            (EventKinds.KindField, EventKinds.Configured),
            ("old", last.Configuration),
            .. governing.Fields,
            ("statements", signed.Items.IsEmpty ? null : signed),
        ]);
    }

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
}
