using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Release;
using Interlock.Tests.Execution;
using Interlock.Tests.Ledger;

namespace Interlock.Tests.Attacks;

/// <summary>
/// Each field of each type of statement, changed by itself: with the signature as it was, and signed anew by whom it names. The fields come
/// from the types, so that one that is added is attacked too.
/// </summary>
public sealed class MutatedStatements
{
    /// <summary>What a signer says of themselves: nothing in the ledger can contradict it once it is signed.</summary>
    private static readonly string[] OwnWords = ["issued_at", "reason", "render_digest"];

    public static TheoryData<string, string> EveryField => Mutation.Of(StatementType.All.AsSpan());

    public static TheoryData<string, string> OfApprovals => Mutation.Of(StatementType.Approval, StatementType.Drift);

    public static TheoryData<string, string> OfRejects => Mutation.Of(StatementType.Reject);

    public static TheoryData<string, string> OfResolutions => Mutation.Of(StatementType.Resolution);

    public static TheoryData<string, string> OfBrakes => Mutation.Of(StatementType.Brake);

    [Theory]
    [MemberData(nameof(EveryField))]
    public void A_signature_holds_for_no_statement_with_another_value_in_any_field(string type, string field)
    {
        var statement = StatementSamples.Of(type);
        var mutated = Mutation.Of(statement, field);
        var signers = SignedBench.Signers(SignedBench.Registered);
        var signature = SignedBench.Sign(statement.Approver, statement);
        Assert.True(signers.Verify(signature, statement.Bytes.Span, statement.Type.Namespace, statement.Approver, statement.IssuedAt).TryGet(out _, out _));
        Assert.NotEqual(SignedBench.Text(statement.Bytes), SignedBench.Text(mutated));
        Assert.Contains(
            "the signature does not",
            signers.Verify(signature, mutated.Span, statement.Type.Namespace, statement.Approver, statement.IssuedAt).Refusal().Message,
            StringComparison.Ordinal);
        if (field == "type")
        {
            Assert.False(Statement.TryRead(mutated).TryGet(out var other, out _) && other.Type == statement.Type);
        }
    }

    [Theory]
    [MemberData(nameof(OfApprovals))]
    public async Task An_approval_or_a_drift_with_another_value_is_refused_at_hand_in(string type, string field)
    {
        var isDrift = type == "drift";
        await using var bench = await SignedBench.OpenAsync();
        var id = isDrift ? await bench.ApprovedAsync() : await bench.ProposeAsync();
        var (review, statement) = await bench.DraftAsync(id, "alice", drift: isDrift);
        var mutated = Mutation.Of(statement, field);
        var before = (await bench.Store.HeadAsync(default)).Value();
        if (!Statement.TryRead(mutated).TryGet(out var other, out var refusal))
        {
            Assert.Equal("type", field);
            Assert.Equal(RefusalCode.Malformed, refusal.Code);
            return;
        }

        var issued = await bench.Person.IssueAsync(id, SignedBench.Document(review), other, default);
        if (!issued.TryGet(out _, out refusal))
        {
            Assert.Equal(field, refusal.Path);
            Assert.Equal(before, (await bench.Store.HeadAsync(default)).Value());
            return;
        }

        // what a signer chooses may be issued in another form, but the signature is not of that
        Assert.Contains(field, (string[])["approver", "reason"]);
        var refused = Bench.Refused(await bench.Person.CountersignAsync(id, other.Digest, SignedBench.Sign("alice", statement), default));
        Assert.Equal(field == "approver" ? RefusalCode.Forbidden : RefusalCode.Mismatch, refused.Code);
        Assert.Equal(isDrift ? PlanStatus.Approved : PlanStatus.Proposed, (await bench.Inner.PlanAsync(id)).Status);
    }

    [Theory]
    [MemberData(nameof(OfApprovals))]
    public async Task An_approval_or_a_drift_that_is_swapped_behind_the_engine_is_refused_at_the_gate(string type, string field)
    {
        var isDrift = type == "drift";
        await using var bench = await SignedBench.OpenAsync();
        var id = isDrift ? await bench.ApprovedAsync() : await bench.ProposeAsync();
        var (_, statement) = await bench.DraftAsync(id, "alice", drift: isDrift);
        var forgery = Forgery.Of(statement, SignedBench.Sign("alice", statement)) with { Statement = Mutation.Of(statement, field), Type = type };
        var forger = new Forger(bench.Store);
        await (isDrift ? forger.CountersignAsync(id, forgery) : forger.ApproveAsync(id, forgery));

        var (code, why) = await bench.RefusedAtTheGateAsync(id);

        // the first that is looked at: what the statement says, then when it ends, then who signed it
        var expected = OwnWords.Contains(field) || field is "audit_head" or "observed_digest" or "base_statement" || (isDrift && field == "expires_at") ? ("mismatch", "the signature does not")
            : field == "expires_at" ? ("expired", "ran out at")
            : field == "type" ? ("malformed", "must be")
            : field == "approver" ? ("mismatch", "which it is not")
            : ("mismatch", $"another `{field}`");
        Assert.True((code, true) == (expected.Item1, why.Contains(expected.Item2, StringComparison.Ordinal) || field == "type"), $"{code}: {why}");
    }

    [Theory]
    [MemberData(nameof(OfApprovals))]
    public async Task A_true_signature_over_another_value_is_refused_at_the_gate_for_that_value(string type, string field)
    {
        var isDrift = type == "drift";
        await using var bench = await SignedBench.OpenAsync();
        var id = isDrift ? await bench.ApprovedAsync() : await bench.ProposeAsync();
        var (review, statement) = await bench.DraftAsync(id, "alice", drift: isDrift);
        var mutated = Mutation.Of(statement, field);
        var forgery = Forgery.Of(statement, SignedBench.Sign("alice", mutated, statement.Type.Namespace)) with
        {
            Statement = mutated,
            Type = type,
            Seen = CanonicalJson.Write(SignedBench.Document(review).Observed),
        };
        var forger = new Forger(bench.Store);
        await (isDrift ? forger.CountersignAsync(id, forgery) : forger.ApproveAsync(id, forgery));
        if (OwnWords.Contains(field) || (isDrift && field == "expires_at"))
        {
            // it is their signature, and nothing else says what their reason was
            Assert.Equal("executed", (await bench.Inner.ExecuteAsync(id)).Text("status"));
            return;
        }

        var (code, why) = await bench.RefusedAtTheGateAsync(id);
        Assert.Contains(code, (string[])["mismatch", "expired", "malformed"]);
        Assert.Contains(
            field switch
            {
                "observed_digest" => isDrift ? "of another approval" : "saw something else",
                "base_statement" => "of another approval",
                "expires_at" => "ran out at",
                "approver" => "which it is not",
                "audit_head" => "when the ledger was another one",
                "type" => "statement",
                _ => $"another `{field}`",
            },
            why,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(OfRejects))]
    public async Task A_reject_with_another_value_is_refused(string type, string field)
    {
        await using var bench = await SignedBench.OpenAsync();
        var id = await bench.ApprovedAsync();
        var statement = Bench.Must(await bench.Person.RejectionAsync(id, "bob", "no", default));
        Assert.Equal(type, statement.Type.Name);
        await RefusedAsync(statement, field, "bob", (other, signature) => bench.Person.RejectAsync(id, other, signature, default));
        Assert.Equal(PlanStatus.Approved, (await bench.Inner.PlanAsync(id)).Status);
    }

    [Theory]
    [MemberData(nameof(OfResolutions))]
    public async Task A_resolution_with_another_value_is_refused_at_hand_in_and_frees_nothing_where_it_was_forged(string type, string field)
    {
        await using var bench = await SignedBench.OpenAsync();
        var id = await bench.InDoubtAsync();
        var statement = Bench.Must(await bench.Person.ResolutionAsync(id, "did_not", "alice", null, default));
        Assert.Equal(type, statement.Type.Name);
        if (field != "outcome")
        {
            await RefusedAsync(statement, field, "alice", (other, signature) => bench.Person.ResolveAsync(id, other, signature, default));
        }

        // signed as it was, and archived in another form
        var waiting = await bench.ApprovedAsync("b");
        await new Forger(bench.Store).ResolveAsync(id, Forgery.Of(statement, SignedBench.Sign("alice", statement)) with { Statement = Mutation.Of(statement, field) });
        await ClosedAsync(bench, waiting);
    }

    [Theory]
    [MemberData(nameof(OfBrakes))]
    public async Task A_resume_with_another_value_is_refused_at_hand_in_and_ends_no_stop_where_it_was_forged(string type, string field)
    {
        await using var bench = await SignedBench.OpenAsync();
        var id = await bench.ApprovedAsync();
        await bench.StopAsync();
        var statement = Bench.Must(await bench.Person.BrakeAsync("resume", "alice", null, default));
        Assert.Equal(type, statement.Type.Name);
        await RefusedAsync(statement, field, "alice", (other, signature) => bench.Person.ResumeAllAsync(other, signature, default));

        var mutated = Mutation.Of(statement, field);
        await new Forger(bench.Store).ResumeAsync(Forgery.Of(statement, SignedBench.Sign("alice", statement)) with { Statement = mutated });
        await ClosedAsync(bench, id);
    }

    [Theory]
    [InlineData("action")]
    [InlineData("scope")]
    [InlineData("instance")]
    [InlineData("audit_head")]
    [InlineData("approver")]
    public async Task A_true_signature_over_another_resume_ends_no_stop(string field)
    {
        await using var bench = await SignedBench.OpenAsync();
        var id = await bench.ApprovedAsync();
        await bench.StopAsync();
        var statement = Bench.Must(await bench.Person.BrakeAsync("resume", "alice", null, default));
        var mutated = Mutation.Of(statement, field);
        await new Forger(bench.Store).ResumeAsync(Forgery.Of(statement, SignedBench.Sign("alice", mutated, statement.Type.Namespace)) with { Statement = mutated });
        await ClosedAsync(bench, id);
    }

    [Theory]
    [InlineData("plan_hash")]
    [InlineData("nonce")]
    [InlineData("plan_id")]
    [InlineData("stage_id")]
    [InlineData("intent_digest")]
    [InlineData("outcome")]
    [InlineData("instance")]
    [InlineData("audit_head")]
    [InlineData("approver")]
    public async Task A_true_signature_over_another_resolution_frees_nothing(string field)
    {
        await using var bench = await SignedBench.OpenAsync();
        var id = await bench.InDoubtAsync();
        var statement = Bench.Must(await bench.Person.ResolutionAsync(id, "did_not", "alice", null, default));
        var waiting = await bench.ApprovedAsync("b");
        var mutated = Mutation.Of(statement, field);
        await new Forger(bench.Store).ResolveAsync(id, Forgery.Of(statement, SignedBench.Sign("alice", mutated, statement.Type.Namespace)) with { Statement = mutated });
        await ClosedAsync(bench, waiting);
    }

    [Theory]
    [InlineData("plan_hash")]
    [InlineData("nonce")]
    [InlineData("plan_id")]
    public async Task A_true_signature_over_the_rejection_of_another_proposal_is_found(string field)
    {
        await using var bench = await SignedBench.OpenAsync();
        var id = await bench.ApprovedAsync();
        var statement = Bench.Must(await bench.Person.RejectionAsync(id, "bob", "no", default));
        var mutated = Mutation.Of(statement, field);
        var forgery = Forgery.Of(statement, SignedBench.Sign("bob", mutated, statement.Type.Namespace)) with { Statement = mutated, Key = SignedBench.KeyOf("bob").Fingerprint };
        var rejected = PlanEvents.Rejected(id, forgery.By);
        await new Forger(bench.Store).AppendAsync([rejected], [.. forgery.Blobs]);

        var audit = Bench.Must(await new LedgerAudit(bench.Store, RegisteredSigners.ReadArchived).RunAsync(null, default));

        Assert.Contains(field == "plan_id" ? "of another plan" : "another body or another proposal", Assert.Single(audit.Findings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_byte_of_a_signature_that_is_flipped_is_refused_at_hand_in()
    {
        await using var bench = await SignedBench.OpenAsync();
        var id = await bench.ProposeAsync();
        var statement = await bench.IssueAsync(id, "alice");
        var signature = SignedBench.Sign("alice", statement);
        var reasons = new HashSet<string>();
        for (var at = 0; at < signature.Length; at++)
        {
            var refusal = Bench.Refused(await bench.Person.CountersignAsync(id, statement.Digest, Mutation.Flip(signature, at), default));
            reasons.Add(refusal.Code.Word);
        }

        // no signature at all, one for something else, nobody's key, not made by the key
        Assert.Subset(new HashSet<string> { "malformed", "mismatch", "forbidden" }, reasons);
        Assert.Equal(PlanStatus.Proposed, (await bench.Inner.PlanAsync(id)).Status);
        Assert.Equal(PlanStatus.Approved, Bench.Must(await bench.Person.CountersignAsync(id, statement.Digest, signature, default)).Status);
    }

    [Fact]
    public async Task Each_byte_of_a_signature_that_is_flipped_behind_the_engine_is_refused_by_what_the_gate_asks()
    {
        await using var bench = await SignedBench.OpenAsync();
        var id = await bench.ApprovedAsync();
        var plan = await bench.Inner.PlanAsync(id);
        var by = Assert.Single(plan.Countersignatures);
        var signature = (await bench.Store.ReadBlobAsync(by.Signature ?? default, default)).Value();
        var terms = await TermsAsync(bench, id);
        for (var at = 0; at < signature.Length; at++)
        {
            var flipped = Mutation.Flip(signature.ToArray(), at);
            await new Forger(bench.Store).AppendAsync([JsonObject.Of((EventKinds.KindField, EventKinds.ProposeRejected), ("output", Sha256Digest.Of(flipped).ToString()))], flipped);
            var check = new CountersignatureCheck(bench.Store, bench.Inner.Options.Signers, unsignedAllowed: false);
            Bench.Refused(await check.CheckAsync(by with { Signature = Sha256Digest.Of(flipped) }, terms, bench.Clock.GetUtcNow(), default));
            Bench.Must(await check.CheckAsync(by, terms, bench.Clock.GetUtcNow(), default));
        }
    }

    private static async Task<ApprovalTerms> TermsAsync(SignedBench bench, PlanId id)
    {
        var review = Bench.Must(await bench.Person.ReviewAsync(id, default));
        var governance = Bench.Must(await Governance.ReadAsync(bench.Store, default));
        return ApprovalTerms.Of(
            review.Plan, bench.Inner.Options.Catalog, [.. review.Stages.Select(stage => stage.Effects)], bench.Inner.Options.Governing, governance.Instance);
    }

    /// <summary>Refused with the signature of what it was, and, where the ledger can contradict it, with a true one.</summary>
    private static async Task RefusedAsync<T>(Statement statement, string field, string person, Func<Statement, byte[], Task<Result<T>>> handIn)
        where T : notnull
    {
        var mutated = Mutation.Of(statement, field);
        if (!Statement.TryRead(mutated).TryGet(out var other, out var refusal))
        {
            Assert.Equal("type", field);
            Assert.Equal(RefusalCode.Malformed, refusal.Code);
            return;
        }

        Bench.Refused(await handIn(other, SignedBench.Sign(person, statement)));
        if (!OwnWords.Contains(field))
        {
            var refused = Bench.Refused(await handIn(other, SignedBench.Sign(person, other)));
            Assert.Contains(refused.Path, (string[])[field, field == "intent_digest" ? "stage_id" : field, field == "approver" ? "(root)" : field]);
        }
    }

    /// <summary>Nothing is released from a ledger that holds a forged entry of a person.</summary>
    private static async Task ClosedAsync(SignedBench bench, PlanId id)
    {
        var dispatched = bench.World.Dispatched.Count;
        _ = bench.Person.ExecuteAsync(id, "alice", null, default);
        var ended = await bench.Inner.Engine.RunExecutorAsync(TimeSpan.Zero, default);
        Assert.Equal(RefusalCode.Corrupt, ended?.Code);
        Assert.Contains("calls itself", ended?.Message, StringComparison.Ordinal);
        Assert.Equal(dispatched, bench.World.Dispatched.Count);
    }
}
