using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Interlock.Sessions;

/// <summary>Who proposes. Every plan operation is scoped to the agent that proposed the plan.</summary>
public sealed record Agent
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    private Agent(string name, string? owner)
    {
        Name = name;
        Owner = owner;
    }

    /// <summary>Its name: 1 to 64 ASCII letters, digits, points, underscores and hyphens.</summary>
    public string Name { get; }

    /// <summary>Who answers for it; null where nobody is named.</summary>
    public string? Owner { get; }

    /// <summary>Reads a name and an owner.</summary>
    /// <param name="name">The name.</param>
    /// <param name="owner">The owner, or null.</param>
    /// <param name="agent">The agent.</param>
    public static bool TryCreate(string? name, string? owner, [NotNullWhen(true)] out Agent? agent)
    {
        var ok = name is { Length: > 0 and <= 64 } && !name.AsSpan().ContainsAnyExcept(NameCharacters);
        agent = ok && name is not null ? new Agent(name, owner) : null;
        return ok;
    }
}
