using System.Globalization;
using System.Text;
using Interlock.Canonical;

namespace Interlock.Signing.Signers;

/// <summary>The lines of a file with keys, and refusals that name the file and the line.</summary>
internal sealed class SignerLines
{
    /// <summary>The largest file in bytes: some thousand keys.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>The longest line in characters; the longest key has about 2,800.</summary>
    public const int MaxLine = 16_384;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string file;

    private SignerLines(string file, string[] texts) => (this.file, Texts) = (file, texts);

    /// <summary>The lines without their ends.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>Takes a file apart; refused where it is too large, no UTF-8, or has a character that steers a terminal.</summary>
    public static Result<SignerLines> Of(SignerFile source)
    {
        var file = SafeText.Escape(source.Name, 200);
        if (source.Bytes.Length > MaxBytes)
        {
            return Refusal.Of(RefusalCode.TooLarge, $"{file}: the file is larger than {MaxBytes} bytes; take out keys that nobody uses");
        }

        string text;
        try
        {
            text = Utf8.GetString(source.Bytes.Span);
        }
        catch (DecoderFallbackException error)
        {
            var line = 1 + source.Bytes.Span[..Math.Clamp(error.Index, 0, source.Bytes.Length)].Count((byte)'\n');
            return At(file, line, RefusalCode.Malformed, "this is not UTF-8; save the file as UTF-8");
        }

        var lines = new SignerLines(file, text.Split('\n'));
        for (var i = 0; i < lines.Texts.Count; i++)
        {
            if (Fault(lines.Texts[i]) is { } fault)
            {
                return lines.Refuse(i + 1, RefusalCode.Malformed, fault);
            }
        }

        return lines;
    }

    /// <summary>Whether a line says nothing: blank, or a comment.</summary>
    public static bool IsSilent(string line) => line.AsSpan().TrimStart(" \t") is [] or ['#', ..];

    /// <summary>The line without its first word, and that word; words are separated by blanks and tabs.</summary>
    public static string TakeWord(ref ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart(" \t");
        var end = rest.IndexOfAny(' ', '\t');
        var word = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[end..].TrimStart(" \t");
        return word.ToString();
    }

    /// <summary>A refusal of a line, from 1.</summary>
    public Refusal Refuse(int line, RefusalCode code, string message) => At(file, line, code, message);

    // the line stands in the message, behind the file that it is a line of: as the path of the refusal it would be said twice
    private static Refusal At(string file, int line, RefusalCode code, string message) =>
        Refusal.Of(code, string.Create(CultureInfo.InvariantCulture, $"{file}: line {line}: {message}"));

    private static string? Fault(string line)
    {
        if (line.Length > MaxLine)
        {
            return $"the line is longer than {MaxLine} characters; take out what is no key";
        }

        if (line.Contains('\r', StringComparison.Ordinal))
        {
            return "the line ends as on Windows; save the file with LF line ends";
        }

        foreach (var rune in line.EnumerateRunes())
        {
            if (rune.Value != '\t' && !Visible.Shows(rune))
            {
                return $"the line has the character U+{rune.Value:X4}, which nobody sees; take it out";
            }
        }

        return null;
    }
}
