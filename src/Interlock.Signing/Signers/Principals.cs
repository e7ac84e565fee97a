using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Signing.Signers;

/// <summary>
/// The names at the beginning of a line: the first is the person, the others are what else they are called. Every name is one
/// person's; patterns are not accepted, since a pattern is a name that nobody wrote down.
/// </summary>
internal static class Principals
{
    /// <summary>The longest name in characters.</summary>
    public const int MaxLength = 128;

    private const int MaxNames = 16;

    /// <summary>Reads the names off the beginning of a line, in quotes or not.</summary>
    public static Result<ImmutableArray<string>> Take(ref ReadOnlySpan<char> rest)
    {
        string text;
        if (rest is ['"', ..])
        {
            var end = rest[1..].IndexOf('"');
            if (end < 0 || rest[(end + 2)..] is not [' ' or '\t', ..])
            {
                return Refusal.Of(RefusalCode.Malformed, "the names in quotes do not end with a quote and a blank; close the quotes");
            }

            text = rest.Slice(1, end).ToString();
            rest = rest[(end + 2)..].TrimStart(" \t");
        }
        else
        {
            text = SignerLines.TakeWord(ref rest);
        }

        var names = text.Split(',').ToImmutableArray();
        return names.Length > MaxNames
            ? Refusal.Of(RefusalCode.TooLarge, $"the line has more than {MaxNames} names; one person needs fewer")
            : names.Select(Fault).FirstOrDefault(static fault => fault is not null) is { } refusal ? refusal
            : names.Distinct(StringComparer.Ordinal).Count() != names.Length
                ? Refusal.Of(RefusalCode.Malformed, "a name stands twice in the line; take one out")
                : names;
    }

    /// <summary>Why a text names nobody; null where it does.</summary>
    public static Refusal? Fault(string name) => name switch
    {
        "" or { Length: > MaxLength } => Refusal.Of(RefusalCode.Malformed, $"a name has 1 to {MaxLength} characters; begin the line with the person's name"),
        ['!', ..] => Refusal.Of(RefusalCode.Forbidden, $"`{Shown(name)}` says who is not meant; name the person who is"),
        ['#', ..] => Refusal.Of(RefusalCode.Malformed, $"`{Shown(name)}` would be a comment; name the person otherwise"),
        _ when name.AsSpan().ContainsAny("*?") => Refusal.Of(
            RefusalCode.Forbidden, $"`{Shown(name)}` is a pattern, which stands for anybody; name one person in each line"),
        _ when name.AsSpan().ContainsAny("\",\t\n\\") || name.Trim() != name || name.EnumerateRunes().Any(static rune => !Visible.Shows(rune)) =>
            Refusal.Of(RefusalCode.Malformed, $"`{Shown(name)}` is no name: it has printable characters without quotes, commas and backslashes, and no blank at its ends; mend it"),
        _ => null,
    };

    private static string Shown(string name) => SafeText.Escape(name, 64);
}
