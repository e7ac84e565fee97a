using System.Text;
using System.Text.RegularExpressions;
using Interlock.Canonical;

namespace Interlock.Adapters.Declarations;

/// <summary>Where a secret is kept: <c>env:NAME</c> or <c>file:/path</c>. The reference may be shown anywhere; the value nowhere.</summary>
internal sealed partial record SecretReference(string Text)
{
    private const int MaxBytes = 64 << 10;

    /// <summary>The JSON form: <c>{"secret": "env:NAME"}</c>.</summary>
    public JsonObject ToJson() => JsonObject.Of(("secret", Text));

    /// <summary>Reads the JSON form; null where the value is none.</summary>
    public static SecretReference? From(JsonValue value) =>
        value is JsonObject { Count: 1 } json && json.Text("secret") is { } text ? new SecretReference(text) : null;

    /// <summary>Notes a fault where the reference is none.</summary>
    public void Check(string path, Problems problems)
    {
        if (!Shape().IsMatch(Text))
        {
            problems.Add(path, "a secret is a reference: `env:NAME` or `file:/absolute/path`, never the value itself");
        }
    }

    /// <summary>The value, read now; null where it cannot be read. A file's last line end is not part of it.</summary>
    public string? Resolve(AdapterEnvironment environment)
    {
        if (Text.StartsWith("env:", StringComparison.Ordinal))
        {
            return environment.Secrets(Text[4..]) is { Length: > 0 } value ? value : null;
        }

        try
        {
            var file = new FileInfo(Text[5..]);
            return file.Length is > 0 and <= MaxBytes ? File.ReadAllText(file.FullName, Encoding.UTF8).TrimEnd('\r', '\n') : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // the caller names the reference; the system's own words could quote what a person took for a path
            return null;
        }
    }

    [GeneratedRegex("^(env:[A-Za-z_][A-Za-z0-9_]*|file:/[^\\x00-\\x1f]+)\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
