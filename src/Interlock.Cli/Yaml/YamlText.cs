using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using Interlock.Canonical;

namespace Interlock.Cli.Yaml;

/// <summary>
/// The characters of one document, checked before a parser sees them (YAML 1.2.2 section 5.1, c-printable). Stricter in one
/// respect: U+0085, U+2028 and U+2029 end a line in YAML 1.1 and not in 1.2, so the same bytes would be two documents to two
/// readers, and they are refused unless escaped.
/// </summary>
internal sealed class YamlText
{
    /// <summary>
    /// The parser's look-ahead is a ring of 2,048 characters which loses text when a run of spaces is longer. No document
    /// that a person reads is indented so far.
    /// </summary>
    private const int MaxIndentation = 1000;

    /// <summary>Printable but worth a look: line breaks, because indentation is counted from them.</summary>
    private static readonly SearchValues<char> Breaks = SearchValues.Create("\r\n");

    private YamlText(string value) => Value = value;

    /// <summary>The text without its byte order mark.</summary>
    public string Value { get; }

    /// <summary>Decodes and checks a document.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> utf8, int maxBytes, [NotNullWhen(true)] out YamlText? text, [NotNullWhen(false)] out JsonError? error)
    {
        text = null;
        if (utf8.Length > maxBytes)
        {
            error = new JsonError(
                JsonError.Root, 1, 1, $"the document has {utf8.Length} bytes and the limit is {maxBytes}; make it smaller");
            return false;
        }

        if (utf8.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]))
        {
            utf8 = utf8[3..];
        }

        var valid = ValidPrefix(utf8);
        var decoded = new YamlText(Encoding.UTF8.GetString(utf8[..valid]));
        error = decoded.FirstRefused()
            ?? (valid < utf8.Length
                ? decoded.Error(decoded.Value.Length, JsonError.Root, "not valid UTF-8; save the file as UTF-8")
                : null);
        text = error is null ? decoded : null;
        return error is null;
    }

    /// <summary>The line and column of an offset. A line ends at LF, CR LF or CR.</summary>
    public SourcePosition Locate(int offset)
    {
        var before = Value.AsSpan(0, Math.Clamp(offset, 0, Value.Length));
        var line = 1;
        while (before.IndexOfAny(Breaks) is >= 0 and var end)
        {
            var isPair = before[end] == '\r' && end + 1 < before.Length && before[end + 1] == '\n';
            before = before[(end + (isPair ? 2 : 1))..];
            line++;
        }

        var column = 1;
        foreach (var unit in before)
        {
            // the second half of a pair belongs to the code point that the first half began
            column += char.IsLowSurrogate(unit) ? 0 : 1;
        }

        return new SourcePosition(line, column);
    }

    /// <summary>An error at an offset.</summary>
    public JsonError Error(int offset, string path, string message)
    {
        var (line, column) = Locate(offset);
        return new JsonError(path, line, column, message);
    }

    private static int ValidPrefix(ReadOnlySpan<byte> utf8)
    {
        if (Utf8.IsValid(utf8))
        {
            return utf8.Length;
        }

        var at = 0;
        while (Rune.DecodeFromUtf8(utf8[at..], out _, out var consumed) == OperationStatus.Done)
        {
            at += consumed;
        }

        return at;
    }

    private JsonError? FirstRefused()
    {
        var indentation = 0;
        for (var i = 0; i < Value.Length; i++)
        {
            var unit = Value[i];
            indentation = unit switch
            {
                '\r' or '\n' => 0,
                ' ' when indentation >= 0 => indentation + 1,
                _ => -1,
            };
            if (indentation > MaxIndentation)
            {
                return Error(i, JsonError.Root, $"more than {MaxIndentation} spaces at the start of a line; indent less");
            }

            if (Complaint(unit) is { } complaint)
            {
                return Error(i, JsonError.Root, complaint);
            }
        }

        return null;
    }

    private static string? Complaint(char unit) => unit switch
    {
        '\t' or '\n' or '\r' or (>= ' ' and <= '~') => null,
        '\u0085' or '\u2028' or '\u2029' =>
            "a character that ends a line in YAML 1.1 but not in 1.2; write it as an escape in double quotes",
        < ' ' or (>= '\u007f' and <= '\u009f') =>
            "a control character; write it as an escape in double quotes",
        '\ufeff' => "a byte order mark inside the document; remove it, or write it as an escape in double quotes",
        '\ufffe' or '\uffff' => "a code point that is no character; write it as an escape in double quotes",
        _ => null,
    };
}
