using System.Collections.Immutable;
using Interlock.Adapters.Declarations;
using Interlock.Adapters.Templates;

namespace Interlock.Adapters.Files;

/// <summary>The <c>roots:</c> and <c>path:</c> of a file declaration.</summary>
internal sealed class FileRoots
{
    private const int MaxLinks = 40;

    private readonly Template path;

    private FileRoots(ImmutableArray<string> roots, Template path)
    {
        Roots = roots;
        this.path = path;
    }

    /// <summary>The roots, absolute, links resolved.</summary>
    public ImmutableArray<string> Roots { get; }

    /// <summary>Reads both; null where a fault was noted.</summary>
    public static FileRoots? Read(Fields fields, TemplateNames names, AdapterEnvironment environment)
    {
        var problems = fields.Problems;
        var declared = fields.Texts("roots") ?? [];
        var template = Template.Parse(fields.RequiredText("path"), fields.At("path"), names, problems);
        if (declared.IsEmpty)
        {
            problems.Add(fields.Here, "`roots` is missing; name the folders beneath which this may work: [\"pool\"]");
        }

        var roots = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < declared.Length; i++)
        {
            if (Resolve(Path.GetFullPath(declared[i], environment.BaseDirectory)) is { } root)
            {
                roots.Add(root);
            }
            else
            {
                problems.Add($"{fields.At("roots")}/{i}", $"there is no folder `{declared[i]}`; create it or name another");
            }
        }

        var absolute = template.LiteralPrefix.StartsWith('/');
        if (problems.First is null && !absolute && roots.Count > 1)
        {
            problems.Add(fields.At("path"), "with several roots the path is absolute; start it with one of them");
        }

        return problems.First is null ? new FileRoots(roots.ToImmutable(), template) : null;
    }

    /// <summary>Fills the path; looks at no file.</summary>
    public Result<RootedPath> Fill(Bound values, string where)
    {
        var filled = path.Fill(values);
        var root = Roots[0];
        if (path.LiteralPrefix.StartsWith('/'))
        {
            var holder = Roots.FirstOrDefault(one => filled.StartsWith(one.TrimEnd('/') + "/", StringComparison.Ordinal));
            if (holder is null)
            {
                return new Refusal(RefusalCode.Forbidden, where, $"`{filled}` is beneath none of the declared roots");
            }

            root = holder;
            filled = filled[(holder.TrimEnd('/').Length + 1)..];
        }

        return RootedPath.Objection(filled) is { } objection
            ? new Refusal(RefusalCode.Invalid, where, $"the path `{filled}` {objection}; name one file beneath `{root}`")
            : new RootedPath(root, filled);
    }

    /// <summary>The folder itself, whatever links lead to it; null where there is none.</summary>
    private static string? Resolve(string folder)
    {
        var resolved = "/";
        var open = new Stack<string>(folder.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var links = 0;
        while (open.TryPop(out var part))
        {
            if (part is "." or "..")
            {
                resolved = part == ".." ? Path.GetDirectoryName(resolved) ?? "/" : resolved;
                continue;
            }

            var next = Path.Combine(resolved, part);
            if (new DirectoryInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            resolved = target.StartsWith('/') ? "/" : resolved;
            foreach (var piece in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                open.Push(piece);
            }
        }

        return Directory.Exists(resolved) ? resolved : null;
    }
}
