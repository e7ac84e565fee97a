using System.Buffers;
using Interlock.Canonical;

namespace Interlock.Policies;

/// <summary>The answer of a custom invariant.</summary>
/// <param name="Holds">Whether it holds.</param>
/// <param name="Detail">Where, what and the mend, where it does not hold. Never a secret.</param>
public readonly record struct InvariantAnswer(bool Holds, string Detail)
{
    /// <summary>It holds.</summary>
    public static InvariantAnswer Ok => new(true, "");

    /// <summary>It does not hold.</summary>
    /// <param name="detail">Where, what and the mend.</param>
    public static InvariantAnswer Fails(string detail) => new(false, detail);
}

/// <summary>
/// A rule of one's own, in code. It is asked about every plan, also one that fails the other invariants, so it must not rely
/// on a shape; one that throws counts as failed.
/// </summary>
public sealed class CustomInvariant
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Names a rule.</summary>
    /// <param name="name">Its name on the wire: 1 to 64 of <c>a-z 0-9 - _</c>, not the name of a built-in invariant.</param>
    /// <param name="check">Looks at the plan (the whole envelope; values are immutable) and answers.</param>
    /// <exception cref="ArgumentException">The name is not allowed.</exception>
    public CustomInvariant(string name, Func<JsonValue, InvariantAnswer> check)
    {
        ArgumentNullException.ThrowIfNull(check);
        if (name is not { Length: >= 1 and <= 64 } || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            throw new ArgumentException("an invariant's name is 1 to 64 of a-z, 0-9, - and _", nameof(name));
        }

        if (InvariantNames.All.Contains(name))
        {
            throw new ArgumentException($"`{name}` is a built-in invariant; choose another name", nameof(name));
        }

        Name = name;
        Check = check;
    }

    /// <summary>Its name on the wire.</summary>
    public string Name { get; }

    /// <summary>Looks at the plan and answers.</summary>
    internal Func<JsonValue, InvariantAnswer> Check { get; }
}
