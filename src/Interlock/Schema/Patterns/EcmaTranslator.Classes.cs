using System.Text;

namespace Interlock.Schema.Patterns;

/// <summary>Character classes: <c>[a-z]</c>, <c>[^\d]</c> and what may stand inside of them.</summary>
internal sealed partial class EcmaTranslator
{
    private long ReadClass()
    {
        at++;
        var negated = Peek() == '^';
        at += negated ? 1 : 0;
        var members = new CodePointSet();
        while (More && source[at] != ']')
        {
            var first = ReadClassAtom(members);
            if (problem is not null)
            {
                return 0;
            }

            if (Peek() != '-' || Peek(1) is ']' or '\0')
            {
                members.AddSingle(first);
                continue;
            }

            at++;
            var last = ReadClassAtom(members);
            if (problem is not null)
            {
                return 0;
            }

            if (first < 0 || last < first)
            {
                return Fail("a range in a class must run from a lower to a higher character; put a `-` that is meant itself last");
            }

            members.Add(first, last);
        }

        if (Peek() != ']' || at >= source.Length)
        {
            return Fail("a class does not end; close it with `]`");
        }

        at++;
        return WriteSet(members, negated);
    }

    /// <summary>One code point, or -1 after a class such as <c>\d</c>, which is added at once.</summary>
    private int ReadClassAtom(CodePointSet members)
    {
        if (at >= source.Length)
        {
            return (int)Fail("a class does not end; close it with `]`");
        }

        if (source[at] == '\\')
        {
            if (Peek(1) is 'd' or 'D' or 's' or 'S' or 'w' or 'W' or 'p' or 'P')
            {
                _ = ReadClassEscape(members);
                return -1;
            }

            return ReadCharacterEscape(insideClass: true);
        }

        if (!Rune.TryGetRuneAt(source, at, out var rune))
        {
            return (int)Fail("half of a surrogate pair; write the whole character");
        }

        at += rune.Utf16SequenceLength;
        return rune.Value;
    }

    private bool ReadClassEscape(CodePointSet members)
    {
        var letter = source[at + 1];
        at += 2;
        var complement = char.IsAsciiLetterUpper(letter);
        if (letter is not ('p' or 'P'))
        {
            members.Add(letter switch
            {
                'd' or 'D' => CodePointSet.Digits,
                'w' or 'W' => CodePointSet.WordCharacters,
                _ => CodePointSet.WhiteSpace,
            }, complement);
            return true;
        }

        var end = Peek() == '{' ? source.IndexOf('}', at) : -1;
        var name = end < 0 ? string.Empty : source[(at + 1)..end];
        if (!UnicodeCategories.TryFind(name, out var property))
        {
            at -= 2;
            _ = Fail("expected a general category as in `\\p{Letter}` or `\\p{Lu}`; other properties are not supported, name the characters");
            return false;
        }

        at = end + 1;
        members.Add(property.Ranges(), complement);
        return true;
    }
}
