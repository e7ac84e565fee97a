using System.Diagnostics.CodeAnalysis;
using Interlock.Canonical;
using Interlock.Cli.Yaml;
using Interlock.Storage;

namespace Interlock.Cli.Configuration;

/// <summary>A file that was read: its value, and where each part of it stands. YAML, or JSON where its name ends in <c>.json</c>.</summary>
internal sealed class SourceFile
{
    private const int MaxBytes = 1 << 20;
    private const int MaxDepth = 64;

    private readonly SourceMap? positions;

    private SourceFile(string name, JsonValue root, SourceMap? positions)
    {
        Name = name;
        Root = root;
        this.positions = positions;
    }

    /// <summary>The file as it was named.</summary>
    public string Name { get; }

    /// <summary>The document.</summary>
    public JsonValue Root { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="name">How messages name it.</param>
    /// <param name="path">Its absolute path.</param>
    /// <param name="file">The file.</param>
    /// <param name="error">Why it was refused.</param>
    public static bool TryRead(
        string name, string path, [NotNullWhen(true)] out SourceFile? file, [NotNullWhen(false)] out ConfigurationError? error)
    {
        file = null;
        if (!TryReadBytes(path, out var bytes, out var reason))
        {
            error = ConfigurationError.OfFile(name, reason);
            return false;
        }

        return Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase)
            ? TryParseJson(name, bytes, out file, out error)
            : TryParseYaml(name, bytes, out file, out error);
    }

    /// <summary>Reads YAML from memory.</summary>
    public static bool TryParseYaml(
        string name, ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out SourceFile? file, [NotNullWhen(false)] out ConfigurationError? error)
    {
        var options = new YamlReadOptions { MaxBytes = MaxBytes, MaxDepth = MaxDepth };
        if (!YamlReader.TryRead(utf8, options, out var document, out var fault))
        {
            (file, error) = (null, Of(name, fault));
            return false;
        }

        (file, error) = (new SourceFile(name, document.Root, document.Positions), null);
        return true;
    }

    /// <summary>A document that was read already.</summary>
    /// <param name="name">How messages name it.</param>
    /// <param name="root">The document.</param>
    /// <param name="positions">Where its parts stand.</param>
    public static SourceFile Of(string name, JsonValue root, SourceMap positions) => new(name, root, positions);

    /// <summary>
    /// Where the parts of accepted JSON stand: JSON is YAML, but for tabs, which in JSON stand between values alone and so may
    /// be blanks. Null where the YAML reader's caps are tighter.
    /// </summary>
    public static SourceMap? PlacesOfJson(ReadOnlySpan<byte> utf8)
    {
        var blank = utf8.ToArray();
        blank.AsSpan().Replace((byte)'\t', (byte)' ');
        return YamlReader.TryRead(blank, new YamlReadOptions { MaxBytes = blank.Length, MaxDepth = JsonReadOptions.DepthCeiling }, out var same, out _)
            ? same.Positions
            : null;
    }

    /// <summary>A fault at a part of the document, named by the names and indices that lead to it.</summary>
    /// <param name="path">Names and indices. Where it leads nowhere, the place is the nearest part that exists.</param>
    /// <param name="message">What is wrong and the mend.</param>
    public ConfigurationError Error(IReadOnlyList<string> path, string message)
    {
        // a collection is pointed at by its key: where its value starts is often the next line
        var (line, column) = positions is null || path.Count == 0 ? new SourcePosition(1, 1)
            : Follow(path) is JsonObject or JsonArray or null ? positions.Key(path)
            : positions.Value(path);
        return new ConfigurationError(Name, line, column, Plain.Path(path), message);
    }

    /// <summary>A fault at the key of a member, where the name itself is at fault.</summary>
    /// <param name="path">Names and indices.</param>
    /// <param name="message">What is wrong and the mend.</param>
    public ConfigurationError KeyError(IReadOnlyList<string> path, string message)
    {
        var (line, column) = positions?.Key(path) ?? new SourcePosition(1, 1);
        return new ConfigurationError(Name, line, column, Plain.Path(path), message);
    }

    /// <summary>
    /// Takes a joined path apart: a name may hold a slash, so at each step the longest name that exists is taken. What does not
    /// exist stays as it is.
    /// </summary>
    public IReadOnlyList<string> Split(IReadOnlyList<string> start, string joined)
    {
        var parts = new List<string>(start);
        var rest = joined == JsonError.Root ? null : joined;
        var at = Follow(parts);
        while (rest is not null)
        {
            var end = rest.Length;
            while (Step(at, rest[..end]) is null && rest.LastIndexOf('/', end - 1) is > 0 and var cut)
            {
                end = cut;
            }

            parts.Add(rest[..end]);
            at = Step(at, rest[..end]);
            rest = end < rest.Length ? rest[(end + 1)..] : null;
        }

        return parts;
    }

    /// <summary>The part of the document at a path, or null where there is none.</summary>
    public JsonValue? Follow(IEnumerable<string> path) => path.Aggregate<string, JsonValue?>(Root, Step);

    private static JsonValue? Step(JsonValue? at, string part) => at switch
    {
        JsonObject json => json[part],
        JsonArray list when int.TryParse(part, out var index) && index >= 0 && index < list.Items.Length => list.Items[index],
        _ => null,
    };

    private static ConfigurationError Of(string name, JsonError error) =>
        new(name, error.Line, error.Column, error.Path, error.Message);

    /// <summary>The strict reader decides. The YAML reader then only tells where things stand.</summary>
    private static bool TryParseJson(
        string name, byte[] utf8, [NotNullWhen(true)] out SourceFile? file, [NotNullWhen(false)] out ConfigurationError? error)
    {
        file = null;
        if (!JsonReader.TryRead(utf8, new JsonReadOptions { MaxBytes = MaxBytes, MaxDepth = MaxDepth }, out var root, out var fault))
        {
            error = Of(name, fault);
            return false;
        }

        (file, error) = (new SourceFile(name, root, PlacesOfJson(utf8)), null);
        return true;
    }

    private static bool TryReadBytes(string path, out byte[] bytes, out string reason)
    {
        (bytes, reason) = ([], "");
        if (Directory.Exists(path))
        {
            reason = "this is a folder; name a file";
            return false;
        }

        if (RegularFile.ReadFault(path) is { } fault)
        {
            reason = fault;
            return false;
        }

        try
        {
            using var stream = File.OpenRead(path);
            var buffer = new byte[MaxBytes + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            bytes = buffer[..length];
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            reason = "there is no such file; mend the path, or write one with `interlock init`";
        }
        catch (UnauthorizedAccessException)
        {
            reason = "the file may not be read; give this user the right to read it";
        }
        catch (Exception failure) when (failure is IOException or NotSupportedException or ArgumentException)
        {
            reason = $"the file cannot be read: {Plain.Text(failure.Message)}; mend that and try again";
        }

        if (reason.Length == 0)
        {
            reason = Complaint(bytes) ?? "";
        }

        return reason.Length == 0;
    }

    private static string? Complaint(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff])
            ? "the file is UTF-16; save it as UTF-8"
        : bytes.Contains((byte)0) ? "this is no text file; name a YAML or JSON file"
        : bytes.Length > MaxBytes ? $"the file is larger than {MaxBytes} bytes; name a configuration file"
        : null;
}
