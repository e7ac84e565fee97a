using Interlock.Canonical;
using Interlock.Schema.Keywords;
using Interlock.Schema.Patterns;

namespace Interlock.Schema.Compiling;

/// <summary>Reads the keywords of one schema object, in the order in which they are evaluated: cheap ones first.</summary>
internal sealed class KeywordReader(SchemaCompiler compiler, SchemaPlace place)
{
    private readonly JsonObject schema = (JsonObject)place.Value;
    private readonly List<Keyword> keywords = [];
    private readonly List<SchemaNode> inPlace = [];

    /// <summary>Reads all, and gives them to the node.</summary>
    public void Complete(SchemaNode.Keyed node)
    {
        var vocabularies = place.Resource.Vocabularies;
        if ((vocabularies & Vocabularies.Validation) != 0)
        {
            ReadType();
            ReadAssertions();
        }

        ReadReferences();
        if ((vocabularies & Vocabularies.Applicator) != 0)
        {
            ReadCombinations();
            ReadObjectApplicators();
            ReadArrayApplicators((vocabularies & Vocabularies.Validation) != 0);
        }

        if ((vocabularies & Vocabularies.Unevaluated) != 0)
        {
            if (Child("unevaluatedItems") is { } items)
            {
                keywords.Add(new UnevaluatedItemsKeyword(items));
            }

            if (Child("unevaluatedProperties") is { } properties)
            {
                keywords.Add(new UnevaluatedPropertiesKeyword(properties));
            }
        }

        node.Complete(keywords, inPlace);
    }

    private void ReadType()
    {
        if (schema["type"] is not { } declared)
        {
            return;
        }

        var names = declared is JsonString ? [declared] : declared is JsonArray list ? list.Items : [];
        var kinds = JsonKinds.None;
        var integers = false;
        var expected = new List<string>();
        foreach (var name in names)
        {
            var kind = (name as JsonString)?.Value switch
            {
                "null" => JsonKinds.Null,
                "boolean" => JsonKinds.Boolean,
                "number" => JsonKinds.Number,
                "string" => JsonKinds.String,
                "array" => JsonKinds.Array,
                "object" => JsonKinds.Object,
                _ => JsonKinds.None,
            };
            var integer = name is JsonString { Value: "integer" };
            if (kind == JsonKinds.None && !integer)
            {
                expected.Clear();
                break;
            }

            kinds |= kind;
            integers |= integer;
            expected.Add(integer ? "an integer" : name is JsonString { Value: "null" } ? "null" : TypeKeyword.Describe(Single(kind)));
        }

        if (expected.Count == 0)
        {
            Fail("type", "expected one or more of `null`, `boolean`, `number`, `integer`, `string`, `array`, `object`");
            return;
        }

        keywords.Add(new TypeKeyword(kinds, integers, string.Join(" or ", expected), (schema["examples"] as JsonArray)?.Items.FirstOrDefault()));
    }

    private static JsonKind Single(JsonKinds kind) => (JsonKind)int.TrailingZeroCount((int)kind);

    private void ReadAssertions()
    {
        if (schema["const"] is { } constant)
        {
            keywords.Add(new EnumKeyword("const", [constant]));
        }

        if (schema["enum"] is JsonArray values)
        {
            keywords.Add(new EnumKeyword("enum", values.Items));
        }
        else if (schema["enum"] is not null)
        {
            Fail("enum", "expected an array of the allowed values");
        }

        foreach (var name in (ReadOnlySpan<string>)["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"])
        {
            if (Number(name) is { } bound)
            {
                keywords.Add(new BoundKeyword(name, bound));
            }
        }

        if (Number("multipleOf") is { } divisor)
        {
            if (divisor > 0)
            {
                keywords.Add(new MultipleOfKeyword(divisor));
            }
            else
            {
                Fail("multipleOf", "expected a number above 0");
            }
        }

        AddCounted("minLength", "maxLength", static (name, bound) => new LengthKeyword(name, bound));
        AddCounted("minItems", "maxItems", static (name, bound) => new ItemCountKeyword(name, bound));
        AddCounted("minProperties", "maxProperties", static (name, bound) => new PropertyCountKeyword(name, bound));
        if (Text("pattern") is { } pattern && Pattern(pattern, place.Path.Then("pattern")) is { } compiled)
        {
            keywords.Add(new PatternKeyword(compiled));
        }

        if (schema["uniqueItems"] is JsonBoolean unique)
        {
            if (unique.Value)
            {
                keywords.Add(new UniqueItemsKeyword());
            }
        }
        else if (schema["uniqueItems"] is not null)
        {
            Fail("uniqueItems", "expected `true` or `false`");
        }

        if (schema["required"] is { } required && Names(required, place.Path.Then("required")) is { Length: > 0 } names)
        {
            keywords.Add(new RequiredKeyword(names));
        }

        if (Map("dependentRequired") is { } dependencies)
        {
            keywords.Add(new DependentRequiredKeyword(
            [
                .. dependencies.Members.Select(member =>
                    (member.Name, Names(member.Value, place.Path.Then("dependentRequired").Then(member.Name)))),
            ]));
        }
    }

    private void AddCounted(string least, string most, Func<string, int, Keyword> make)
    {
        if (Count(least) is { } min and > 0)
        {
            keywords.Add(make(least, min));
        }

        if (Count(most) is { } max)
        {
            keywords.Add(make(most, max));
        }
    }

    private void ReadReferences()
    {
        if (Text("$ref") is { } reference)
        {
            var target = compiler.Reference(place.Resource, reference, place.Path.Then("$ref"));
            inPlace.Add(target);
            keywords.Add(new RefKeyword(target));
        }

        if (Text("$dynamicRef") is { } dynamicReference)
        {
            var (keyword, target) = compiler.DynamicReference(place.Resource, dynamicReference, place.Path.Then("$dynamicRef"));
            keywords.Add(keyword);
            if (target is not null)
            {
                inPlace.Add(target);
            }
        }
    }

    private void ReadCombinations()
    {
        if (Children("allOf") is { } all)
        {
            inPlace.AddRange(all);
            keywords.Add(new AllOfKeyword(all));
        }

        if (Children("anyOf") is { } any)
        {
            inPlace.AddRange(any);
            keywords.Add(new AnyOfKeyword(any));
        }

        if (Children("oneOf") is { } one)
        {
            inPlace.AddRange(one);
            keywords.Add(new OneOfKeyword(one));
        }

        if (Child("not") is { } not)
        {
            inPlace.Add(not);
            keywords.Add(new NotKeyword(not));
        }

        var then = Child("then");
        var otherwise = Child("else");
        if (Child("if") is { } condition)
        {
            inPlace.Add(condition);
            inPlace.AddRange(new[] { then, otherwise }.OfType<SchemaNode>());
            keywords.Add(new IfKeyword(condition, then, otherwise));
        }

        if (ChildMap("dependentSchemas") is { } dependencies)
        {
            inPlace.AddRange(dependencies.Select(static dependency => dependency.Schema));
            keywords.Add(new DependentSchemasKeyword(dependencies));
        }
    }

    private void ReadObjectApplicators()
    {
        var properties = ChildMap("properties");
        var patterns = new List<PatternProperty>();
        foreach (var (name, node) in ChildMap("patternProperties") ?? [])
        {
            if (Pattern(name, place.Path.Then("patternProperties").Then(name)) is { } pattern)
            {
                patterns.Add(new PatternProperty(pattern, node));
            }
        }

        var additional = Child("additionalProperties");
        if (properties is not null || patterns.Count > 0 || additional is not null)
        {
            keywords.Add(new PropertiesKeyword(properties ?? [], [.. patterns], additional));
        }

        if (Child("propertyNames") is { } names)
        {
            keywords.Add(new PropertyNamesKeyword(names));
        }
    }

    private void ReadArrayApplicators(bool validates)
    {
        var prefix = Children("prefixItems");
        var items = Child("items");
        if (prefix is not null || items is not null)
        {
            keywords.Add(new ItemsKeyword(prefix ?? [], items));
        }

        if (Child("contains") is { } contains)
        {
            keywords.Add(new ContainsKeyword(contains, validates ? Count("minContains") : null, validates ? Count("maxContains") : null));
        }
    }

    private SchemaNode? Child(string keyword) =>
        schema[keyword] is { } value ? compiler.Node(new SchemaPlace(place.Resource, value, place.Path.Then(keyword))) : null;

    private SchemaNode[]? Children(string keyword)
    {
        switch (schema[keyword])
        {
            case null:
                return null;
            case JsonArray { Items.Length: > 0 } list:
                var path = place.Path.Then(keyword);
                return [.. list.Items.Select((item, i) => compiler.Node(new SchemaPlace(place.Resource, item, path.Then(i))))];
            default:
                Fail(keyword, "expected an array of at least one schema");
                return null;
        }
    }

    private (string Name, SchemaNode Schema)[]? ChildMap(string keyword)
    {
        if (Map(keyword) is not { } map)
        {
            return null;
        }

        var path = place.Path.Then(keyword);
        return
        [
            .. map.Members.Select(member =>
                (member.Name, compiler.Node(new SchemaPlace(place.Resource, member.Value, path.Then(member.Name))))),
        ];
    }

    private JsonObject? Map(string keyword)
    {
        if (schema[keyword] is null or JsonObject)
        {
            return schema[keyword] as JsonObject;
        }

        Fail(keyword, "expected an object that names things");
        return null;
    }

    private string? Text(string keyword)
    {
        if (schema[keyword] is null or JsonString)
        {
            return schema.Text(keyword);
        }

        Fail(keyword, "expected a string");
        return null;
    }

    private double? Number(string keyword)
    {
        if (schema[keyword] is null or JsonNumber)
        {
            return (schema[keyword] as JsonNumber)?.Value;
        }

        Fail(keyword, "expected a number");
        return null;
    }

    private int? Count(string keyword)
    {
        switch (schema[keyword])
        {
            case null:
                return null;
            case JsonNumber { Value: >= 0 and var value } when Math.Truncate(value).Equals(value):
                return (int)Math.Min(value, int.MaxValue);
            default:
                Fail(keyword, "expected an integer that is not negative");
                return null;
        }
    }

    private string[] Names(JsonValue value, SchemaPath path)
    {
        if (value is JsonArray list && list.Items.All(static item => item is JsonString))
        {
            return [.. list.Items.OfType<JsonString>().Select(static text => text.Value).Distinct(StringComparer.Ordinal)];
        }

        compiler.Failures.Add(path, "expected an array of names");
        return [];
    }

    private EcmaPattern? Pattern(string source, SchemaPath path)
    {
        if (compiler.IsTrusted)
        {
            return EcmaPattern.Deferred(source);
        }

        if (!EcmaPattern.TryCompile(source, out var pattern, out var problem))
        {
            compiler.Failures.Add(path, problem);
            return null;
        }

        if (!compiler.Patterns.TryTake(pattern.Cost))
        {
            compiler.Failures.Add(path, "the patterns of the schema are too large together; shorten their repetitions");
            return null;
        }

        return pattern;
    }

    private void Fail(string keyword, string message) => compiler.Failures.Add(place.Path.Then(keyword), message);
}
