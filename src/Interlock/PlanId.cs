using System.Diagnostics.CodeAnalysis;

namespace Interlock;

/// <summary>The id of a plan: a version 4 UUID (RFC 9562) in its lower-case text form, 36 characters.</summary>
public readonly struct PlanId : IEquatable<PlanId>
{
    private const int Length = 36;

    private readonly Guid value;

    private PlanId(Guid value) => this.value = value;

    /// <summary>Whether two ids are the same.</summary>
    /// <param name="left">One id.</param>
    /// <param name="right">The other id.</param>
    public static bool operator ==(PlanId left, PlanId right) => left.Equals(right);

    /// <summary>Whether two ids differ.</summary>
    /// <param name="left">One id.</param>
    /// <param name="right">The other id.</param>
    public static bool operator !=(PlanId left, PlanId right) => !left.Equals(right);

    /// <summary>Makes a new id.</summary>
    /// <param name="random">Where its 122 random bits come from.</param>
    public static PlanId Create(IRandom random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new PlanId(new Guid(bytes, bigEndian: true));
    }

    /// <summary>Reads the text form and nothing else: 36 characters, lower case, with hyphens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="id">The id.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out PlanId id)
    {
        id = default;
        Span<char> again = stackalloc char[Length];
        if (!Guid.TryParseExact(text, "D", out var guid) || !guid.TryFormat(again, out _) || !again.SequenceEqual(text))
        {
            return false;
        }

        id = new PlanId(guid);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(PlanId other) => value == other.value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PlanId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => value.GetHashCode();

    /// <summary>The 36 characters.</summary>
    public override string ToString() => value.ToString();
}
