using Interlock.Canonical;

namespace Interlock.Adapters.Declarations;

/// <summary>Members that may be absent.</summary>
internal static class Optional
{
    /// <summary>The text as a value, or null, which leaves its member out. The implicit conversion refuses null, and rightly.</summary>
    public static JsonValue? Text(string? text) => text is null ? null : new JsonString(text);
}
