using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Interlock.Canonical;

/// <summary>
/// A JSON value as RFC 8259 defines it, restricted to what RFC 8785 can write: numbers are finite IEEE 754 doubles,
/// strings are well-formed Unicode, object names are unique. Immutable. The hierarchy is closed.
/// </summary>
public abstract class JsonValue
{
    private protected JsonValue()
    {
    }

    /// <summary>
    /// Converts text; the absence of text stays absent, which <see cref="JsonObject.Of(ReadOnlySpan{ValueTuple{string, JsonValue}})"/>
    /// leaves out. The text must hold no lone surrogate; the writer throws when it does.
    /// </summary>
    /// <param name="text">Any well-formed UTF-16 text, or null.</param>
    [return: NotNullIfNotNull(nameof(text))]
    public static implicit operator JsonValue?(string? text) => text is null ? null : new JsonString(text);

    /// <summary>Converts an integer.</summary>
    /// <param name="number">An integer of magnitude at most 2^53-1; others lose digits and so throw.</param>
    public static implicit operator JsonValue(long number) => JsonNumber.FromInteger(number);

    /// <summary>Converts a truth value.</summary>
    /// <param name="value">The truth value.</param>
    public static implicit operator JsonValue(bool value) => value ? JsonBoolean.True : JsonBoolean.False;

    /// <summary>Converts a list of values to an array.</summary>
    /// <param name="items">The items in order.</param>
    public static implicit operator JsonValue(ImmutableArray<JsonValue> items) => new JsonArray(items);

    /// <summary>The RFC 8785 form as text, for messages and tests. Hash the bytes of <see cref="CanonicalJson"/> instead.</summary>
    public override string ToString() => System.Text.Encoding.UTF8.GetString(CanonicalJson.Write(this));
}

/// <summary>The JSON literal <c>null</c>.</summary>
public sealed class JsonNull : JsonValue
{
    private JsonNull()
    {
    }

    /// <summary>The one instance.</summary>
    public static JsonNull Instance { get; } = new();
}

/// <summary>The JSON literals <c>true</c> and <c>false</c>.</summary>
public sealed class JsonBoolean : JsonValue
{
    private JsonBoolean(bool value) => Value = value;

    /// <summary>The literal <c>true</c>.</summary>
    public static JsonBoolean True { get; } = new(true);

    /// <summary>The literal <c>false</c>.</summary>
    public static JsonBoolean False { get; } = new(false);

    /// <summary>The truth value.</summary>
    public bool Value { get; }
}

/// <summary>A JSON number: a finite IEEE 754 double, as RFC 8785 section 3.2.2.3 demands.</summary>
public sealed class JsonNumber : JsonValue
{
    /// <summary>The largest integer that a double holds together with its neighbours: 2^53-1.</summary>
    public const long MaxSafeInteger = 9007199254740991;

    /// <summary>Wraps a double.</summary>
    /// <param name="value">A finite number; a negative zero becomes zero, as the canonical form writes it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not finite.</exception>
    public JsonNumber(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), "a JSON number is finite");
        }

        Value = value == 0 ? 0 : value;
    }

    /// <summary>The number.</summary>
    public double Value { get; }

    /// <summary>Wraps an integer exactly.</summary>
    /// <param name="value">An integer of magnitude at most <see cref="MaxSafeInteger"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A double would not hold the integer exactly.</exception>
    public static JsonNumber FromInteger(long value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxSafeInteger);
        ArgumentOutOfRangeException.ThrowIfLessThan(value, -MaxSafeInteger);
        return new JsonNumber(value);
    }
}

/// <summary>A JSON string: well-formed Unicode, never normalised.</summary>
public sealed class JsonString : JsonValue
{
    /// <summary>Wraps text.</summary>
    /// <param name="value">Well-formed UTF-16 text.</param>
    public JsonString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Value = value;
    }

    /// <summary>The text.</summary>
    public string Value { get; }
}

/// <summary>A JSON array.</summary>
public sealed class JsonArray : JsonValue
{
    /// <summary>Wraps the items.</summary>
    /// <param name="items">The items in order.</param>
    public JsonArray(ImmutableArray<JsonValue> items) => Items = items.IsDefault ? [] : items;

    /// <summary>Wraps the items.</summary>
    /// <param name="items">The items in order.</param>
    public JsonArray(IEnumerable<JsonValue> items)
        : this([.. items])
    {
    }

    /// <summary>The empty array.</summary>
    public static JsonArray Empty { get; } = new(ImmutableArray<JsonValue>.Empty);

    /// <summary>The items in order.</summary>
    public ImmutableArray<JsonValue> Items { get; }
}
