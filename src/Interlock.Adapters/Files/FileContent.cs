using System.Globalization;
using System.Text;
using Interlock.Adapters.Declarations;
using Interlock.Canonical;

namespace Interlock.Adapters.Files;

/// <summary>What is done to a file. Zero is nothing.</summary>
internal enum FileOperation
{
    /// <summary>No operation.</summary>
    Unknown = 0,

    /// <summary>Creates a file; refused where the name is taken.</summary>
    Write,

    /// <summary>Replaces a file that is there.</summary>
    Replace,

    /// <summary>Removes a file that is there.</summary>
    Delete,
}

/// <summary>Exactly what would be done to which file: the content of an effect.</summary>
internal sealed record FileContent
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public required FileOperation Operation { get; init; }

    public required RootedPath Path { get; init; }

    /// <summary>The new bytes; empty for a removal.</summary>
    public byte[] Bytes { get; init; } = [];

    /// <summary>The permissions; null keeps those of the replaced file, and is 0644 for a new one.</summary>
    public UnixFileMode? Mode { get; init; }

    /// <summary>The digest that the present file must have; null for any.</summary>
    public Sha256Digest? Expected { get; init; }

    public string Verb => Operation.ToString().ToLowerInvariant();

    public JsonObject ToJson()
    {
        var text = TryText(Bytes);
        var deletes = Operation == FileOperation.Delete;
        return JsonObject.Of(
            ("base64", Optional.Text(deletes || text is not null ? null : Convert.ToBase64String(Bytes))),
            ("bytes", deletes ? null : Bytes.Length),
            ("expect_sha256", Optional.Text(Expected?.ToString())),
            ("mode", Optional.Text(Mode is { } mode ? FormatMode(mode) : null)),
            ("op", Verb),
            ("path", Path.Relative),
            ("root", Path.Root),
            ("sha256", Optional.Text(deletes ? null : Sha256Digest.Of(Bytes).ToString())),
            ("text", Optional.Text(deletes ? null : text)));
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidOperationException">It is the content of another adapter's effect: a bug of the caller.</exception>
    public static FileContent From(JsonObject json)
    {
        if (!Enum.TryParse<FileOperation>(json.Text("op"), ignoreCase: true, out var operation)
            || json.Text("root") is not { } root
            || json.Text("path") is not { } path)
        {
            throw new InvalidOperationException("the effect was described by another adapter");
        }

        return new FileContent
        {
            Operation = operation,
            Path = new RootedPath(root, path),
            Bytes = json.Text("base64") is { } base64 ? Convert.FromBase64String(base64) : Encoding.UTF8.GetBytes(json.Text("text") ?? ""),
            Mode = ParseMode(json.Text("mode")),
            Expected = Sha256Digest.TryParse(json.Text("expect_sha256"), out var expected) ? expected : null,
        };
    }

    /// <summary>Reads <c>0644</c>: three octal digits after a zero; null for anything else.</summary>
    public static UnixFileMode? ParseMode(string? text) =>
        text is ['0', >= '0' and <= '7', >= '0' and <= '7', >= '0' and <= '7'] ? (UnixFileMode)Convert.ToInt32(text, 8) : null;

    /// <summary>The bytes as text that a reviewer can read, or null.</summary>
    public static string? TryText(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var text = Strict.GetString(bytes);
            return text.Contains('\0', StringComparison.Ordinal) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            // not text: the answer, and the only way to ask
            return null;
        }
    }

    private static string FormatMode(UnixFileMode mode) =>
        Convert.ToString((int)mode, 8).PadLeft(4, '0').ToString(CultureInfo.InvariantCulture);
}
