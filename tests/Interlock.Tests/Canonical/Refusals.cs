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

    public static JsonError Of(string text) => Of(Encoding.UTF8.GetBytes(text), Large);

    public static JsonError Of(byte[] text, JsonReadOptions options)
    {
        Assert.False(JsonReader.TryRead(text, options, out var value, out var error), "it was accepted");
        Assert.Null(value);
        return error!;
    }
}
