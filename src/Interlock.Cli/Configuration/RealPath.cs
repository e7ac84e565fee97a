using System.Collections.Immutable;

namespace Interlock.Cli.Configuration;

/// <summary>
/// What a path leads to once its links are followed, as far as anything is there. Two paths that differ as text can be one file, and
/// whoever can write to one of the folders on the way decides what stands at its end.
/// </summary>
/// <param name="Path">The path without links; absolute.</param>
/// <param name="Steps">The way to it, from its end to the root.</param>
internal sealed record RealPath(string Path, ImmutableArray<RealPathStep> Steps)
{
    /// <summary>So many links are followed, as Linux does.</summary>
    private const int MaxLinks = 40;

    /// <summary>Follows a path. What cannot be looked at counts as no link.</summary>
    /// <param name="path">Any path.</param>
    public static RealPath Of(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        var root = System.IO.Path.GetPathRoot(full) ?? "";
        var (real, links) = (root, 0);
        var steps = ImmutableArray.CreateBuilder<RealPathStep>();
        var open = new Stack<string>(Parts(full[root.Length..]));
        while (open.TryPop(out var part))
        {
            if (part is "." or "..")
            {
                // only the text of a link has them: the system takes them by what really stands there, and so does this
                real = part == "." ? real : System.IO.Path.GetDirectoryName(real) ?? root;
                continue;
            }

            var next = System.IO.Path.Join(real, part);
            var target = links < MaxLinks ? new FileInfo(next).LinkTarget : null;
            steps.Add(new RealPathStep(real, target is not null));
            if (target is null)
            {
                real = next;
                continue;
            }

            links++;
            if (System.IO.Path.IsPathRooted(target))
            {
                real = root = System.IO.Path.GetPathRoot(target) ?? root;
                target = target[real.Length..];
            }

            foreach (var piece in Parts(target))
            {
                open.Push(piece);
            }
        }

        steps.Reverse();
        return new RealPath(real, steps.ToImmutable());
    }

    /// <summary>Whether it lies in a folder, or is it.</summary>
    /// <param name="folder">The folder.</param>
    public bool IsIn(RealPath folder) =>
        Path == folder.Path || Path.StartsWith(System.IO.Path.TrimEndingDirectorySeparator(folder.Path) + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static IEnumerable<string> Parts(string path) => path
        .Split([System.IO.Path.DirectorySeparatorChar, System.IO.Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
        .Reverse();
}

/// <summary>A name on the way to a file.</summary>
/// <param name="Folder">The folder in which it stands.</param>
/// <param name="IsLink">Whether it is a link.</param>
internal sealed record RealPathStep(string Folder, bool IsLink);
