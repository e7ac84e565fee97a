using Interlock.Canonical;

namespace Interlock.Schema.Compiling;

/// <summary>Reads <c>$schema</c> and the <c>$vocabulary</c> of the meta-schema that it names (Core sections 8.1.1 and 8.1.2).</summary>
internal sealed class SchemaDialects(IReadOnlyDictionary<string, JsonValue> documents, SchemaFailures failures)
{
    public const string Standard = "https://json-schema.org/draft/2020-12/schema";

    private const string Prefix = "https://json-schema.org/draft/2020-12/vocab/";

    /// <summary>The vocabularies in use in a resource with this root.</summary>
    public Vocabularies Of(JsonObject root, Vocabularies inherited, SchemaPath path)
    {
        if (root["$schema"] is not { } declared)
        {
            return inherited;
        }

        var at = path.Then("$schema");
        if (declared is not JsonString { Value: var text })
        {
            failures.Add(at, $"expected the URI of a meta-schema as a string; write `{Standard}`");
            return inherited;
        }

        var uri = text.TrimEnd('#');
        if (uri == Standard)
        {
            return Vocabularies.All;
        }

        if (documents.TryGetValue(uri, out var metaSchema))
        {
            return metaSchema is JsonObject obj && obj["$vocabulary"] is { } declaredVocabularies
                ? Read(declaredVocabularies, at)
                : Vocabularies.All;
        }

        failures.Add(at, $"the dialect {SafeText.Quote(text, 100)} is not known here; use `{Standard}`");
        return inherited;
    }

    private Vocabularies Read(JsonValue declared, SchemaPath at)
    {
        if (declared is not JsonObject vocabularies)
        {
            failures.Add(at, "the `$vocabulary` of the meta-schema must be an object of URIs and booleans; mend it");
            return Vocabularies.All;
        }

        var used = Vocabularies.None;
        foreach (var (uri, value) in vocabularies.Members)
        {
            var name = uri.StartsWith(Prefix, StringComparison.Ordinal) ? uri[Prefix.Length..] : null;
            switch (name)
            {
                case "core" or "meta-data" or "content" or "format-annotation":
                    break;
                case "applicator":
                    used |= Vocabularies.Applicator;
                    break;
                case "unevaluated":
                    used |= Vocabularies.Unevaluated;
                    break;
                case "validation":
                    used |= Vocabularies.Validation;
                    break;
                default:
                    // also format-assertion: formats are not asserted here, and a schema that relies on it must not seem to hold
                    if (value is not JsonBoolean { Value: false })
                    {
                        failures.Add(
                            at, $"the meta-schema requires the vocabulary {SafeText.Quote(uri, 100)}, which is not supported; do without it");
                    }

                    break;
            }
        }

        return used;
    }
}
