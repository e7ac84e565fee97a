using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace Interlock.Cli.Yaml;

/// <summary>
/// Stands between the library's scanner and its parser and holds it to the text: whatever the scanner reports as wrong is
/// refused at once (its parser forgives some of it), every character must belong to a token, to white space or to a comment
/// (the scanner drops a few), and an escape must be one.
/// </summary>
internal sealed class CheckedScanner : IScanner
{
    private readonly Scanner inner;
    private readonly string text;
    private Token? current;
    private int covered;
    private readonly Stack<int> open = [];
    private bool afterValue;

    public CheckedScanner(string text)
    {
        this.text = text;
        inner = new Scanner(new StringReader(text));
    }

    public Mark CurrentPosition => inner.CurrentPosition;

    public Token? Current => current;

    /// <summary>Whether the last token stands inside brackets or braces, where tabs may indent.</summary>
    public bool IsInFlow => open.Count > 0;

    /// <summary>Where the innermost bracket or brace stands that is still open; null outside of all.</summary>
    public int? OpenBracket => open.TryPeek(out var at) ? at : null;

    public bool MoveNext()
    {
        ConsumeCurrent();
        return MoveNextWithoutConsuming();
    }

    public bool MoveNextWithoutConsuming()
    {
        // the library's scanner drops a token that is asked for twice, and its parser does ask twice after an anchored scalar in
        // a flow mapping; only at the end does the parser rely on moving on
        if (current is not null and not StreamEnd)
        {
            return true;
        }

        var moved = inner.MoveNextWithoutConsuming();
        current = inner.Current;
        if (moved && current is not null)
        {
            Check(current);
        }

        return moved;
    }

    public void ConsumeCurrent()
    {
        inner.ConsumeCurrent();
        current = null;
    }

    private void Check(Token token)
    {
        CheckIndentation(token);
        CheckNeighbour(token);
        switch (token)
        {
            case Error error:
                throw new SyntaxErrorException(error.Start, error.End, error.Value);
            case TagDirective:
                throw new RefusedTokenException(
                    token.Start, "a %TAG directive; remove it and write the tags as !!str, !!int and so on");
            case VersionDirective { Version: not { Major: 1, Minor: 2 } }:
                throw new RefusedTokenException(token.Start, "only YAML 1.2 is read; remove the directive and check the values");
            case Anchor { Value: var name } when name.Value.Contains(':', StringComparison.Ordinal):
                // part of the name in YAML 1.2, the end of it to others: `&a:5`
                throw new RefusedTokenException(
                    token.Start, "an anchor with a colon in its name; name it without, or put a space before the colon");
            case Scalar scalar:
                ScalarCheck.Check(text, scalar, IsInFlow);
                break;
            case FlowSequenceStart or FlowMappingStart:
                open.Push((int)token.Start.Index);
                break;
            case FlowSequenceEnd or FlowMappingEnd:
                _ = open.TryPop(out _);
                break;
            default:
                break;
        }

        Cover(token);
    }

    /// <summary>
    /// A value is never followed by a value without something between them. The parser reads <c>{"a" "b"}</c> as if a colon stood
    /// there, and sometimes a comma.
    /// </summary>
    private void CheckNeighbour(Token token)
    {
        var startsValue = token is Scalar or AnchorAlias or Anchor or Tag or FlowSequenceStart or FlowMappingStart;
        if (afterValue && (startsValue || (IsInFlow && token is Key)))
        {
            throw new RefusedTokenException(
                token.Start,
                "a value right after a value; add the colon or the comma that is missing, or put the whole in quotes");
        }

        afterValue = token is Scalar or AnchorAlias or FlowSequenceEnd or FlowMappingEnd;
    }

    /// <summary>
    /// Outside brackets a tab may not indent (YAML 1.2.2 section 6.1): not at the start of a line, and not between a dash and
    /// the mapping or sequence that starts behind it. The scanner lets both pass where nothing is indented yet.
    /// </summary>
    private void CheckIndentation(Token token)
    {
        var start = (int)Math.Min(token.Start.Index, text.Length);
        if (IsInFlow || start == 0 || token is StreamEnd or BlockEnd or Error)
        {
            return;
        }

        var lineStart = text.LastIndexOfAny(['\r', '\n'], start - 1) + 1;
        var before = text.AsSpan(lineStart, start - lineStart);
        var tab = before.IndexOf('\t');
        if (tab >= 0 && (token is BlockMappingStart or BlockSequenceStart || !before.ContainsAnyExcept(' ', '\t')))
        {
            throw new RefusedTokenException(new Mark(lineStart + tab, 1, 1), YamlFault.Tab);
        }
    }

    /// <summary>Nothing but white space and comments lies between the tokens before and this one.</summary>
    private void Cover(Token token)
    {
        var start = (int)Math.Min(token.Start.Index, text.Length);
        while (covered < start)
        {
            var unit = text[covered];
            if (unit == '#')
            {
                var rest = text.AsSpan(covered, start - covered).IndexOfAny('\r', '\n');
                covered = rest < 0 ? start : covered + rest;
            }
            else if (unit is ' ' or '\t' or '\r' or '\n')
            {
                covered++;
            }
            else
            {
                throw new RefusedTokenException(
                    new Mark(covered, 1, 1), "text that belongs to no value here; put the value in quotes, or remove this");
            }
        }

        // some tokens are given without their length
        var end = token switch
        {
            FlowSequenceStart or FlowSequenceEnd or FlowMappingStart or FlowMappingEnd => start + 1,
            DocumentEnd => start + 3,
            VersionDirective => EndOfLine(start),
            _ => (int)Math.Min(token.End.Index, text.Length),
        };
        covered = Math.Max(covered, end);
    }

    private int EndOfLine(int from)
    {
        var length = text.AsSpan(from).IndexOfAny('\r', '\n');
        return length < 0 ? text.Length : from + length;
    }
}

/// <summary>A refusal of ours on its way through the library's parser, which knows no other.</summary>
internal sealed class RefusedTokenException : YamlException
{
    public RefusedTokenException()
        : base("refused")
    {
    }

    public RefusedTokenException(string message)
        : base(message)
    {
    }

    public RefusedTokenException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public RefusedTokenException(in Mark at, string message)
        : base(at, at, message)
    {
    }
}
