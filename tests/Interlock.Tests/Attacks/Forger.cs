using System.Collections.Immutable;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Tests.Execution;

namespace Interlock.Tests.Attacks;

/// <summary>What stands in a forged entry beside the bytes that it names.</summary>
internal sealed record Forgery(ReadOnlyMemory<byte> Statement, byte[]? Signature)
{
    public string Approver { get; init; } = "alice";

    public string? Key { get; init; } = SignedBench.KeyOf("alice").Fingerprint;

    public string Assurance { get; init; } = "key";

    public string Type { get; init; } = "approval";

    public string? Reason { get; init; }

    public DateTimeOffset? Expires { get; init; }

    public Sha256Digest? Observed { get; init; }

    /// <summary>What entries name beside: an honest ledger holds each of its blobs.</summary>
    public static Sha256Digest Nothing { get; } = Sha256Digest.Of("[]"u8);

    public Sha256Digest Digest => Sha256Digest.Of(Statement.Span);

    public SignedBy By => new(Approver, Digest, Signature is null ? null : Sha256Digest.Of(Signature), Key, Assurance, Reason);

    /// <summary>What the approver saw, archived beside: empty where nobody is to look it up.</summary>
    public ReadOnlyMemory<byte> Seen { get; init; }

    public ImmutableArray<ReadOnlyMemory<byte>> Blobs =>
        [Statement, .. Signature is null ? (ReadOnlySpan<ReadOnlyMemory<byte>>)[] : [Signature], .. Seen.IsEmpty ? (ReadOnlySpan<ReadOnlyMemory<byte>>)[] : [Seen]];

    public static Forgery Of(Statement statement, byte[]? signature) => new(statement.Bytes, signature)
    {
        Approver = statement.Approver,
        Expires = statement.Json.Text("expires_at") is null ? null : statement.Time("expires_at"),
        Observed = statement.Json.Text("observed_digest") is null ? null : statement.DigestOf("observed_digest"),
    };
}

/// <summary>
/// Somebody with write access to the ledger and the code's own hashing: appends entries that no engine decided on, with a chain, streams
/// and blobs that are as they should be.
/// </summary>
internal sealed class Forger(ILedgerStore store)
{
    public async Task AppendAsync(IEnumerable<JsonObject> events, params ReadOnlyMemory<byte>[] blobs) =>
        Assert.IsType<AppendAnswer.Appended>(await store.AppendAsync(new Append { Events = [.. events], Blobs = [.. blobs] }, default));

    /// <summary>Writes that people approved: issued, countersigned and the quorum.</summary>
    public async Task ApproveAsync(PlanId id, params Forgery[] forgeries)
    {
        await CountersignAsync(id, forgeries);
        var plan = await PlanAsync(id);
        var expires = plan.Countersignatures.Min(one => one.ExpiresAt);
        await AppendAsync([PlanEvents.Approved(plan, plan.Countersignatures, "key", Forgery.Nothing, expires < plan.ExpiresAt ? expires : plan.ExpiresAt)], "[]"u8.ToArray());
    }

    public async Task CountersignAsync(PlanId id, params Forgery[] forgeries)
    {
        foreach (var one in forgeries)
        {
            var plan = await PlanAsync(id);
            await AppendAsync(
                [
                    PlanEvents.StatementIssued(id, one.Type, one.Approver, one.Digest, one.Observed ?? Forgery.Nothing, Forgery.Nothing),
                    PlanEvents.Countersigned(id, one.By, isDeviceBound: false, one.Expires ?? plan.ExpiresAt),
                ],
                [.. one.Blobs, "[]"u8.ToArray()]);
        }
    }

    /// <summary>Writes that somebody countersigned going on, and that this was enough.</summary>
    public Task ResumeAsync(params Forgery[] forgeries) => AppendAsync(
        [
            .. forgeries.Select(one => JsonObject.Of([(EventKinds.KindField, EventKinds.ResumeCountersigned), ("by", one.Approver), .. one.By.Fields])),
            JsonObject.Of((EventKinds.KindField, EventKinds.Resumed), ("by", string.Join(", ", forgeries.Select(one => one.Approver))), ("assurance", "key")),
        ],
        [.. forgeries.SelectMany(one => one.Blobs)]);

    /// <summary>Writes that somebody said what happened.</summary>
    public async Task ResolveAsync(PlanId id, Forgery forgery, string outcome = "did_not")
    {
        var plan = await PlanAsync(id);
        var intent = plan.OpenIntent ?? throw new InvalidOperationException("a plan that is not in doubt");
        await AppendAsync([PlanEvents.Resolved(plan, intent, outcome, forgery.By)], [.. forgery.Blobs]);
    }

    private async Task<PlanRecord> PlanAsync(PlanId id) =>
        Bench.Must(PlanLifecycle.Fold(Bench.Must(await store.ReadStreamAsync(StreamId.Plan(id), default))));
}

/// <summary>One field of a statement, changed to another value of its form.</summary>
internal static class Mutation
{
    public static TheoryData<string, string> Of(params ReadOnlySpan<StatementType> types)
    {
        var data = new TheoryData<string, string>();
        foreach (var type in types)
        {
            foreach (var field in type.Fields)
            {
                data.Add(type.Name, field.Name);
            }
        }

        return data;
    }

    /// <summary>The bytes of the statement with another value in one field. A form that is not known here fails the test.</summary>
    public static ReadOnlyMemory<byte> Of(Statement statement, string field) =>
        CanonicalJson.Write(statement.Json.Without(field).With(field, Other(statement.Type.Fields.Single(one => one.Name == field), statement.Json[field] ?? JsonNull.Instance)));

    public static byte[] Flip(byte[] bytes, int at)
    {
        var flipped = bytes.ToArray();
        flipped[at] ^= 1;
        return flipped;
    }

    private static JsonValue Other(StatementField field, JsonValue value) =>
        value is JsonString { Value: var text } ? OtherText(field.Form, text)
        : field.Form == StatementForm.Head && TreeHead.TryRead(value, out var head) ? new TreeHead(head.Size, Flipped(head.Root)).ToJson()
        : throw new InvalidOperationException($"nobody said how to change `{field.Name}`");

    private static JsonString OtherText(StatementForm form, string text) => new(
        form == StatementForm.Digest || form == StatementForm.Nonce ? (text[0] == '0' ? "1" : "0") + text[1..]
        : form == StatementForm.Text || form == StatementForm.Reason ? text + "x"
        : form == StatementForm.Name ? text == "bob" ? "carol" : "bob"
        : form == StatementForm.Time && UtcTime.TryParse(text, out var at) ? UtcTime.Format(at + TimeSpan.FromHours(1))
        : form == StatementForm.Plan ? text[..^1] + (text[^1] == '0' ? '1' : '0')
        : form == StatementForm.Instance ? text[..^1] + "1"
        : form == StatementForm.Outcome ? text == "happened" ? "did_not" : "happened"
        : form == StatementForm.BrakeAction ? text == "stop" ? "resume" : "stop"
        : form == StatementForm.Type ? text == "approval" ? "drift" : "approval"
        : throw new InvalidOperationException("nobody said how to change a field of this form"));

    private static Sha256Digest Flipped(Sha256Digest digest)
    {
        var text = digest.ToString();
        return Sha256Digest.TryParse((text[0] == '0' ? '1' : '0') + text[1..], out var other) ? other : throw new InvalidOperationException(text);
    }
}
