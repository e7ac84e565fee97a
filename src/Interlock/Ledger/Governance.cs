using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>Keeps the governance stream: genesis, and the digest of the configuration that was loaded last.</summary>
internal static class Governance
{
    private const int Attempts = 16;

    /// <summary>Records what is new and answers the instance.</summary>
    public static async Task<Result<Sha256Digest>> RecordAsync(
        ILedgerStore store, string configuration, IRandom random, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var read = await store.ReadStreamAsync(StreamId.Governance, cancellationToken);
            if (!read.TryGet(out var entries, out var refusal))
            {
                return refusal;
            }

            if (entries is [var genesis, ..] && entries[^1].Event.Text("configuration") == configuration)
            {
                return genesis.Hash;
            }

            var answer = await store.AppendReadingAgainAsync(
                new Append
                {
                    Reads = [new StreamVersion(StreamId.Governance, entries.Length)],
                    Events = [entries.IsEmpty ? Genesis(configuration, random) : Configured(entries[^1], configuration)],
                },
                cancellationToken);
            switch (answer)
            {
                case AppendAnswer.Appended appended:
                    return entries.IsEmpty ? appended.Entries[0].Hash : entries[0].Hash;
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

    /// <summary>The stream as it stands, to be compared; refused where its newest configuration is not the one that this process loaded.</summary>
    public static async Task<Result<StreamVersion>> CurrentAsync(
        ILedgerStore store, string configuration, CancellationToken cancellationToken)
    {
        if (!(await store.ReadStreamAsync(StreamId.Governance, cancellationToken)).TryGet(out var entries, out var refusal))
        {
            return refusal;
        }

        return entries is [.., var last] && last.Event.Text("configuration") == configuration
            ? new StreamVersion(StreamId.Governance, entries.Length)
            : Refusal.Of(
                RefusalCode.ConfigurationChanged, "the configuration changed since this process loaded it; start the process again");
    }

    private static JsonObject Genesis(string configuration, IRandom random)
    {
        Span<byte> bits = stackalloc byte[32];
        random.Fill(bits);
        return JsonObject.Of(
            (EventKinds.KindField, EventKinds.Genesis),
            ("random", Convert.ToHexStringLower(bits)),
            ("configuration", configuration));
    }

    private static JsonObject Configured(LedgerEntry last, string configuration) =>
        JsonObject.Of(
            (EventKinds.KindField, EventKinds.Configured),
            ("old", last.Event.Text("configuration")),
            ("configuration", configuration));
}
