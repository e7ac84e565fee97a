using System.Collections.Immutable;
using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Policies;

/// <summary>Reads the fields of rules and freezes strictly; the first fault ends the reading.</summary>
internal static class PolicyField
{
    public static Refusal Fault(string path, string message) => new(RefusalCode.Malformed, path, message);

    /// <summary>A path one step further down.</summary>
    public static string At(string path, string step) =>
        path.Length == 0 ? SafeText.Escape(step, SafeText.LongestStep) : $"{path}/{SafeText.Escape(step, SafeText.LongestStep)}";

    /// <summary>A path to an item of a list.</summary>
    public static string At(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}/{index}");

    /// <summary>The refusal of a key that is not known; null where all are.</summary>
    public static Refusal? Unknown(JsonObject json, ImmutableArray<string> known, string path)
    {
        foreach (var (name, _) in json.Members)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                return Fault(At(path, name), $"the key {SafeText.Quote(name, SafeText.LongestStep)} is not known here; {Spelling.Mend(name, known)}");
            }
        }

        return null;
    }

    /// <summary>The list of objects under a key; empty where there is none.</summary>
    public static Result<ImmutableArray<JsonObject>> Objects(JsonObject json, string key, int most, string mend)
    {
        if (json[key] is not { } value)
        {
            return ImmutableArray<JsonObject>.Empty;
        }

        if (value is not JsonArray { Items: var items })
        {
            return Fault(key, $"not a list; {mend}");
        }

        if (items.Length > most)
        {
            return Fault(key, string.Create(CultureInfo.InvariantCulture, $"holds {items.Length} entries; give at most {most}"));
        }

        for (var i = 0; i < items.Length; i++)
        {
            if (items[i] is not JsonObject)
            {
                return Fault(At(key, i), $"not an object; {mend}");
            }
        }

        return items.OfType<JsonObject>().ToImmutableArray();
    }

    /// <summary>One name or a list of different ones; empty where the key is absent.</summary>
    /// <param name="json">The object.</param>
    /// <param name="key">The key.</param>
    /// <param name="path">Where the object stands.</param>
    /// <param name="fault">What is wrong with a name; null where nothing is.</param>
    public static Result<ImmutableArray<string>> Names(JsonObject json, string key, string path, Func<string, string?> fault)
    {
        const int Most = 200;
        var at = At(path, key);
        if (json[key] is not { } value)
        {
            return ImmutableArray<string>.Empty;
        }

        var items = value is JsonArray list ? list.Items : [value];
        if (items.Length is 0 or > Most)
        {
            return Fault(at, $"names nothing or more than {Most}; give a name or a list of names, or leave the key out");
        }

        var names = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < items.Length; i++)
        {
            var place = value is JsonArray ? At(at, i) : at;
            if (items[i] is not JsonString { Value: var name })
            {
                return Fault(place, "not a name; write text");
            }

            if (fault(name) is { } wrong)
            {
                return Fault(place, wrong);
            }

            if (!names.Add(name))
            {
                return Fault(place, $"{SafeText.Quote(name)} stands here twice; remove one");
            }
        }

        return names.ToImmutableArray();
    }

    /// <summary>The name of a rule or a freeze.</summary>
    public static Result<string> Name(JsonObject json, string path, HashSet<string> taken)
    {
        var at = At(path, "name");
        return json["name"] is not JsonString { Value: { Length: >= 1 and <= 64 } name } || !ShortText.IsName(name)
            ? Fault(json["name"] is null ? path : at, "a `name` is missing or is no text of 1 to 64 printable characters; give it one that people recognise")
            : taken.Add(name) ? name
            : Fault(at, $"the name {SafeText.Quote(name, SafeText.LongestStep)} stands twice; choose another");
    }

    /// <summary>One of several words; the first where the key is absent.</summary>
    public static Result<string> Word(JsonObject json, string key, string path, params ReadOnlySpan<string> words)
    {
        if (json[key] is not { } value)
        {
            return words[0];
        }

        foreach (var word in words)
        {
            if (value is JsonString { Value: var text } && text == word)
            {
                return word;
            }
        }

        return Fault(At(path, key), $"not one of `{string.Join("`, `", words)}`; choose one");
    }
}
