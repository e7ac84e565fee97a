using System.Globalization;
using System.Text;

namespace Interlock.Cli.Terminal;

/// <summary>How a part of a line looks, where colours are wanted. Never the only carrier of a meaning.</summary>
internal enum Ink
{
    Plain = 0,
    Bold,
    Dim,
    Good,
    Bad,
    Caution,
}

/// <summary>A part of a line. <paramref name="Text"/> is safe for a screen: it has passed <see cref="Escape"/>, or is our own.</summary>
/// <param name="Text">The text, without line feeds.</param>
/// <param name="Ink">How it looks.</param>
internal readonly record struct Part(string Text, Ink Ink = Ink.Plain)
{
    public static implicit operator Part(string text) => new(text);
}

/// <summary>
/// Lays text out for a width: words wrap with a hanging indent, a word that is too long is broken. Written by hand because the
/// one thing it must never do is interpret what it prints.
/// </summary>
internal sealed class Page(int width, bool colours, bool unicode)
{
    private readonly StringBuilder output = new();

    /// <summary>A page for a command's results.</summary>
    public static Page For(Surroundings surroundings) => new(surroundings.Width, surroundings.Colours, surroundings.ShowsUnicode);

    /// <summary>The columns there are.</summary>
    public int Width { get; } = width;

    /// <summary>The sign of something that holds.</summary>
    public string Yes { get; } = unicode ? "✓" : "[ok]";

    /// <summary>The sign of something that does not hold.</summary>
    public string No { get; } = unicode ? "✗" : "[NO]";

    /// <summary>The sign before lines that are shown as they are.</summary>
    public string Bar { get; } = unicode ? "│ " : "| ";

    /// <summary>An empty line.</summary>
    public Page Line()
    {
        output.Append('\n');
        return this;
    }

    /// <summary>A line of our own.</summary>
    public Page Line(string text, Ink ink = Ink.Plain) => Line(0, 0, new Part(text, ink));

    /// <summary>A line of parts.</summary>
    /// <param name="indent">Where it starts.</param>
    /// <param name="hang">How much further the lines start that it wraps into.</param>
    /// <param name="parts">The parts.</param>
    public Page Line(int indent, int hang, params ReadOnlySpan<Part> parts)
    {
        var cells = new List<(Rune Rune, Ink Ink)>();
        foreach (var part in parts)
        {
            foreach (var rune in part.Text.EnumerateRunes())
            {
                cells.Add((rune, part.Ink));
            }
        }

        var start = 0;
        var first = true;
        do
        {
            var lead = Math.Min(first ? indent : indent + hang, Width / 2);
            var end = Fit(cells, start, Math.Max(1, Width - lead), Math.Max(1, Width - indent - hang), out var next);
            Write(lead, cells, start, end);
            start = next;
            first = false;
        }
        while (start < cells.Count);
        return this;
    }

    /// <summary>A label and its text beside it; on a narrow screen the text wraps below itself.</summary>
    public Page Field(int indent, string label, int labelWidth, params ReadOnlySpan<Part> parts)
    {
        Part[] all = [new Part(label.PadRight(labelWidth), Ink.Dim), .. parts];
        return Line(indent, Math.Min(labelWidth, Width / 3), all);
    }

    /// <summary>Text as it is, line by line behind a bar, so that it cannot be taken for ours.</summary>
    /// <param name="indent">Where it starts.</param>
    /// <param name="text">The text, escaped, with line feeds.</param>
    /// <param name="ink">How a line looks.</param>
    /// <param name="most">How many lines are shown.</param>
    public Page Block(int indent, string text, Func<string, Ink> ink, int most)
    {
        var lines = text.Split('\n');
        foreach (var line in lines.Take(most))
        {
            Line(indent, Bar.Length, new Part(Bar, Ink.Dim), new Part(line, ink(line)));
        }

        return lines.Length <= most
            ? this
            : Line(indent, 2, new Part(
                string.Create(CultureInfo.InvariantCulture, $"... {lines.Length - most:N0} more lines are NOT shown here; add --full to see them"),
                Ink.Caution));
    }

    /// <summary>What was laid out.</summary>
    public override string ToString() => output.ToString();

    private static int Fit(List<(Rune Rune, Ink Ink)> cells, int start, int room, int roomBelow, out int next)
    {
        var used = 0;
        var end = start;
        while (end < cells.Count && used + Columns(cells[end].Rune) <= room)
        {
            used += Columns(cells[end].Rune);
            end++;
        }

        next = end;
        if (end == cells.Count)
        {
            return end;
        }

        // a character wider than the room must still go somewhere
        if (end == start)
        {
            next = start + 1;
            return next;
        }

        for (var at = end; at > start; at--)
        {
            if (cells[at].Rune.Value == ' ')
            {
                // a word that no line below would hold whole (a hash) is broken here, beside its label
                if (IsBlank(cells, start, at) || WordColumns(cells, at + 1) > roomBelow)
                {
                    return end;
                }

                next = at + 1;
                return at;
            }
        }

        return end;
    }

    private static int WordColumns(List<(Rune Rune, Ink Ink)> cells, int start)
    {
        var columns = 0;
        for (var at = start; at < cells.Count && cells[at].Rune.Value != ' '; at++)
        {
            columns += Columns(cells[at].Rune);
        }

        return columns;
    }

    private static bool IsBlank(List<(Rune Rune, Ink Ink)> cells, int start, int end)
    {
        for (var at = start; at < end; at++)
        {
            if (cells[at].Rune.Value != ' ')
            {
                return false;
            }
        }

        return true;
    }

    private void Write(int lead, List<(Rune Rune, Ink Ink)> cells, int start, int end)
    {
        // no trailing blanks: transcripts are compared
        while (end > start && cells[end - 1].Rune.Value == ' ')
        {
            end--;
        }

        if (end > start)
        {
            output.Append(' ', lead);
        }

        var ink = Ink.Plain;
        for (var at = start; at < end; at++)
        {
            if (cells[at].Ink != ink)
            {
                ink = cells[at].Ink;
                Switch(ink);
            }

            output.Append(cells[at].Rune);
        }

        if (ink != Ink.Plain)
        {
            Switch(Ink.Plain);
        }

        output.Append('\n');
    }

    private void Switch(Ink ink)
    {
        if (colours)
        {
            output.Append(ink switch
            {
                Ink.Plain => "\u001b[0m",
                Ink.Bold => "\u001b[0;1m",
                Ink.Dim => "\u001b[0;2m",
                Ink.Good => "\u001b[0;32m",
                Ink.Bad => "\u001b[0;31m",
                Ink.Caution => "\u001b[0;33m",
            });
        }
    }

    /// <summary>How many columns a character takes: 0 for marks, 2 for the wide ones of East Asia and emoji.</summary>
    private static int Columns(Rune rune) => rune.Value switch
    {
        < 0x300 => 1,
        (>= 0x1100 and <= 0x115f) or (>= 0x2e80 and <= 0xa4cf) or (>= 0xac00 and <= 0xd7a3) or (>= 0xf900 and <= 0xfaff)
            or (>= 0xfe30 and <= 0xfe6f) or (>= 0xff00 and <= 0xff60) or (>= 0xffe0 and <= 0xffe6)
            or (>= 0x1f300 and <= 0x1faff) or (>= 0x20000 and <= 0x3fffd) => 2,
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? 0 : 1,
    };
}
