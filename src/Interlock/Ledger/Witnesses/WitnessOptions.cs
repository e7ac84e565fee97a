using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>A witness and the key by which it is believed.</summary>
/// <param name="Witness">The witness.</param>
/// <param name="Key">
/// Verifies its cosignatures; its key is of <see cref="NoteAlgorithm.Cosignature"/>. Null where the witness signs none: then its word that it
/// holds the checkpoint is all there is, and what it gives as proof is kept for whoever can judge it.
/// </param>
public sealed record TrustedWitness(IWitness Witness, NoteVerifier? Key);

/// <summary>Which witnesses have to hold a checkpoint that covers the claim of a plan before anything of it is dispatched.</summary>
public sealed record WitnessOptions
{
    /// <summary>The most witnesses.</summary>
    public const int MaxWitnesses = 16;

    /// <summary>The shortest bound of a wait: 1 s.</summary>
    public static readonly TimeSpan LeastWait = TimeSpan.FromSeconds(1);

    /// <summary>The longest bound of a wait: 10 minutes.</summary>
    public static readonly TimeSpan MostWait = TimeSpan.FromMinutes(10);

    /// <summary>The witnesses, 1 to <see cref="MaxWitnesses"/>, no name and no key twice.</summary>
    public required ImmutableArray<TrustedWitness> Witnesses { get; init; }

    /// <summary>How many of them have to: 1 to all.</summary>
    public required int Require { get; init; }

    /// <summary>The longest wait for them, once before the claim and once after it. Default 30 seconds.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What of this decides: how many, how long, and who by name and key.</summary>
    internal JsonObject Json => JsonObject.Of(
        ("require", Require),
        ("wait", Wait.Ticks / TimeSpan.TicksPerMillisecond),
        ("list", new JsonArray(Witnesses.Select(static one => (JsonValue)JsonObject.Of(
            ("name", one.Witness.Name), ("public", one.Key is { } key ? key.Key.ToString() : JsonNull.Instance))))));

    /// <summary>Why these options make no quorum; null where they do.</summary>
    internal string? Fault()
    {
        if (Witnesses.IsDefaultOrEmpty || Witnesses.Length > MaxWitnesses)
        {
            return $"there must be 1 to {MaxWitnesses} witnesses";
        }

        if (Require < 1 || Require > Witnesses.Length)
        {
            return $"{nameof(Require)} is {Require}; it must lie between 1 and the {Witnesses.Length} witnesses";
        }

        if (Wait < LeastWait || Wait > MostWait)
        {
            return $"{nameof(Wait)} is {Wait}; it must lie between {LeastWait} and {MostWait}";
        }

        if (Witnesses.Any(static one => one.Key is { Key.Algorithm: not NoteAlgorithm.Cosignature }))
        {
            return "a witness has a key that makes no cosignatures";
        }

        // one witness under two names would be counted twice
        var keys = Witnesses.Select(static one => one.Key).OfType<NoteVerifier>().Select(static key => Convert.ToHexString(key.Key.PublicKey.Span)).ToList();
        return Witnesses.Select(static one => one.Witness.Name).Distinct(StringComparer.Ordinal).Count() != Witnesses.Length
            ? "two witnesses have one name"
            : keys.Distinct(StringComparer.Ordinal).Count() != keys.Count ? "two witnesses have one key" : null;
    }
}
