using Interlock.Canonical;

namespace Interlock.Policies;

/// <summary>
/// What a policy adds to the plan schema: properties of the body and of a stage, and a schema in place of the target's. It
/// never redefines a property and never opens the schema to unnamed ones.
/// </summary>
/// <param name="BodyProperties">Further properties of the body, each with its schema.</param>
/// <param name="StageProperties">Further properties of a stage, each with its schema.</param>
/// <param name="TargetSchema">What stands in place of the target's schema, in a stage and in a rollback; null keeps it.</param>
public sealed record SchemaExtension(JsonObject BodyProperties, JsonObject StageProperties, JsonValue? TargetSchema)
{
    /// <summary>Adds nothing.</summary>
    public static SchemaExtension None { get; } = new(JsonObject.Empty, JsonObject.Empty, null);

    /// <summary>Whether it adds nothing.</summary>
    internal bool IsEmpty => BodyProperties.Count == 0 && StageProperties.Count == 0 && TargetSchema is null;

    /// <summary>The extension as a policy has it.</summary>
    internal JsonObject ToJson() => JsonObject.Of(
        ("body_properties", BodyProperties),
        ("stage_properties", StageProperties),
        ("target_schema", TargetSchema));
}
