using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Schema;

namespace Interlock.Policies;

/// <summary>
/// The schema of a plan (JSON Schema, Draft 2020-12), as data. <c>docs/spec/plan.schema.json</c> is this object; a test
/// compares the two.
/// </summary>
public static class PlanSchemaText
{
    private const string Dialect = "https://json-schema.org/draft/2020-12/schema";

    private static readonly JsonObject NonEmpty = JsonObject.Of(("type", "string"), ("minLength", 1));

    private static readonly JsonObject AnyText = JsonObject.Of(("type", "string"));

    private static readonly JsonObject AnyObject = JsonObject.Of(("type", "object"));

    // the forms that messages show where something of another kind stands
    private static readonly JsonObject ExpectForm = JsonObject.Of(("op", "equals"), ("value", "1"));

    private static readonly JsonObject CheckForm =
        JsonObject.Of(("check", "NAME"), ("probe", JsonObject.Empty), ("expect", ExpectForm));

    private static readonly JsonObject StageForm = JsonObject.Of(("id", "s1"), ("action", "NAME"), ("params", JsonObject.Empty));

    private static readonly JsonObject RollbackForm = JsonObject.Of(("action", "NAME"), ("params", JsonObject.Empty));

    // a plan document of ours says null where there is no approval or no run yet
    private static readonly JsonObject ObjectOrNull = JsonObject.Of(("type", Strings(["object", "null"])));

    /// <summary>The words that an envelope's <c>status</c> may have.</summary>
    private static readonly ImmutableArray<string> StatusWords =
        ["draft", "proposed", "approved", "rejected", "executing", "executed", "halted", "expired"];

    /// <summary>The properties of a body, each with its schema.</summary>
    public static JsonObject BodyProperties { get; } = JsonObject.Of(
        ("intent", NonEmpty),
        ("note", AnyText),
        ("stages", JsonObject.Of(
            ("type", "array"), ("minItems", 1), ("items", Ref("stage")), ("examples", FormOf(new JsonArray([StageForm]))))));

    /// <summary>The properties of a stage, each with its schema.</summary>
    public static JsonObject StageProperties { get; } = JsonObject.Of(
        ("id", NonEmpty),
        ("action", NonEmpty),
        ("target", Ref("target")),
        ("params", AnyObject),
        ("preconditions", ListOf("check")),
        ("verify", ListOf("check")),
        ("rollback", Ref("rollback")),
        ("note", AnyText));

    private static readonly JsonObject Check = Closed(
        ["check", "expect"],
        JsonObject.Of(
            ("check", NonEmpty),
            ("probe", AnyObject),
            ("expect", Closed(
                ["op", "value"],
                JsonObject.Of(
                    ("op", JsonObject.Of(("enum", Strings(CheckOperators.Words)))),
                    ("value", AnyText.With("examples", FormOf("1")))))
                .With("examples", FormOf(ExpectForm))),
            ("note", AnyText)))
        .With("examples", FormOf(CheckForm));

    private static readonly JsonObject Target = JsonObject.Of(
        ("type", "object"),
        ("examples", FormOf(JsonObject.Of(("kind", "service"), ("id", "web")))),
        ("required", Strings(["kind", "id"])),
        ("properties", JsonObject.Of(("kind", NonEmpty), ("id", NonEmpty))));

    // a choice by `if` and not `oneOf`, so that an error names the field at fault instead of `neither of two`
    private static readonly JsonObject Rollback = JsonObject.Of(
        ("type", "object"),
        ("examples", FormOf(RollbackForm)),
        ("if", JsonObject.Of(("required", Strings(["irreversible"])))),
        ("then", Closed(
            ["irreversible", "justification"],
            JsonObject.Of(("irreversible", JsonObject.Of(("const", true))), ("justification", NonEmpty)))),
        ("else", Closed(
            ["action"],

            // never there in this branch; named, so that who misspells it is told
            JsonObject.Of(("action", NonEmpty), ("params", AnyObject), ("target", Ref("target")), ("irreversible", false)))));

    /// <summary>The schema of a whole plan without extensions.</summary>
    public static JsonObject Json { get; } = With(SchemaExtension.None);

    /// <summary><see cref="Json"/>, compiled.</summary>
    internal static JsonSchema Compiled { get; } = JsonSchema.Compile(Json);

    /// <summary>The schema of a whole plan with a policy's extension. It adds names; nothing that was closed is opened.</summary>
    /// <param name="extension">The extension.</param>
    public static JsonObject With(SchemaExtension extension) => JsonObject.Of(
        ("$schema", Dialect),
        ("title", "Interlock plan"),
        ("type", "object"),
        ("required", Strings(["schema_version", "plan_id", "plan_hash", "status", "body"])),
        ("properties", JsonObject.Of(
            ("schema_version", JsonObject.Of(("const", "1"))),
            ("plan_id", NonEmpty),

            // invariant 2 compares exactly; a line feed at the end is its fault to find, as it always was
            ("plan_hash", JsonObject.Of(("type", "string"), ("pattern", "^[0-9a-f]{64}\\n?$"))),
            ("status", JsonObject.Of(("enum", Strings(StatusWords)))),
            ("proposed_at", AnyText),
            ("approval", ObjectOrNull),
            ("execution_result", ObjectOrNull),
            ("body", Ref("body")))),
        ("$defs", JsonObject.Of(
            ("body", Closed(["intent", "stages"], Merged(BodyProperties, extension.BodyProperties))
                .With("examples", FormOf(JsonObject.Of(("intent", "what for"), ("stages", new JsonArray([StageForm])))))),
            ("stage", Closed(["id", "action"], Merged(StageProperties, extension.StageProperties))
                .With("examples", FormOf(StageForm))),
            ("check", Check),
            ("target", extension.TargetSchema ?? Target),
            ("rollback", Rollback))));

    private static JsonObject Merged(JsonObject builtIn, JsonObject added) =>
        JsonObject.Of(builtIn.Members.Concat(added.Members));

    private static JsonObject Closed(ImmutableArray<string> required, JsonObject properties) => JsonObject.Of(
        ("type", "object"),
        ("required", Strings(required)),
        ("additionalProperties", false),
        ("properties", properties));

    private static JsonObject ListOf(string name) =>
        JsonObject.Of(("type", "array"), ("items", Ref(name)), ("examples", FormOf(new JsonArray([CheckForm]))));

    private static JsonArray FormOf(JsonValue form) => new([form]);

    private static JsonObject Ref(string name) => JsonObject.Of(("$ref", $"#/$defs/{name}"));

    private static JsonArray Strings(IEnumerable<string> texts) => new(texts.Select(static text => (JsonValue)text));
}
