using System.Text;
using Interlock.Canonical;

namespace Interlock.Tests.Canonical;

/// <summary>Reads a text and insists on the one answer or the other.</summary>
internal static class Refusals
{
    public static JsonReadOptions Large { get; } = new() { MaxBytes = 64 << 20 };

    public static JsonValue Read(string text)
    {
        Assert.True(JsonReader.TryRead(Encoding.UTF8.GetBytes(text), Large, out var value, out var error), error?.ToString());
        Assert.Null(error);
        return value!;
    }

    /// <summary>Reads a text in both ways, by way of its value and without, and insists that they agree.</summary>
    /// <returns>The digest, or null where it is refused.</returns>
    public static Sha256Digest? Digest(byte[] text, JsonReadOptions options)
    {
        var accepted = JsonReader.TryRead(text, options, out var value, out var error);
        Assert.Equal(accepted, CanonicalJson.TryHash(text, options, out var digest, out var other));
        Assert.Equal(error, other);
        Assert.Equal(value is null ? default : CanonicalJson.Hash(value), digest);
        return value is null ? null : digest;
    }

    public static JsonError Of(string text) => Of(Encoding.UTF8.GetBytes(text), Large);

    public static JsonError Of(byte[] text, JsonReadOptions options)
    {
        Assert.False(JsonReader.TryRead(text, options, out var value, out var error), "it was accepted");
        Assert.Null(value);
        return error!;
    }
}
