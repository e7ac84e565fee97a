using Interlock.Canonical;
using Interlock.Schema;

namespace Interlock.Tests.Fuzzing;

/// <summary>
/// Random schemas against random instances. No second validator says what is right; what a schema says of an instance has to agree
/// with what `not`, `allOf`, `oneOf`, `if` around it say.
/// </summary>
public sealed class SchemaFuzz
{
    /// <summary>Few, so that a case is quick; what needs more is refused, and that is an answer too.</summary>
    private static readonly SchemaLimits Few = new() { MaxSteps = 50_000 };

    private static readonly SchemaLimits Fewer = new() { MaxSteps = 40 };

    /// <summary>A validator: null where the schema was refused, else whether it is valid; undecided where that takes too much work.</summary>
    private delegate SchemaResult? Validator(JsonValue schema, JsonValue instance, SchemaLimits limits);

    [Fact]
    [Trait("speed", "slow")]
    public void No_schema_makes_the_validator_stumble_and_what_stands_around_a_schema_agrees_with_it() =>
        Fuzz.FindNothing(new Fuzzed(SchemaTexts.Any, input => Check(input, Validate)), 15_000);

    [Theory]
    [InlineData("a faulty schema throws")]
    [InlineData("not is passed over")]
    [InlineData("oneOf is anyOf")]
    [InlineData("else is passed over")]
    [InlineData("what takes too much work is valid")]
    [Trait("speed", "slow")]
    public void A_seeded_mistake_of_the_validator_is_found(string mistake) =>
        Fuzz.FindSomething(new Fuzzed(SchemaTexts.Any, input => Check(input, Mistaken(mistake))), 20_000);

    private static SchemaResult? Validate(JsonValue schema, JsonValue instance, SchemaLimits limits) =>
        JsonSchema.TryCompile(schema, limits, null, out var compiled, out var error)
            ? compiled.Validate(instance)
            : error is { Path.Length: > 0, Message.Length: > 0 } ? null : throw new InvalidOperationException("refused without a reason");

    private static Validator Mistaken(string mistake) => mistake switch
    {
        "a faulty schema throws" => (schema, instance, _) => JsonSchema.Compile(schema).Validate(instance),
        "not is passed over" => (schema, instance, limits) => Validate(Without(schema, "not"), instance, limits),
        "oneOf is anyOf" => (schema, instance, limits) =>
            Validate(schema is JsonObject json && json["oneOf"] is { } any ? json.Without("oneOf").With("anyOf", any) : schema, instance, limits),
        "else is passed over" => (schema, instance, limits) => Validate(Without(schema, "else"), instance, limits),
        "what takes too much work is valid" => (schema, instance, limits) =>
            Validate(schema, instance, limits) is { } result ? Exceeds(result) ? SchemaResult.Valid : result : null,
        _ => throw new ArgumentOutOfRangeException(nameof(mistake)),
    };

    private static JsonValue Without(JsonValue schema, string keyword) => schema is JsonObject json ? json.Without(keyword) : schema;

    private static bool Exceeds(SchemaResult result) => result.Errors.Any(error => error.Keyword == SchemaError.Limit);

    private static string? Check(byte[] input, Validator validate)
    {
        var end = Array.IndexOf(input, (byte)'\n');
        if (end < 0
            || !JsonReader.TryRead(input.AsSpan(0, end), JsonReadOptions.PlanBody, out var schema, out _)
            || !JsonReader.TryRead(input.AsSpan(end + 1), JsonReadOptions.PlanBody, out var instance, out _))
        {
            return null;
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = validate(schema, instance, Few);
        if (GC.GetAllocatedBytesForCurrentThread() - before is var spent && spent > 64_000_000)
        {
            return $"work without bound: {spent} bytes were allocated";
        }

        if (result is null)
        {
            return null;
        }

        if (result.IsValid != result.Errors.IsEmpty || result.Errors.Length > 25
            || result.Errors.Any(error => error.Path.Length == 0 || error.Keyword.Length == 0 || error.Message.Length == 0))
        {
            return "errors without sense: one lacks its place, its keyword or its message";
        }

        if (validate(schema, instance, Fewer) is not { } hurried || (!Exceeds(hurried) && hurried.IsValid != result.IsValid))
        {
            return "bound of work changes the verdict: it may only withhold it";
        }

        return Exceeds(result) ? null : Around(schema, instance, result.IsValid, validate);
    }

    /// <summary>The schema as a resource of its own, so that its references stay within it.</summary>
    private static string? Around(JsonValue schema, JsonValue instance, bool isValid, Validator validate)
    {
        var one = schema is JsonObject json && json["$id"] is null ? json.With("$id", "https://fuzz.example/one") : schema;
        var list = new JsonArray([one]);
        (string Name, JsonValue Schema, bool Expected)[] cases =
        [
            ("not", JsonObject.Of(("not", one)), !isValid),
            ("allOf", JsonObject.Of(("allOf", list)), isValid),
            ("anyOf", JsonObject.Of(("anyOf", list)), isValid),
            ("oneOf", JsonObject.Of(("oneOf", list)), isValid),
            ("oneOf of it and anything", JsonObject.Of(("oneOf", new JsonArray([one, true]))), !isValid),
            ("if", JsonObject.Of(("if", one), ("else", false)), isValid),
            ("items", JsonObject.Of(("items", one)), isValid),
        ];
        foreach (var (name, around, expected) in cases)
        {
            var value = name == "items" ? new JsonArray([instance]) : instance;

            // the work is a little more; a schema that names itself by a relative place may not be one inside another
            if (validate(around, value, SchemaLimits.Default) is { } result && !Exceeds(result) && result.IsValid != expected)
            {
                return $"{name} says otherwise: {(result.IsValid ? "valid" : "invalid")} and the schema alone {(isValid ? "valid" : "invalid")}";
            }
        }

        return null;
    }
}
