using System.Globalization;
using Interlock.Canonical;
using Interlock.Cli.Configuration;
using Interlock.Cli.Terminal;
using Interlock.Cli.Yaml;
using Interlock.Storage;

namespace Interlock.Cli.Commands;

/// <summary>
/// A document that a person names: a plan or a policy, YAML or JSON. A name that ends in <c>.json</c> is JSON; other text is
/// JSON where it starts with <c>{</c> or <c>[</c> and reads as JSON, else YAML. <c>-</c> is standard input.
/// </summary>
internal sealed class Document
{
    /// <summary>The largest document.</summary>
    public const int MaxBytes = 64 << 20;

    /// <summary>Beyond this, finding the places in JSON costs more than they are worth.</summary>
    private const int LargestJsonPlaces = 4 << 20;

    private const string BodyPart = "body";

    private readonly Lazy<SourceFile?> source;

    private Document(JsonValue value, Func<SourceFile?> source)
    {
        Value = value;
        this.source = new Lazy<SourceFile?>(source);
    }

    /// <summary>What stands in it.</summary>
    public JsonValue Value { get; }

    /// <summary>The part that is a plan's body: the whole of it, or <c>body</c> where it is an envelope.</summary>
    public JsonValue Body => IsEnvelope && Value is JsonObject json && json[BodyPart] is { } body ? body : Value;

    /// <summary>Whether it is a plan's envelope and not a body: it holds a <c>body</c> and no <c>stages</c>.</summary>
    public bool IsEnvelope => Value is JsonObject json && json[BodyPart] is not null && json["stages"] is null;

    /// <summary>Reads a document.</summary>
    /// <param name="around">Where standard input and the working directory are.</param>
    /// <param name="name">The file, or <c>-</c>.</param>
    /// <param name="maxBytes">The largest document.</param>
    /// <param name="maxDepth">The deepest nesting.</param>
    public static Result<Document> Read(Surroundings around, string name, int maxBytes, int maxDepth)
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
                return new Document(
                    json, () => bytes.Length <= LargestJsonPlaces ? Located(name, json, SourceFile.PlacesOfJson(bytes)) : null);
            }

            // flow YAML starts with a brace too; what is no YAML either is named by the strict reader
            return !isJson && FromYaml(name, bytes, options, out _) is { } flow ? flow : Fault(name, fault);
        }

        return FromYaml(name, bytes, options, out var error) is { } document ? document : Fault(name, error);
    }

    /// <summary>The place of a value as compilers write it, <c>file:line:column</c>; null on standard input.</summary>
    /// <param name="path">Its path in the document, joined; where it leads nowhere, the nearest part that exists.</param>
    public string? PlaceOf(string path)
    {
        if (source.Value is not { } file)
        {
            return null;
        }

        var at = file.Error(file.Split([], path), "");
        return string.Create(CultureInfo.InvariantCulture, $"{at.File}:{at.Line}:{at.Column}");
    }

    /// <summary>The same for a path that a validation names: it starts at the envelope, which is made where there is none.</summary>
    public string? PlaceInPlan(string path) => PlaceOf(
        IsEnvelope ? path
        : path.StartsWith($"{BodyPart}/", StringComparison.Ordinal) ? path[(BodyPart.Length + 1)..]
        : JsonError.Root);

    private static SourceFile? Located(string name, JsonValue root, SourceMap? places) =>
        name == "-" || places is null ? null : SourceFile.Of(Plain.Text(name), root, places);

    private static Document? FromYaml(string name, byte[] bytes, JsonReadOptions options, out JsonError error)
    {
        if (!YamlReader.TryRead(
            bytes, new YamlReadOptions { MaxBytes = options.MaxBytes, MaxDepth = options.MaxDepth }, out var read, out var fault))
        {
            error = fault;
            return null;
        }

        error = new JsonError(JsonError.Root, 1, 1, "");
        return new Document(read.Root, () => Located(name, read.Root, read.Positions));
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
