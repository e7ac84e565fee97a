using System.Text;
using Interlock.Canonical;
using Interlock.Schema;

namespace Interlock.Mcp.Guide;

/// <summary>
/// A text that a schema's <c>pattern</c> and lengths accept: one of a few plain ones, or else one spelled along the pattern. The
/// schema itself has the last word, so that what is spelled wrongly is not shown.
/// </summary>
internal static class PatternSample
{
    private const int Deepest = 16;
    private const int Longest = 256;

    /// <summary>What people would put there, the plainest first.</summary>
    private static readonly string[] Plain =
    [
        "example", "example-1", "1", "a", "A", "EXAMPLE", "1.0.0", "v1.0.0", "10.0.0.1", "example.com", "example.txt", "2030-01-01",
        "/example", "https://example.com/",
    ];

    /// <summary>The text; null where none is found.</summary>
    /// <param name="schema">A schema of text.</param>
    public static string? Of(JsonObject schema)
    {
        var rules = JsonObject.Of(schema.Members.Where(member => member.Name is "pattern" or "minLength" or "maxLength"));
        if (rules.Count == 0)
        {
            return Plain[0];
        }

        if (!JsonSchema.TryCompile(rules, out var compiled, out _))
        {
            return null;
        }

        var spelled = schema.Text("pattern") is { Length: <= Longest } pattern ? new Speller(pattern).Spell() : new string('a', Least(schema));
        return Plain.Append(spelled).OfType<string>().FirstOrDefault(text => compiled.Validate(text, 1).IsValid);
    }

    private static int Least(JsonObject schema) => schema["minLength"] is JsonNumber { Value: > 0 and <= Longest } least ? (int)least.Value : 1;

    /// <summary>Reads a pattern and writes the first thing that each part allows. It knows the common syntax and no more.</summary>
    private sealed class Speller(string pattern)
    {
        private int at;

        public string? Spell()
        {
            var text = Alternatives(0);
            return text is not null && at == pattern.Length && text.Length <= Longest ? text : null;
        }

        private string? Alternatives(int depth)
        {
            string? first = null;
            do
            {
                if (depth > Deepest || Sequence(depth) is not { } text)
                {
                    return null;
                }

                first ??= text;
            }
            while (Take('|'));
            return first;
        }

        private string? Sequence(int depth)
        {
            var text = new StringBuilder();
            while (at < pattern.Length && pattern[at] is not ('|' or ')'))
            {
                if (Atom(depth) is not { } one || Times() is not { } times || text.Length > Longest)
                {
                    return null;
                }

                text.Insert(text.Length, one, times);
            }

            return text.ToString();
        }

        private string? Atom(int depth)
        {
            var unit = pattern[at++];
            switch (unit)
            {
                case '^' or '$':
                    return "";
                case '.':
                    return "a";
                case '[':
                    return Class();
                case '\\':
                    return at < pattern.Length ? Escaped(pattern[at++]) : null;
                case '(':
                    if (Take('?') && !Take(':'))
                    {
                        return null;
                    }

                    return Alternatives(depth + 1) is { } inner && Take(')') ? inner : null;
                default:
                    return unit.ToString();
            }
        }

        /// <summary>The first member of a class; of one that excludes, the first plain letter is hoped for.</summary>
        private string? Class()
        {
            var excludes = Take('^');
            var end = at;
            while (end < pattern.Length && pattern[end] != ']')
            {
                end += pattern[end] == '\\' ? 2 : 1;
            }

            if (end >= pattern.Length || end == at)
            {
                return null;
            }

            var first = pattern[at] == '\\' ? Escaped(pattern[at + 1]) : pattern[at].ToString();
            at = end + 1;
            return excludes ? "a" : first;
        }

        private static string? Escaped(char unit) => unit switch
        {
            'd' => "1",
            'w' => "a",
            's' => " ",
            'S' or 'D' => "a",
            'W' => "-",
            _ when char.IsAsciiLetterOrDigit(unit) => null,
            _ => unit.ToString(),
        };

        /// <summary>How often the part before stands, at least; null where what stands here cannot be read.</summary>
        private int? Times()
        {
            var times = Take('?') || Take('*') ? 0 : 1;
            if (Take('+'))
            {
                return Take('?') ? 1 : times;
            }

            if (!Take('{'))
            {
                _ = Take('?');
                return times;
            }

            var end = pattern.IndexOf('}', at);
            if (end < 0 || !int.TryParse(pattern.AsSpan(at, end - at).ToString().Split(',')[0], out var least))
            {
                return null;
            }

            // `{0,9}` reads better with one than with none
            var most = pattern[at..end].Split(',') is [_, var bound] && int.TryParse(bound, out var read) ? read : Math.Max(least, 1);
            at = end + 1;
            _ = Take('?');
            return least > Longest ? null : Math.Max(least, Math.Min(1, most));
        }

        private bool Take(char unit)
        {
            if (at < pattern.Length && pattern[at] == unit)
            {
                at++;
                return true;
            }

            return false;
        }
    }
}
