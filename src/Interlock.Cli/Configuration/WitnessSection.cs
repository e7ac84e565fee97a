using System.Collections.Immutable;
using Interlock.Adapters.Declarations;
using Interlock.Adapters.Witnesses;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Cli.Configuration;

/// <summary>Reads <c>witnesses:</c>. Nobody is asked here, and no program is looked for: a command that only looks needs none of them.</summary>
/// <param name="file">The configuration.</param>
/// <param name="errors">Where faults are noted.</param>
/// <param name="isSound">Whether the schema has nothing against a path of the configuration.</param>
internal sealed class WitnessSection(SourceFile file, ICollection<ConfigurationError> errors, Func<IReadOnlyList<string>, bool> isSound)
{
    /// <summary>The longest wait where nothing else is said.</summary>
    public static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(30);

    private const string Section = "witnesses";

    /// <summary>The section; null where there is none, or a fault was noted.</summary>
    /// <param name="root">The configuration.</param>
    public WitnessPlaces? Read(JsonObject root)
    {
        if (root[Section] is not JsonObject section || !isSound([Section]) || section["list"] is not JsonArray items
            || section["require"] is not JsonNumber require)
        {
            return null;
        }

        if (root["log"] is null)
        {
            errors.Add(file.KeyError([Section], "witnesses hold signed checkpoints, and nothing is signed here; add `log:`, or take `witnesses` out"));
            return null;
        }

        var list = ImmutableArray.CreateBuilder<WitnessPlace>();
        for (var i = 0; i < items.Items.Length; i++)
        {
            if (items.Items[i] is JsonObject item && ReadOne(item, $"{i}", list) is { } place)
            {
                list.Add(place);
            }
        }

        if (list.Count != items.Items.Length || Wait(section) is not { } wait)
        {
            return null;
        }

        if (require.Value > list.Count)
        {
            errors.Add(file.Error([Section, "require"], $"`require` is more than the {list.Count} witnesses of `list`; require fewer, or add some"));
            return null;
        }

        return new WitnessPlaces((int)require.Value, wait, list.DrainToImmutable());
    }

    private WitnessPlace? ReadOne(JsonObject item, string index, IReadOnlyCollection<WitnessPlace> before)
    {
        string[] here = [Section, "list", index];
        var name = item.Text("name") ?? "";
        var url = item.Text("url");
        ImmutableArray<string>? command = item["command"] is JsonArray argv ? [.. argv.Items.OfType<JsonString>().Select(static word => word.Value)] : null;
        if (url is null == command is null)
        {
            return Fault(here, "a witness has either a `url` or a `command`; write one of the two");
        }

        NoteKey? key = null;
        if (item.Text("public") is { } text)
        {
            if (!NoteKey.TryParse(text, out key, out var error))
            {
                return Fault([.. here, "public"], error);
            }

            if (key.Algorithm != NoteAlgorithm.Cosignature)
            {
                return Fault([.. here, "public"], "it is the key of a log, not of a witness; write the one that `interlock witness` prints when it starts");
            }

            if (key.Name != name)
            {
                return Fault([.. here, "name"], $"`name` is not that of the key; write `{Plain.Text(key.Name, 128)}`");
            }
        }

        if (url is not null && key is null)
        {
            return Fault(here, "a witness with a `url` needs `public`, the key of its cosignatures: without it anybody could answer in its place");
        }

        if (url is not null && !HttpWitness.Create(name, url).TryGet(out _, out var refusal))
        {
            return Fault([.. here, "url"], refusal.Message);
        }

        var place = new WitnessPlace(name, url, command, key);
        return before.FirstOrDefault(other => IsSame(place, other)) is { } twice
            ? Fault(here, $"it is the same witness as `{Plain.Text(twice.Name, 128)}` (by name, key, `url` or `command`), and would be counted twice; take one out")
            : place;
    }

    private TimeSpan? Wait(JsonObject section)
    {
        if (section.Text("wait") is not { } text)
        {
            return DefaultWait;
        }

        if (Quantities.TryDuration(text, out var wait) && wait >= WitnessOptions.LeastWait && wait <= WitnessOptions.MostWait)
        {
            return wait;
        }

        errors.Add(file.Error(
            [Section, "wait"],
            $"`wait` lies outside its range; give a duration from {Quantities.Text(WitnessOptions.LeastWait)} to {Quantities.Text(WitnessOptions.MostWait)}"));
        return null;
    }

    private static bool IsSame(WitnessPlace one, WitnessPlace other) =>
        one.Name == other.Name
        || (one.Public is { } key && other.Public is { } known && key.PublicKey.Span.SequenceEqual(known.PublicKey.Span))
        || (one.Url is not null && one.Url.TrimEnd('/') == other.Url?.TrimEnd('/'))
        || (one.Command is { } argv && other.Command is { } words && argv.SequenceEqual(words, StringComparer.Ordinal));

    private WitnessPlace? Fault(IReadOnlyList<string> path, string message)
    {
        errors.Add(file.Error(path, message));
        return null;
    }
}
