using Interlock.Approvals;
using Interlock.Canonical;

namespace Interlock.Tests.Attacks;

/// <summary>A statement of each type, always the same.</summary>
internal static class StatementSamples
{
    public static Statement Of(string type) => SignedBench.Read(Json(StatementType.Named(type) ?? throw new ArgumentException(type, nameof(type))));

    /// <summary>All fields of a type, each with a value of its form.</summary>
    public static JsonObject Json(StatementType type) =>
        JsonObject.Of(type.Fields.Select(field => new JsonMember(field.Name, field.Name == "type" ? new JsonString(type.Name) : Value(field))));

    private static JsonValue Value(StatementField field) => field.Name switch
    {
        "expires_at" => new JsonString("2026-01-15T13:00:00.000000+00:00"),
        "agent" => new JsonString("claude"),
        "agent_owner" => new JsonString("olga"),
        "reason" => new JsonString("looked at \"prod\": fine, José"),
        "schema_version" => new JsonString("1"),
        "scope" => new JsonString("all"),
        "stage_id" => new JsonString("restart"),
        _ => OfForm(field),
    };

    private static JsonValue OfForm(StatementField field) =>
        field.Form == StatementForm.Digest ? new JsonString(Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(field.Name)).ToString())
        : field.Form == StatementForm.Nonce ? new JsonString("00112233445566778899aabbccddeeff")
        : field.Form == StatementForm.Name ? new JsonString("alice")
        : field.Form == StatementForm.Time ? new JsonString("2026-01-15T12:00:00.000000+00:00")
        : field.Form == StatementForm.Plan ? new JsonString("3d6f0c5e-8a54-4c5b-9f0e-2b1d7a9c4e01")
        : field.Form == StatementForm.Instance ? new JsonString(Sha256Digest.Of("genesis"u8) + ".0")
        : field.Form == StatementForm.Head ? JsonObject.Of(("root", Sha256Digest.Of("root"u8).ToString()), ("size", 42))
        : field.Form == StatementForm.Outcome ? new JsonString("did_not")
        : field.Form == StatementForm.BrakeAction ? new JsonString("resume")
        : throw new InvalidOperationException($"nobody said what `{field.Name}` may be");
}
