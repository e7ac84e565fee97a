namespace Interlock;

/// <summary>The name of a person: what an <c>allowed_signers</c> file calls a principal.</summary>
internal static class PersonName
{
    /// <summary>Why a text is no name; null where it is.</summary>
    public static Refusal? Fault(string by) =>
        ShortText.IsName(by)
            ? null
            : Refusal.Of(RefusalCode.Malformed, "a name has 1 to 128 printable characters and no space at its ends");
}
