using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Interlock.Schema.Patterns;

/// <summary>
/// Reads the grammar of ECMA-262 section 22.2.1 (with <c>u</c>) and writes what the runtime's automaton understands and means
/// by it the same: <c>\d</c> and <c>\w</c> are ASCII, <c>$</c> is the very end, and <c>.</c> or a negated class takes a whole
/// code point. What has no such form is refused, not approximated: a pattern that means something else is a hole.
/// </summary>
internal sealed partial class EcmaTranslator(string source, AstralPartition partition)
{
    public const string TooLarge = "the pattern is too large when its repetitions are written out; bound lengths with `maxLength` instead";

    private const int MaxLength = 8_192;
    private const int MaxGroups = 50;
    private const int MaxSize = 20_000;
    private const int MaxCost = 60_000;

    private readonly AutomatonWriter output = new(partition);
    private int at;
    private int depth;
    private string? problem;

    // what a matcher that tries one way after another may have to try: counts on the worst way through the pattern
    private int repeats;
    private int forks;
    private bool anchored;
    private bool repeatsGroup;

    /// <summary>About how many states the automaton has.</summary>
    public int Size { get; private set; }

    /// <summary>What making the automaton costs: states, and ranges of characters, which cost ten times as much.</summary>
    public int Cost => Size + (10 * output.Ranges);

    /// <summary>
    /// Whether trying one way after another takes time in proportion to the text too: it is held at the start, and on every way there
    /// is one repetition at the most, one fork, and no repetition of a group. Making an automaton costs a hundred times as much.
    /// </summary>
    public bool IsPlain => anchored && repeats <= 1 && forks <= 1 && !repeatsGroup;

    private bool More => problem is null && at < source.Length;

    public bool TryTranslate([NotNullWhen(true)] out string? translated, [NotNullWhen(false)] out string? refusal)
    {
        translated = null;
        refusal = null;
        if (source.Length > MaxLength)
        {
            refusal = $"the pattern is longer than {MaxLength} characters; shorten it";
            return false;
        }

        Size = (int)Math.Clamp(ReadDisjunction(), 0, MaxSize);
        if (problem is null && at < source.Length)
        {
            Fail("a `)` without its `(`; escape it as `\\)`");
        }

        if (problem is not null)
        {
            refusal = ReferenceEquals(problem, TooLarge) ? problem : $"the pattern fails at character {at + 1}: {problem}";
            return false;
        }

        translated = output.ToString();
        return true;
    }

    private char Peek(int ahead = 0) => at + ahead < source.Length ? source[at + ahead] : '\0';

    private long ReadDisjunction()
    {
        var before = repeats;
        var starts = source.AsSpan(at).StartsWith("^");
        var size = ReadAlternative();
        var worst = repeats;
        var forked = false;
        while (More && source[at] == '|')
        {
            at++;
            output.Write("|");
            repeats = before;
            size += ReadAlternative();
            worst = Math.Max(worst, repeats);
            forked = true;
        }

        repeats = worst;
        forks += forked ? 1 : 0;
        anchored = starts && !forked;
        return size;
    }

    private long ReadAlternative()
    {
        long size = 1;
        while (More && source[at] is not ('|' or ')'))
        {
            size += ReadTerm();
            if (size > MaxSize || output.Ranges > MaxCost / 10)
            {
                Fail(TooLarge);
            }
        }

        return size;
    }

    private long ReadTerm()
    {
        switch (source[at])
        {
            case '^':
                at++;
                output.Write("\\A");
                return 1;
            case '$':
                at++;
                output.Write("\\z");
                return 1;
            case '*' or '+' or '?' or '{':
                return Fail("nothing stands before the repetition; escape the character with `\\`");
            case ']' or '}':
                return Fail("a closing bracket without its opening one; escape it with `\\`");
            default:
                var isGroup = source[at] == '(';
                var size = ReadAtom();
                return problem is null ? ReadQuantifier(size, isGroup) : 0;
        }
    }

    private long ReadAtom()
    {
        switch (source[at])
        {
            case '(':
                return ReadGroup();
            case '[':
                return ReadClass();
            case '.':
                at++;
                var lineEnds = new CodePointSet();
                lineEnds.Add(CodePointSet.LineEnds, complement: false);
                return WriteSet(lineEnds, negated: true);
            case '\\':
                return ReadAtomEscape();
            default:
                if (!Rune.TryGetRuneAt(source, at, out var rune))
                {
                    return Fail("half of a surrogate pair; write the whole character");
                }

                at += rune.Utf16SequenceLength;
                return WriteLiteral(rune.Value);
        }
    }

    private long ReadGroup()
    {
        at++;
        if (Peek() == '?')
        {
            at++;
            if (Peek() is '=' or '!' || (Peek() == '<' && Peek(1) is '=' or '!'))
            {
                return Fail("lookaround needs backtracking; leave it out, or say it with `allOf` or `not` where a schema stands");
            }

            if (Peek() == '<')
            {
                var end = source.IndexOf('>', at);
                if (end < 0)
                {
                    return Fail("the name of a group does not end; close it with `>`");
                }

                at = end + 1;
            }
            else if (Peek() == ':')
            {
                at++;
            }
            else
            {
                return Fail("this kind of group is not supported; use `(…)` or `(?:…)`");
            }
        }

        if (++depth > MaxGroups)
        {
            return Fail($"more than {MaxGroups} groups inside one another; flatten the pattern");
        }

        output.Write("(?:");
        var size = ReadDisjunction();
        if (problem is not null)
        {
            return 0;
        }

        if (Peek() != ')')
        {
            return Fail("a group does not end; close it with `)`");
        }

        at++;
        depth--;
        output.Write(")");
        return size;
    }

    private long ReadQuantifier(long size, bool isGroup)
    {
        switch (Peek())
        {
            case '*' or '?':
                output.Write(source[at++].ToString());
                break;
            case '+':
                output.Write(source[at++].ToString());
                size *= 2;
                break;
            case '{':
                size *= ReadCounts();
                break;
            default:
                return size;
        }

        repeats++;
        repeatsGroup |= isGroup;

        // laziness decides what is captured, never whether something matches
        if (Peek() == '?')
        {
            at++;
        }

        return size;
    }

    private long ReadCounts()
    {
        at++;
        var least = ReadNumber();
        var most = least;
        var open = false;
        if (Peek() == ',')
        {
            at++;
            open = Peek() == '}';
            most = open ? least : ReadNumber();
        }

        if (least is not { } from || most is not { } to || Peek() != '}' || to < from || to > MaxSize)
        {
            return Fail($"expected a repetition as `{{2}}`, `{{2,}}` or `{{2,5}}` of at most {MaxSize}; escape a brace that is meant itself");
        }

        at++;
        output.WriteCounts(from, open ? null : to);
        return Math.Max(1, open ? to + 1 : to);
    }

    private int? ReadNumber()
    {
        var start = at;
        while (char.IsAsciiDigit(Peek()))
        {
            at++;
        }

        return int.TryParse(source.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private long ReadAtomEscape()
    {
        var letter = Peek(1);
        switch (letter)
        {
            case 'b' or 'B':
                return Fail("word boundaries have no exact form here; name the characters instead, as in `(^|[^A-Za-z0-9_])`");
            case >= '1' and <= '9' or 'k':
                return Fail("a back-reference needs backtracking; do without it");
            case 'd' or 'D' or 's' or 'S' or 'w' or 'W' or 'p' or 'P':
                var group = new CodePointSet();
                return ReadClassEscape(group) ? WriteSet(group, negated: false) : 0;
            default:
                var codePoint = ReadCharacterEscape(insideClass: false);
                return codePoint < 0 ? 0L : WriteLiteral(codePoint);
        }
    }

    private int ReadCharacterEscape(bool insideClass)
    {
        var codePoint = EcmaEscape.Read(source, ref at, insideClass);
        return codePoint >= 0
            ? codePoint
            : (int)Fail("an escape that ECMA-262 does not know; remove the `\\`, double it, or write `\\u0041` or `\\u{1F600}`");
    }

    private long WriteSet(CodePointSet members, bool negated)
    {
        if (output.TryWriteSet(members.Ranges(negated)))
        {
            return 1;
        }

        return Fail("too many different classes with characters beyond U+FFFF; use fewer");
    }

    private long WriteLiteral(int codePoint)
    {
        if (codePoint <= char.MaxValue)
        {
            output.WriteUnit(codePoint);
            return 1;
        }

        var single = new CodePointSet();
        single.Add(codePoint, codePoint);
        return WriteSet(single, negated: false);
    }

    private long Fail(string message)
    {
        problem ??= message;
        return -1;
    }
}
