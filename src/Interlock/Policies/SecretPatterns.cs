using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Interlock.Policies;

/// <summary>
/// What looks like a secret. Regular expressions without backtracking; the default ones are first sought by their literal
/// parts, so that text without them costs almost nothing.
/// </summary>
internal sealed class SecretPatterns
{
    /// <summary>Lower-case hexadecimal, 32 or more, as a word; after <c>sha256:</c> or <c>sha512:</c> it is a digest.</summary>
    private const string HexShape = @"\b[0-9a-f]{32,}\b";

    /// <summary>The shortest text that one of the default shapes can match.</summary>
    private const int ShortestDefault = 19;

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <summary>A shape, and a literal that stands in every match.</summary>
    private static readonly ImmutableArray<(string Shape, string Literal)> Shapes =
    [
        (@"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}", "eyJ"),
        ("(?:^|[^A-Za-z0-9])sk-[A-Za-z0-9_-]{16,}", "sk-"),
        ("ghp_[A-Za-z0-9]{20,}", "ghp_"),
        (@"\bAKIA[0-9A-Z]{16}\b", "AKIA"),
    ];

    // made when the first text holds one of the literals: few processes ever see one
    private static readonly Lazy<Regex> AnyShape =
        new(static () => new Regex(string.Join('|', Shapes.Select(static shape => $"(?:{shape.Shape})")), Options));

    private static readonly SearchValues<string> Literals =
        SearchValues.Create([.. Shapes.Select(static shape => shape.Literal)], StringComparison.Ordinal);

    private readonly bool defaults;
    private readonly bool hex;
    private readonly ImmutableArray<Regex> others;

    private SecretPatterns(ImmutableArray<string> texts, bool defaults, bool hex, ImmutableArray<Regex> others)
    {
        Texts = texts;
        this.defaults = defaults;
        this.hex = hex;
        this.others = others;
    }

    /// <summary>The default shapes: JWT, <c>sk-</c>, <c>ghp_</c>, <c>AKIA</c>, long lower-case hexadecimal.</summary>
    public static ImmutableArray<string> DefaultTexts { get; } = [.. Shapes.Select(static shape => shape.Shape), HexShape];

    public static SecretPatterns Default { get; } = new(DefaultTexts, defaults: true, hex: true, []);

    /// <summary>The regular expressions as the policy has them.</summary>
    public ImmutableArray<string> Texts { get; }

    /// <summary>Compiles a policy's own list, which replaces the default one.</summary>
    public static bool TryCreate(
        ImmutableArray<string> texts, [NotNullWhen(true)] out SecretPatterns? patterns, out int faulty, out string error)
    {
        patterns = null;
        error = "";
        var others = ImmutableArray.CreateBuilder<Regex>();
        var all = Shapes.All(shape => texts.Contains(shape.Shape));
        for (faulty = 0; faulty < texts.Length; faulty++)
        {
            var text = texts[faulty];
            if (text == HexShape || (all && Shapes.Any(shape => shape.Shape == text)))
            {
                continue;
            }

            try
            {
                others.Add(new Regex(text, Options));
            }
            catch (RegexParseException)
            {
                error = "not a regular expression; mend its syntax";
                return false;
            }
            catch (NotSupportedException)
            {
                error = "needs backtracking; write it without lookarounds, backreferences and atomic groups";
                return false;
            }
        }

        patterns = new SecretPatterns(texts, all, texts.Contains(HexShape), others.ToImmutable());
        return true;
    }

    /// <summary>Whether a text holds a secret.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isContent">Whether it is content (a file's text), which the rule for hexadecimal spares.</param>
    public bool Match(string text, bool isContent)
    {
        if (text.Length >= ShortestDefault)
        {
            if (defaults && text.AsSpan().IndexOfAny(Literals) >= 0 && AnyShape.Value.IsMatch(text))
            {
                return true;
            }

            if (hex && !isContent && HoldsHex(text))
            {
                return true;
            }
        }

        foreach (var pattern in others)
        {
            if (pattern.IsMatch(text))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A run of 32 covers every 32nd place, so only those are looked at.</summary>
    private static bool HoldsHex(string text)
    {
        const int Run = 32;
        for (var probe = Run - 1; probe < text.Length; probe += Run)
        {
            if (!LowerHex.Contains(text[probe]))
            {
                continue;
            }

            var span = text.AsSpan();
            var start = span[..probe].LastIndexOfAnyExcept(LowerHex) + 1;
            var length = span[probe..].IndexOfAnyExcept(LowerHex);
            var end = length < 0 ? text.Length : probe + length;
            if (end - start >= Run && !IsWord(span, start - 1) && !IsWord(span, end) && !IsDigest(span[..start]))
            {
                return true;
            }

            // on from the end of this run: a long run is looked at once
            probe = Math.Max(probe, end - (end % Run) - 1);
        }

        return false;
    }

    private static bool IsDigest(ReadOnlySpan<char> before) =>
        before.EndsWith("sha256:", StringComparison.Ordinal) || before.EndsWith("sha512:", StringComparison.Ordinal);

    private static bool IsWord(ReadOnlySpan<char> text, int at) =>
        at >= 0 && at < text.Length && (char.IsLetterOrDigit(text[at]) || CharUnicodeInfo.GetUnicodeCategory(text[at])
            is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);
}
