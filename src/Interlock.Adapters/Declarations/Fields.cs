using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Adapters.Declarations;

/// <summary>
/// Reads the members of one object of a declaration. The names that were asked for are the names that are known:
/// <see cref="RefuseOthers"/> refuses the rest, and no second list can fall behind.
/// </summary>
internal sealed class Fields(JsonObject json, string path, Problems problems)
{
    private readonly SortedSet<string> known = new(StringComparer.Ordinal);

    public JsonObject Json => json;

    public Problems Problems => problems;

    /// <summary>The path of a member.</summary>
    public string At(string name) => path.Length == 0 ? name : $"{path}/{name}";

    /// <summary>The path of this object.</summary>
    public string Here => path.Length == 0 ? JsonError.Root : path;

    public JsonValue? Value(string name)
    {
        known.Add(name);
        return json[name];
    }

    public bool Has(string name) => Value(name) is not null;

    public string? Text(string name) => Of<JsonString>(name, "text; put it in quotation marks")?.Value;

    public string RequiredText(string name)
    {
        var text = Text(name);
        if (json[name] is null)
        {
            problems.Add(Here, $"`{name}` is missing; add it");
        }

        return text ?? "";
    }

    public bool Flag(string name, bool fallback) => Of<JsonBoolean>(name, "true or false")?.Value ?? fallback;

    public double? Number(string name) => Of<JsonNumber>(name, "a number")?.Value;

    public int? Integer(string name, int least, int most)
    {
        if (Of<JsonNumber>(name, "an integer") is not { } number)
        {
            return null;
        }

        if (number.Value != Math.Truncate(number.Value) || number.Value < least || number.Value > most)
        {
            problems.Add(At(name), $"`{name}` is an integer from {least} to {most}");
            return null;
        }

        return (int)number.Value;
    }

    /// <summary>The fields of a nested object, or null where it is absent.</summary>
    public Fields? Section(string name) =>
        Of<JsonObject>(name, "an object") is { } section ? new Fields(section, At(name), problems) : null;

    /// <summary>A list of texts; null where it is absent.</summary>
    public ImmutableArray<string>? Texts(string name)
    {
        if (Of<JsonArray>(name, "a list") is not { } list)
        {
            return null;
        }

        var texts = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < list.Items.Length; i++)
        {
            if (list.Items[i] is JsonString text)
            {
                texts.Add(text.Value);
            }
            else
            {
                problems.Add($"{At(name)}/{i}", "expected text; put it in quotation marks");
            }
        }

        return texts.ToImmutable();
    }

    /// <summary>One of some words.</summary>
    public string Word(string name, string fallback, params ReadOnlySpan<string> words)
    {
        var word = Text(name) ?? fallback;
        if (!words.Contains(word))
        {
            problems.Add(At(name), $"`{name}` is one of {string.Join(", ", words.ToArray().Select(one => $"`{one}`"))}");
        }

        return word;
    }

    public TimeSpan Duration(string name, TimeSpan fallback, TimeSpan most)
    {
        if (Value(name) is not { } value)
        {
            return fallback;
        }

        if (value is JsonString { Value: var text }
            && Quantities.TryDuration(text, out var duration)
            && duration > TimeSpan.Zero
            && duration <= most)
        {
            return duration;
        }

        problems.Add(At(name), $"`{name}` is a duration such as `30s`, `500ms` or `5m`, at most {most.TotalSeconds:0} s");
        return fallback;
    }

    public int Size(string name, int fallback, int most)
    {
        if (Value(name) is not { } value)
        {
            return fallback;
        }

        if (Quantities.TrySize(value, out var size) && size <= most)
        {
            return size;
        }

        problems.Add(At(name), $"`{name}` is a number of bytes such as `4096`, `64KiB` or `1MiB`, at most {most}");
        return fallback;
    }

    /// <summary>Refuses every member that nobody asked for.</summary>
    public void RefuseOthers()
    {
        foreach (var member in json.Members)
        {
            if (!known.Contains(member.Name))
            {
                var names = string.Join(", ", known.Select(one => $"`{one}`"));
                problems.Add(At(member.Name), $"`{member.Name}` is not known here; use one of {names}");
            }
        }
    }

    private T? Of<T>(string name, string wanted)
        where T : JsonValue
    {
        var value = Value(name);
        if (value is not null and not T)
        {
            problems.Add(At(name), $"`{name}` is {wanted}");
        }

        return value as T;
    }
}
