using Interlock.Canonical;

namespace Interlock.Plans;

/// <summary>
/// SHA-256 of the RFC 8785 form of a plan's body: what a person countersigns. Its text is 64 lower-case hexadecimal digits.
/// </summary>
public readonly record struct PlanHash
{
    private PlanHash(Sha256Digest digest) => Digest = digest;

    /// <summary>The digest.</summary>
    public Sha256Digest Digest { get; }

    /// <summary>Computes the hash of a body. Never consults a schema.</summary>
    /// <param name="body">The body, valid or not.</param>
    public static PlanHash Of(JsonValue body) => new(CanonicalJson.Hash(body));

    /// <summary>Takes over the digest of a body's canonical form.</summary>
    internal static PlanHash FromCanonical(ReadOnlySpan<byte> canonicalBody) => new(Sha256Digest.Of(canonicalBody));

    /// <summary>Reads 64 lower-case hexadecimal digits; anything else is refused.</summary>
    /// <param name="text">The text.</param>
    /// <param name="hash">The hash.</param>
    public static bool TryParse(string? text, out PlanHash hash)
    {
        var ok = Sha256Digest.TryParse(text, out var digest);
        hash = new PlanHash(digest);
        return ok;
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Digest.ToString();
}
