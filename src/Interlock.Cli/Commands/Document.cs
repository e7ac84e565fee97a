using Interlock.Canonical;
using Interlock.Cli.Terminal;
using Interlock.Cli.Yaml;
using Interlock.Storage;

namespace Interlock.Cli.Commands;

/// <summary>
/// A document that a person names: a plan or a policy, YAML or JSON. A name that ends in <c>.json</c> is JSON; other text is
/// JSON where it starts with <c>{</c> or <c>[</c> and reads as JSON, else YAML. <c>-</c> is standard input.
/// </summary>
internal static class Document
{
    /// <summary>The largest document.</summary>
    public const int MaxBytes = 64 << 20;

    /// <summary>Reads a document.</summary>
    /// <param name="around">Where standard input and the working directory are.</param>
    /// <param name="name">The file, or <c>-</c>.</param>
    /// <param name="maxBytes">The largest document.</param>
    /// <param name="maxDepth">The deepest nesting.</param>
    public static Result<JsonValue> Read(Surroundings around, string name, int maxBytes, int maxDepth)
    {
        if (!ReadBytes(around, name).TryGet(out var bytes, out var refusal))
        {
            return refusal;
        }

        var options = new JsonReadOptions { MaxBytes = maxBytes, MaxDepth = maxDepth };
        var isJson = Path.GetExtension(name).Equals(".json", StringComparison.OrdinalIgnoreCase);
        var start = bytes.AsSpan().TrimStart(" \t\r\n"u8);
        if (isJson || start.StartsWith("{"u8) || start.StartsWith("["u8))
        {
            if (JsonReader.TryRead(bytes, options, out var json, out var fault))
            {
                return json;
            }

            // flow YAML starts with a brace too; what is no YAML either is named by the strict reader
            return !isJson && FromYaml(bytes, maxBytes, maxDepth, out var flow, out _) ? flow : Fault(name, fault);
        }

        return FromYaml(bytes, maxBytes, maxDepth, out var value, out var error) ? value : Fault(name, error);
    }

    /// <summary>The part of a document that is a plan's body: the whole of it, or <c>body</c> where it is an envelope.</summary>
    public static JsonValue Body(JsonValue document) => IsEnvelope(document) && document is JsonObject { } json && json["body"] is { } body ? body : document;

    /// <summary>Whether a document is a plan's envelope and not a body: it holds a <c>body</c> and no <c>stages</c>.</summary>
    public static bool IsEnvelope(JsonValue document) => document is JsonObject json && json["body"] is not null && json["stages"] is null;

    private static bool FromYaml(byte[] bytes, int maxBytes, int maxDepth, out JsonValue value, out JsonError error)
    {
        var read = YamlReader.TryRead(
            bytes, new YamlReadOptions { MaxBytes = maxBytes, MaxDepth = maxDepth }, out var document, out var fault);
        value = read && document is not null ? document.Root : JsonNull.Instance;
        error = fault ?? new JsonError(JsonError.Root, 1, 1, "");
        return read;
    }

    private static Refusal Fault(string name, JsonError error) => Refusal.Of(
        RefusalCode.Malformed, $"{name}:{error.Line}:{error.Column}: at {error.Path}: {error.Message}");

    private static Result<byte[]> ReadBytes(Surroundings around, string name)
    {
        if (name == "-")
        {
            return Take(around.Input, "standard input");
        }

        var path = around.PathOf(name);
        if (Directory.Exists(path))
        {
            return Refusal.Of(RefusalCode.Malformed, $"`{name}` is a folder; name a file");
        }

        if (RegularFile.ReadFault(path) is { } fault)
        {
            return Refusal.Of(RefusalCode.Malformed, $"`{name}`: {fault}, or `-` for standard input");
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Take(file, $"`{name}`");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return Refusal.Of(RefusalCode.NotFound, $"there is no file `{name}`; check the path");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return Refusal.Of(RefusalCode.Storage, $"`{name}` cannot be read: {unreadable.Message.TrimEnd('.')}; mend that and try again");
        }
    }

    private static Result<byte[]> Take(Stream stream, string what)
    {
        using var copy = new MemoryStream();
        var buffer = new byte[65_536];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            copy.Write(buffer, 0, read);
            if (copy.Length > MaxBytes)
            {
                return Refusal.Of(RefusalCode.TooLarge, $"{what} has more than {MaxBytes} bytes; make it smaller");
            }
        }

        return copy.ToArray();
    }
}
