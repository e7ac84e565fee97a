using System.Collections.Immutable;

namespace Interlock.Approvals;

/// <summary>The words of <see cref="Assurance"/> on every surface and in the ledger.</summary>
public static class AssuranceWords
{
    /// <summary>The words, least first.</summary>
    public static ImmutableArray<string> All { get; } = [.. Enum.GetValues<Assurance>().Order().Select(Word)];

    /// <summary>The word: <c>none</c>, <c>key</c>, <c>hardware</c> or <c>hardware-verified</c>.</summary>
    /// <param name="assurance">The assurance.</param>
    public static string Word(this Assurance assurance) => assurance switch
    {
        Assurance.None => "none",
        Assurance.Key => "key",
        Assurance.Hardware => "hardware",
        Assurance.HardwareVerified => "hardware-verified",
        _ => throw new InvalidOperationException($"no word for assurance {assurance}"),
    };

    /// <summary>The assurance of a word; null where it is none of them.</summary>
    /// <param name="word">The word.</param>
    public static Assurance? Parse(string? word) => word switch
    {
        "none" => Assurance.None,
        "key" => Assurance.Key,
        "hardware" => Assurance.Hardware,
        "hardware-verified" => Assurance.HardwareVerified,
        _ => null,
    };
}
