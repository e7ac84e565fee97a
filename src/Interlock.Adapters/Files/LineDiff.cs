using System.Globalization;
using System.Text;

namespace Interlock.Adapters.Files;

/// <summary>A unified diff of two texts, by longest common subsequence, bounded in work and in length.</summary>
internal static class LineDiff
{
    private const int Context = 3;
    private const int MaxCells = 4_000_000;
    private const int MaxLines = 2000;

    /// <summary>The diff; empty where the texts are the same.</summary>
    public static string Unified(string fromName, string toName, string from, string to)
    {
        var script = Script(Lines(from), Lines(to));
        var text = new StringBuilder().Append("--- ").Append(fromName).Append('\n').Append("+++ ").Append(toName).Append('\n');
        var written = 0;
        foreach (var (start, end) in Hunks(script))
        {
            written += end - start + 1;
            if (written > MaxLines)
            {
                return text.Append("… the rest of the difference is too long to show; the whole content is in the effect\n").ToString();
            }

            Write(text, script, start, end);
        }

        return text.ToString();
    }

    private static string[] Lines(string text)
    {
        if (text.Length == 0)
        {
            return [];
        }

        // a last line without its line feed differs from one with it, and says so
        var lines = text.Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : [.. lines[..^1], lines[^1] + "\n\\ No newline at end of file"];
    }

    /// <summary>Every line of both texts: kept (space), removed or added.</summary>
    private static List<(char Sign, string Line)> Script(string[] from, string[] to)
    {
        var head = 0;
        while (head < from.Length && head < to.Length && from[head] == to[head])
        {
            head++;
        }

        var tail = 0;
        while (tail < from.Length - head && tail < to.Length - head && from[^(tail + 1)] == to[^(tail + 1)])
        {
            tail++;
        }

        var script = from[..head].Select(line => (' ', line)).ToList();
        Middle(from.AsSpan(head, from.Length - head - tail), to.AsSpan(head, to.Length - head - tail), script);
        script.AddRange(from[(from.Length - tail)..].Select(line => (' ', line)));
        return script;
    }

    private static void Middle(ReadOnlySpan<string> from, ReadOnlySpan<string> to, List<(char Sign, string Line)> script)
    {
        var (i, j) = (0, 0);
        if ((long)(from.Length + 1) * (to.Length + 1) <= MaxCells)
        {
            var common = Common(from, to);
            while (i < from.Length && j < to.Length)
            {
                if (from[i] == to[j])
                {
                    script.Add((' ', from[i++]));
                    j++;
                }
                else if (common[i + 1][j] >= common[i][j + 1])
                {
                    script.Add(('-', from[i++]));
                }
                else
                {
                    script.Add(('+', to[j++]));
                }
            }
        }

        foreach (var line in from[i..])
        {
            script.Add(('-', line));
        }

        foreach (var line in to[j..])
        {
            script.Add(('+', line));
        }
    }

    /// <summary>At [i][j] the length of the longest common subsequence of what follows.</summary>
    private static int[][] Common(ReadOnlySpan<string> from, ReadOnlySpan<string> to)
    {
        var common = new int[from.Length + 1][];
        common[from.Length] = new int[to.Length + 1];
        for (var i = from.Length - 1; i >= 0; i--)
        {
            common[i] = new int[to.Length + 1];
            for (var j = to.Length - 1; j >= 0; j--)
            {
                common[i][j] = from[i] == to[j] ? common[i + 1][j + 1] + 1 : Math.Max(common[i + 1][j], common[i][j + 1]);
            }
        }

        return common;
    }

    private static IEnumerable<(int Start, int End)> Hunks(List<(char Sign, string Line)> script)
    {
        var start = -1;
        var end = -1;
        for (var i = 0; i < script.Count; i++)
        {
            if (script[i].Sign == ' ')
            {
                continue;
            }

            if (start >= 0 && i - Context > end)
            {
                yield return (start, end);
                start = -1;
            }

            start = start < 0 ? Math.Max(0, i - Context) : start;
            end = Math.Min(script.Count, i + Context + 1);
        }

        if (start >= 0)
        {
            yield return (start, end);
        }
    }

    private static void Write(StringBuilder text, List<(char Sign, string Line)> script, int start, int end)
    {
        var before = script.Take(start).ToList();
        var inside = script.GetRange(start, end - start);
        text.Append(CultureInfo.InvariantCulture, $"@@ -{Range(before, inside, '+')} +{Range(before, inside, '-')} @@\n");
        foreach (var (sign, line) in inside)
        {
            text.Append(sign).Append(line).Append('\n');
        }
    }

    /// <summary><c>start,count</c> of one side; the other side's lines do not count. An empty side names the line before it.</summary>
    private static string Range(List<(char Sign, string Line)> before, List<(char Sign, string Line)> inside, char other)
    {
        var count = inside.Count(entry => entry.Sign != other);
        var start = before.Count(entry => entry.Sign != other) + (count == 0 ? 0 : 1);
        return string.Create(CultureInfo.InvariantCulture, $"{start},{count}");
    }
}
