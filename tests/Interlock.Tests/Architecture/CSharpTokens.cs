namespace Interlock.Tests.Architecture;

internal enum TokenKind
{
    Unknown = 0,
    Word,
    Number,
    Text,
    Sign,
    Comment,
    Directive,
}

/// <summary>One token of a C# file. A string is one token; the code in the holes of an interpolated one follows it, in order.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Line);

/// <summary>
/// Splits C# into tokens: enough to tell code from comments and strings, raw and interpolated ones included, and no more. It
/// knows no grammar; the facts that are checked with it are worded so that they need none.
/// </summary>
internal sealed class CSharpTokens
{
    private static readonly string[] Signs = ["??=", ">>=", "<<=", "==", "!=", "=>", "<=", ">=", "&&", "||", "??", "?.", "::", "->", "..", "++", "--"];

    private readonly string _text;
    private readonly List<Token> _tokens = [];
    private int _at;
    private int _line = 1;

    private CSharpTokens(string text) => _text = text;

    public static IReadOnlyList<Token> Read(string text)
    {
        var reader = new CSharpTokens(text.ReplaceLineEndings("\n"));
        reader.ReadCode(closing: null);
        return reader._tokens;
    }

    private char Here => Ahead(0);

    private char Ahead(int count) => _at + count < _text.Length ? _text[_at + count] : '\0';

    private bool Sees(string expected) => string.CompareOrdinal(_text, _at, expected, 0, expected.Length) == 0;

    private void Add(TokenKind kind, int length)
    {
        _tokens.Add(new Token(kind, _text.Substring(_at, length), _line));
        Move(length);
    }

    private void Move(int length)
    {
        for (var end = Math.Min(_at + length, _text.Length); _at < end; _at++)
        {
            _line += _text[_at] == '\n' ? 1 : 0;
        }
    }

    // up to the closing braces of a hole, or the end of the file
    private void ReadCode(string? closing)
    {
        var depth = 0;
        var startsLine = closing is null;
        while (_at < _text.Length)
        {
            if (closing is not null && depth == 0 && Sees(closing))
            {
                return;
            }

            if (char.IsWhiteSpace(Here))
            {
                startsLine |= Here == '\n' && closing is null;
                Move(1);
                continue;
            }

            if (Here == '#' && startsLine)
            {
                Add(TokenKind.Directive, UntilLineEnd());
                continue;
            }

            startsLine = false;
            depth += Here is '{' or '(' or '[' ? 1 : Here is '}' or ')' or ']' ? -1 : 0;

            // `$"{value:format}"`: what follows the colon is text
            if (closing is not null && depth == 0 && Here == ':' && Ahead(1) != ':')
            {
                Move(Math.Max(_text.IndexOf(closing, _at, StringComparison.Ordinal) - _at, 1));
                continue;
            }

            ReadToken();
        }
    }

    private void ReadToken()
    {
        if (Sees("//"))
        {
            Add(TokenKind.Comment, UntilLineEnd());
        }
        else if (Sees("/*"))
        {
            var end = _text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
            Add(TokenKind.Comment, (end < 0 ? _text.Length : end + 2) - _at);
        }
        else if (Here == '\'')
        {
            Add(TokenKind.Text, Quoted(1, '\''));
        }
        else if (TextStart() is { } start)
        {
            ReadText(start.Dollars, start.Verbatim);
        }
        else if (char.IsLetter(Here) || Here is '_' or '@')
        {
            Add(TokenKind.Word, While(1, c => char.IsLetterOrDigit(c) || c == '_'));
        }
        else if (char.IsDigit(Here))
        {
            Add(TokenKind.Number, While(1, c => char.IsLetterOrDigit(c) || c == '_'));
        }
        else
        {
            Add(TokenKind.Sign, Array.Find(Signs, Sees)?.Length ?? 1);
        }
    }

    // a quote, with the dollars and the at-sign that may stand before it
    private (int Dollars, bool Verbatim)? TextStart()
    {
        var ahead = 0;
        while (Ahead(ahead) is '$' or '@')
        {
            ahead++;
        }

        var prefix = _text.AsSpan(_at, ahead);
        return Ahead(ahead) == '"' ? (prefix.Count('$'), prefix.Contains('@')) : null;
    }

    private void ReadText(int dollars, bool verbatim)
    {
        var line = _line;
        Move(dollars + (verbatim ? 1 : 0));
        var quotes = While(0, c => c == '"');
        var raw = quotes >= 3;
        _tokens.Add(new Token(TokenKind.Text, "\"\"", line));
        Move(raw ? quotes : 1);
        var end = raw ? new string('"', quotes) : "\"";
        while (_at < _text.Length && !Sees(end))
        {
            var braces = dollars > 0 && Here == '{' ? While(0, c => c == '{') : 0;
            if (!raw && !verbatim && Here == '\\' || verbatim && Sees("\"\""))
            {
                Move(2);
            }
            else if (braces == 0)
            {
                Move(1);
            }
            else if (raw ? braces >= dollars : braces % 2 == 1)
            {
                Move(braces);
                ReadCode(new string('}', raw ? dollars : 1));
                Move(raw ? dollars : 1);
            }
            else
            {
                Move(braces);
            }

            // `""` inside a verbatim text is a quote in it, not its end
            while (verbatim && Sees("\"\""))
            {
                Move(2);
            }
        }

        Move(end.Length);
    }

    private int Quoted(int from, char quote)
    {
        var length = from;
        while (_at + length < _text.Length && Ahead(length) != quote)
        {
            length += Ahead(length) == '\\' ? 2 : 1;
        }

        return Math.Min(length + 1, _text.Length - _at);
    }

    private int While(int from, Func<char, bool> belongs)
    {
        var length = from;
        while (_at + length < _text.Length && belongs(Ahead(length)))
        {
            length++;
        }

        return length;
    }

    private int UntilLineEnd()
    {
        var end = _text.IndexOf('\n', _at);
        return (end < 0 ? _text.Length : end) - _at;
    }
}
