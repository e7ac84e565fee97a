using System.Collections.Immutable;
using Interlock.Approvals;

namespace Interlock.Policies;

/// <summary>The words for <see cref="Assurance"/>, least first.</summary>
internal static class AssuranceWord
{
    public static ImmutableArray<string> All { get; } = [.. Enum.GetValues<Assurance>().Order().Select(Of)];

    public static string Of(Assurance assurance) => assurance switch
    {
        Assurance.None => "none",
        Assurance.Key => "key",
        Assurance.Hardware => "hardware",
        Assurance.HardwareVerified => "hardware-verified",
    };

    /// <summary>The assurance of one of the words.</summary>
    public static Assurance Parse(string word) => Enum.GetValues<Assurance>().Single(assurance => Of(assurance) == word);
}
