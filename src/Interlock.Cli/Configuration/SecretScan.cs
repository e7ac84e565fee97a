using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Interlock.Canonical;
using Interlock.Policies;

namespace Interlock.Cli.Configuration;

/// <summary>
/// Sees to it that a configuration holds references to secrets, in the fields that are secrets, and never a secret. A fault
/// names the place, never the value.
/// </summary>
internal sealed partial class SecretScan(SourceFile file)
{
    /// <summary>The field that holds a reference: <c>{secret: "env:NAME"}</c>.</summary>
    private const string Field = "secret";

    /// <summary>Where text such as <c>file:/etc/motd</c> is a resource or prose, and no reference.</summary>
    private static readonly ImmutableHashSet<string> Exempt =
        ImmutableHashSet.Create(StringComparer.Ordinal, "resources", "example", "description", "policy", "pattern", "enum", "json", "body");

    /// <summary>Where secrets are wont to be put: there a long hexadecimal number counts as one, which elsewhere may be a digest.</summary>
    private static readonly ImmutableHashSet<string> Tempting =
        ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, "env", "headers", "query", Field, "authorization", "token", "password");

    private readonly Dictionary<string, string> references = new(StringComparer.Ordinal);

    private readonly List<(IReadOnlyList<string> Path, ConfigurationError Error)> faults = [];

    /// <summary>The faults, and the paths at which they lie.</summary>
    public IReadOnlyList<(IReadOnlyList<string> Path, ConfigurationError Error)> Faults => faults;

    /// <summary>Looks at a whole document.</summary>
    /// <returns>The references by their paths.</returns>
    public ImmutableSortedDictionary<string, string> Run()
    {
        Look(file.Root, []);
        return references.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private void Look(JsonValue value, ImmutableArray<string> path)
    {
        if (value is JsonObject json)
        {
            foreach (var member in json.Members)
            {
                Look(member.Value, path.Add(member.Name));
            }
        }
        else if (value is JsonArray list)
        {
            for (var i = 0; i < list.Items.Length; i++)
            {
                Look(list.Items[i], path.Add(i.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            }
        }
        else if (value is JsonString { Value: var text })
        {
            Judge(text, path);
        }
    }

    private void Judge(string text, ImmutableArray<string> path)
    {
        var isField = path is ["actions" or "probes", _, "command" or "http", "env" or "headers", _, Field];
        if (isField && Reference().IsMatch(text))
        {
            references[Plain.Path(path)] = Plain.Text(text);
        }
        else if (isField)
        {
            Add(path, "a secret is a reference and never the value itself; write `env:NAME` or `file:/absolute/path`");
        }
        else if (Policy.HoldsSecret(text, hexadecimal: path.Any(Tempting.Contains)))
        {
            Add(
                path,
                "this looks like a secret; keep it in an environment variable or a file, and write `{secret: \"env:NAME\"}` or "
                + "`{secret: \"file:/path\"}` in a field that takes one (`env` of a command, `headers` of a request)");
        }
        else if (Reference().IsMatch(text) && !path.Any(Exempt.Contains))
        {
            Add(
                path,
                "a reference to a secret stands where no secret is taken; write the value, or `{secret: \"…\"}` in a field that takes one");
        }
    }

    private void Add(ImmutableArray<string> path, string message) => faults.Add((path, file.Error(path, message)));

    // `file:///path` is a URL, and the way to write one where it is meant
    [GeneratedRegex("^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:/[^/\\x00-\\x1f][^\\x00-\\x1f]*)\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
