using System.Collections.Immutable;

namespace Interlock.Ledger;

/// <summary>The brakes' stream, folded: whether everything is stopped, and who has asked for going on since.</summary>
/// <param name="Version">How many entries the stream holds.</param>
/// <param name="Stop">The stop in force; null where none is.</param>
/// <param name="Resumers">Who has countersigned going on since that stop, one entry a person, the newest.</param>
internal sealed record BrakeState(long Version, LedgerEntry? Stop, ImmutableArray<LedgerEntry> Resumers)
{
    /// <summary>Who countersigned the end of the newest stop that was ended; empty while one is in force, and where none ever was.</summary>
    public ImmutableArray<LedgerEntry> EndedBy { get; init; } = [];

    /// <summary>Nothing was ever stopped.</summary>
    public static BrakeState None { get; } = new(0, null, []);

    /// <summary>The state after an entry of the stream.</summary>
    public BrakeState Next(LedgerEntry entry) => entry.Kind switch
    {
        // a stop on a stop is a new one: what was signed for going on before it counts no more
        EventKinds.Stopped => new BrakeState(Version + 1, entry, []),
        EventKinds.ResumeCountersigned => this with
        {
            Version = Version + 1,
            Resumers = [.. Resumers.Where(other => other.Event.Text("by") != entry.Event.Text("by")), entry],
        },
        EventKinds.Resumed => new BrakeState(Version + 1, null, []) { EndedBy = Resumers },
        _ => this,
    };

    /// <summary>Folds the whole stream.</summary>
    public static BrakeState Fold(ImmutableArray<LedgerEntry> entries) =>
        entries.Aggregate(None, static (state, entry) => state.Next(entry));
}
