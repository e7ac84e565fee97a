using Interlock.Canonical;

namespace Interlock.Schema;

/// <summary>The six kinds of JSON value. The number is an index, so that a node finds the keywords that apply.</summary>
internal enum JsonKind
{
    Null = 0,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

/// <summary>A set of kinds.</summary>
[Flags]
internal enum JsonKinds
{
    None = 0,
    Null = 1 << JsonKind.Null,
    Boolean = 1 << JsonKind.Boolean,
    Number = 1 << JsonKind.Number,
    String = 1 << JsonKind.String,
    Array = 1 << JsonKind.Array,
    Object = 1 << JsonKind.Object,
    All = Null | Boolean | Number | String | Array | Object,
}

/// <summary>Kinds of values.</summary>
internal static class JsonKindOf
{
    public const int Count = 6;

    public static JsonKind Value(JsonValue value) => value switch
    {
        JsonString => JsonKind.String,
        JsonObject => JsonKind.Object,
        JsonArray => JsonKind.Array,
        JsonNumber => JsonKind.Number,
        JsonBoolean => JsonKind.Boolean,
        JsonNull => JsonKind.Null,
        _ => throw new InvalidOperationException($"no kind for {value.GetType()}"),
    };
}
