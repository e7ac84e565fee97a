namespace Interlock.Adapters.Files;

/// <summary>A path beneath a declared root, in its one spelling: no empty part, no <c>.</c>, no <c>..</c>, no link in the root.</summary>
/// <param name="Root">The root, absolute, without links when it was loaded.</param>
/// <param name="Relative">The path beneath it, parts joined by <c>/</c>.</param>
internal sealed record RootedPath(string Root, string Relative)
{
    private const int MaxPart = 255;
    private const int MaxPath = 4000;

    public string Full => Root == "/" ? $"/{Relative}" : $"{Root}/{Relative}";

    /// <summary>The folder beneath the root; <c>.</c> for the root itself.</summary>
    public string Folder => Relative.LastIndexOf('/') is > 0 and var slash ? Relative[..slash] : ".";

    /// <summary>The file's name.</summary>
    public string Name => Relative[(Relative.LastIndexOf('/') + 1)..];

    /// <summary>Why a relative path is refused, or null. It is never normalised: two spellings of one file would be two resources.</summary>
    public static string? Objection(string relative)
    {
        if (relative.Length > MaxPath)
        {
            return "is too long";
        }

        foreach (var part in relative.Split('/'))
        {
            if (part is "" or "." or "..")
            {
                return "has an empty part, a `.` or a `..`";
            }

            if (System.Text.Encoding.UTF8.GetByteCount(part) > MaxPart)
            {
                return $"has a part of more than {MaxPart} bytes";
            }

            if (part.Any(unit => char.IsControl(unit) || unit == '\\'))
            {
                return "holds a control character or a backslash";
            }

            if (part.StartsWith(OpenedFolder.TemporaryPrefix, StringComparison.Ordinal))
            {
                return $"has a part that starts with `{OpenedFolder.TemporaryPrefix}`, which names unfinished files";
            }
        }

        return null;
    }
}
