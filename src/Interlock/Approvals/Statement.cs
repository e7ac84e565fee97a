using Interlock.Canonical;

namespace Interlock.Approvals;

/// <summary>
/// What a person says, as the exact bytes that they sign: RFC 8785 JSON of a closed set of fields. Only <see cref="TryRead"/> and
/// <see cref="Write"/> make one, so that a statement in hand is well-formed; whether it is true of a plan is asked elsewhere.
/// </summary>
public sealed class Statement
{
    /// <summary>The longest statement in bytes.</summary>
    public const int MaxBytes = 32_768;

    private static readonly JsonReadOptions Reading = new() { MaxBytes = MaxBytes, MaxDepth = 4 };

    private Statement(StatementType type, JsonObject json, ReadOnlyMemory<byte> bytes)
    {
        Type = type;
        Json = json;
        Bytes = bytes;
        Digest = Sha256Digest.Of(bytes.Span);
    }

    /// <summary>What sort it is.</summary>
    public StatementType Type { get; }

    /// <summary>Its fields.</summary>
    public JsonObject Json { get; }

    /// <summary>The bytes that are signed and archived.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>SHA-256 of <see cref="Bytes"/>: its name in the ledger.</summary>
    public Sha256Digest Digest { get; }

    /// <summary>Whose statement it is.</summary>
    public string Approver => this["approver"];

    /// <summary>Why, in their words; empty where they gave none.</summary>
    public string Reason => this["reason"];

    /// <summary>When it was made, by the clock of whoever made it.</summary>
    public DateTimeOffset IssuedAt => Time("issued_at");

    /// <summary>The head of the tree that whoever made it saw.</summary>
    internal Ledger.TreeHead AuditHead =>
        Json["audit_head"] is { } head && Ledger.TreeHead.TryRead(head, out var read) ? read : throw Lacks("audit_head");

    /// <summary>The text of a field that the type has.</summary>
    /// <param name="field">The field.</param>
    /// <exception cref="InvalidOperationException">The type has no such field of text: a caller's mistake.</exception>
    public string this[string field] => Json.Text(field) ?? throw Lacks(field);

    /// <summary>Reads the bytes of a statement: canonical form, the fields of its type and no other, each in its form.</summary>
    /// <param name="bytes">The bytes, as they were signed.</param>
    public static Result<Statement> TryRead(ReadOnlyMemory<byte> bytes)
    {
        if (!JsonReader.TryReadCanonical(bytes.Span, Reading, out var value, out var error))
        {
            return new Refusal(RefusalCode.Malformed, error.Path, $"this is no statement: {error.Message}; sign the very bytes that were written");
        }

        if (value is not JsonObject json || StatementType.Named(json.Text("type")) is not { } type)
        {
            return new Refusal(
                RefusalCode.Malformed, "type", $"a statement's `type` is one of {string.Join(", ", StatementType.All)}; sign the very bytes that were written");
        }

        return Fault(type, json) is { } fault ? fault : new Statement(type, json, bytes);
    }

    /// <summary>Makes a statement.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="fields">All fields but <c>type</c>.</param>
    /// <exception cref="ArgumentException">The fields are not those of the type, or one has not its form: a caller's mistake.</exception>
    internal static Statement Write(StatementType type, params ReadOnlySpan<(string Name, JsonValue? Value)> fields)
    {
        var json = JsonObject.Of([("type", type.Name), .. fields]);
        return Fault(type, json) is { } fault
            ? throw new ArgumentException($"{fault.Path}: {fault.Message}", nameof(fields))
            : new Statement(type, json, CanonicalJson.Write(json));
    }

    /// <summary>A time of a field that the type has.</summary>
    internal DateTimeOffset Time(string field) => UtcTime.TryParse(this[field], out var at) ? at : throw Lacks(field);

    /// <summary>A digest of a field that the type has.</summary>
    internal Sha256Digest DigestOf(string field) => Sha256Digest.TryParse(this[field], out var digest) ? digest : throw Lacks(field);

    private static Refusal? Fault(StatementType type, JsonObject json)
    {
        foreach (var field in type.Fields)
        {
            if (json[field.Name] is not { } value || !field.Form.Accepts(value))
            {
                return new Refusal(
                    RefusalCode.Malformed, field.Name, $"`{field.Name}` of a statement of type `{type}` must be {field.Form.Description}; sign the very bytes that were written");
            }
        }

        // its fields are all there, so more members are others
        return json.Members.Length == type.Fields.Length
            ? null
            : Refusal.Of(RefusalCode.Malformed, $"a statement of type `{type}` has exactly the fields {string.Join(", ", type.Fields.Select(field => field.Name))}");
    }

    private InvalidOperationException Lacks(string field) => new($"a statement of type `{Type}` has no such `{field}`");
}
