using System.Globalization;

namespace Interlock.Adapters.Supervision;

/// <summary>A process as <c>/proc/PID/stat</c> shows it (proc(5)).</summary>
/// <param name="Id">Its number.</param>
/// <param name="Parent">Its parent's number.</param>
/// <param name="Session">The session it is in: the number of the process that began it, which nothing changes but setsid(2).</param>
/// <param name="Dead">Whether it has ended and merely waits to be collected.</param>
/// <param name="StartTime">When it started, in ticks since boot: together with the number it names a process for ever.</param>
internal sealed record ProcessEntry(int Id, int Parent, int Session, bool Dead, ulong StartTime);

/// <summary>Reads the table of processes of a Linux system.</summary>
internal static class ProcessTable
{
    /// <summary>Every process that can be seen now.</summary>
    public static IEnumerable<ProcessEntry> All()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && Find(id) is { } entry)
            {
                yield return entry;
            }
        }
    }

    /// <summary>The kernel's id of this boot: numbers and start times mean nothing in another.</summary>
    public static string Boot() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>One process, or null where it is gone.</summary>
    public static ProcessEntry? Find(int id)
    {
        string text;
        try
        {
            text = File.ReadAllText($"/proc/{id}/stat");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // ended since it was listed: stat is readable by everybody
            return null;
        }

        // the name, in parentheses, may itself hold parentheses and spaces: fields count from the last one
        var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19
            && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parent)
            && int.TryParse(fields[3], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var session)
            && ulong.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            ? new ProcessEntry(id, parent, session, fields[0] is "Z" or "X", start)
            : null;
    }

    /// <summary>Every descendant of a process, the dead ones too.</summary>
    public static IReadOnlyList<ProcessEntry> Descendants(int ancestor)
    {
        var children = All().ToLookup(entry => entry.Parent);
        var found = new List<ProcessEntry>();
        var open = new Stack<int>([ancestor]);
        while (open.TryPop(out var parent))
        {
            foreach (var child in children[parent])
            {
                found.Add(child);
                open.Push(child.Id);
            }
        }

        return found;
    }
}
