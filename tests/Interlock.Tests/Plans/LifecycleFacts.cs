using System.Text;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Plans;

public sealed class LifecycleFacts
{
    /// <summary>What an event must hold for a plan to follow it; the rest is for people.</summary>
    private static readonly Dictionary<string, string[]> Required = new(StringComparer.Ordinal)
    {
        ["proposed"] = ["plan_id", "plan_hash", "intent", "agent", "nonce", "expires_at"],
        ["approved"] =
            ["plan_id", "plan_hash", "approved_by", "assurance", "schema_version", "effects_digest", "statements", "expires_at"],
        ["statement-issued"] = ["plan_id", "type", "approver", "statement", "observed_digest"],
        ["countersigned"] = ["plan_id", "approver", "statement", "assurance", "expires_at"],
        ["countersignature-lapsed"] = ["plan_id", "statement"],
        ["rejected"] = ["plan_id", "rejected_by"],
        ["withdrawn"] = ["plan_id", "withdrawn_by"],
        ["superseded"] = ["plan_id", "superseded_by"],
        ["expired"] = ["plan_id", "reason"],
        ["execution-requested"] = ["plan_id", "requested_by"],
        ["preexec-reject"] = ["plan_id", "reason"],
        ["release-refused"] = ["plan_id", "reason"],
        ["execution-start"] = ["plan_id", "plan_hash", "locks"],
        ["witnessed"] = ["plan_id", "size", "root", "witnesses", "cosignatures_digest"],
        ["stage-intent"] = ["plan_id", "stage", "index", "action", "target", "idempotency_key", "effect_digest"],
        ["stage-outcome"] = ["plan_id", "idempotency_key", "outcome"],
        ["stage-committed"] = ["plan_id", "stage", "index"],
        ["halt"] = ["plan_id", "stage", "index", "action", "failure", "halt_code", "detail"],
        ["execution-complete"] = ["plan_id"],
        ["resolved"] = ["plan_id", "stage", "effect_digest", "outcome", "resolved_by"],
    };

    private static readonly Dictionary<string, string> PlaceOf = new(StringComparer.Ordinal)
    {
        ["proposed"] = "none",
        ["statement-issued"] = "proposed",
        ["countersigned"] = "proposed, issued",
        ["countersignature-lapsed"] = "proposed, countersigned",
        ["approved"] = "proposed, countersigned",
        ["rejected"] = "approved",
        ["withdrawn"] = "approved",
        ["superseded"] = "approved",
        ["expired"] = "approved",
        ["execution-requested"] = "approved",
        ["preexec-reject"] = "approved, requested",
        ["release-refused"] = "approved, requested",
        ["execution-start"] = "approved, requested",
        ["witnessed"] = "executing, claimed",
        ["stage-intent"] = "executing, claimed",
        ["stage-outcome"] = "executing, intent open",
        ["stage-committed"] = "executing, succeeded",
        ["halt"] = "executing, claimed",
        ["execution-complete"] = "executing, committed",
        ["resolved"] = "halted, in doubt",
    };

    private static readonly string Golden =
        Path.Combine(SharedData.Repository, "tests", "Interlock.Tests", "Plans", "Lifecycle.golden.txt");

    [Fact]
    public void Every_place_and_every_kind_of_event_have_the_answer_of_the_table()
    {
        var table = new StringBuilder();
        foreach (var (place, events) in LifecycleSamples.Places)
        {
            foreach (var kind in LifecycleSamples.Kinds)
            {
                var entry = LifecycleSamples.TryEntry(LifecycleSamples.Fitting(kind, place));
                Assert.NotNull(entry);
                var answer = PlanLifecycle.Next(LifecycleSamples.Fold(events), entry);
                if (answer.TryGet(out var plan, out var refusal))
                {
                    table.Append($"{place} + {kind} -> {plan.Status.Word()}{(plan.Code is null ? "" : $" ({plan.Code})")}\n");
                }
                else
                {
                    Assert.Equal(RefusalCode.Corrupt, refusal.Code);
                }
            }
        }

        if (Environment.GetEnvironmentVariable("INTERLOCK_ACCEPT_GOLDEN") == "1")
        {
            File.WriteAllText(Golden, table.ToString());
        }

        Assert.Equal(File.ReadAllText(Golden).ReplaceLineEndings("\n"), table.ToString());
    }

    [Fact]
    public void Every_status_answers_every_kind_of_event_and_nothing_follows_an_end_but_its_resolution_and_refusals()
    {
        foreach (var status in Enum.GetValues<PlanStatus>())
        {
            foreach (var kind in LifecycleSamples.Kinds)
            {
                var allowed = PlanLifecycle.Allows(status, kind);
                if (status is PlanStatus.Halted or PlanStatus.Executed or PlanStatus.Rejected or PlanStatus.Expired)
                {
                    Assert.True(
                        !allowed || kind is EventKinds.Resolved or EventKinds.ReleaseRefused or EventKinds.PreexecReject,
                        $"{status} takes {kind}");
                }
            }
        }
    }

    [Fact]
    public void Every_kind_that_a_plan_takes_is_in_these_tables() =>
        Assert.Equal(
            LifecycleSamples.Kinds.Where(kind => Enum.GetValues<PlanStatus>().Any(status => PlanLifecycle.Allows(status, kind))).Order(),
            Required.Keys.Order());

    [Fact]
    public void An_event_that_lacks_what_it_needs_is_refused_and_nothing_malformed_throws()
    {
        JsonValue[] wrong =
        [
            JsonNull.Instance, JsonBoolean.True, new JsonNumber(-1), new JsonNumber(0.5), new JsonNumber(1e300), JsonArray.Empty,
            JsonObject.Empty, new JsonString(string.Empty), new JsonString("\u0000 no such word"),
        ];
        foreach (var (kind, required) in Required)
        {
            var place = PlaceOf[kind];
            var events = LifecycleSamples.Places.Single(item => item.Place == place).Events;
            var sound = LifecycleSamples.Fitting(kind, place);
            Assert.True(Takes(events, sound), $"{place} takes {kind}");
            foreach (var (name, value) in sound.Members)
            {
                var lacking = sound.Without(name);
                Assert.False(required.Contains(name) && Takes(events, lacking), $"{kind} without {name}");
                foreach (var other in wrong)
                {
                    var taken = Takes(events, sound.With(name, other));

                    // another text may be as good as this one, and a plan may hold no lock
                    var alike = (other is JsonString && value is JsonString) || (other is JsonArray && value is JsonArray);
                    Assert.False(required.Contains(name) && !alike && taken, $"{kind} with {name} {other}");
                }
            }
        }
    }

    [Theory]
    [InlineData("executing, claimed", "execution-complete")]
    [InlineData("executing, intent open", "execution-complete")]
    [InlineData("executing, succeeded", "execution-complete")]
    [InlineData("executing, failed", "stage-committed")]
    [InlineData("executing, failed", "stage-intent")]
    [InlineData("executing, in doubt", "stage-outcome")]
    [InlineData("halted, resolved", "resolved")]
    public void What_a_run_cannot_have_done_is_refused(string place, string kind) =>
        Assert.False(Takes(LifecycleSamples.Places.Single(item => item.Place == place).Events, LifecycleSamples.E(kind)));

    [Fact]
    public void A_stage_that_was_left_out_or_comes_again_is_refused()
    {
        var claimed = LifecycleSamples.Places.Single(item => item.Place == "executing, claimed").Events;
        var committed = LifecycleSamples.Places.Single(item => item.Place == "executing, committed").Events;
        Assert.False(Takes(claimed, LifecycleSamples.E("stage-intent").With("index", 1)));
        Assert.False(Takes(committed, LifecycleSamples.E("stage-intent").With("idempotency_key", new string('c', 64))));
        Assert.False(Takes(claimed, LifecycleSamples.E("halt").With("index", 7)));
        var succeeded = LifecycleSamples.Places.Single(item => item.Place == "executing, succeeded").Events;
        Assert.False(Takes(succeeded, LifecycleSamples.E("stage-intent")), "the same key a second time");
    }

    [Fact]
    public void A_resolution_names_the_very_intent_that_is_in_doubt()
    {
        var doubt = LifecycleSamples.Places.Single(item => item.Place == "halted, in doubt").Events;
        Assert.True(Takes(doubt, LifecycleSamples.E("resolved")));
        Assert.False(Takes(doubt, LifecycleSamples.E("resolved").With("stage", "two")));
        Assert.False(Takes(doubt, LifecycleSamples.E("resolved").With("effect_digest", new string('c', 64))));
        Assert.False(Takes(doubt, LifecycleSamples.E("resolved").With("outcome", "perhaps")));
    }

    [Fact]
    public void An_approval_of_another_body_does_not_approve()
    {
        var proposed = LifecycleSamples.Places.Single(item => item.Place == "proposed").Events;
        Assert.False(Takes(proposed, LifecycleSamples.E("approved").With("plan_hash", new string('d', 64))));
    }

    [Fact]
    public void A_fold_gives_the_same_plan_years_after_every_time_in_it_has_passed()
    {
        // no clock can be handed to a fold; what it answers depends on its entries alone
        foreach (var (_, events) in LifecycleSamples.Places.Skip(1))
        {
            var first = LifecycleSamples.Fold(events);
            Assert.Equal(first?.Status, LifecycleSamples.Fold(events)?.Status);
        }

        var approved = LifecycleSamples.Fold(LifecycleSamples.Places.Single(item => item.Place == "approved").Events);
        Assert.True(approved?.ExpiresAt < TimeProvider.System.GetUtcNow());
        Assert.Equal(PlanStatus.Approved, approved?.Status);
    }

    private static bool Takes(JsonObject[] events, JsonObject e) =>
        LifecycleSamples.TryEntry(e) is { } entry && PlanLifecycle.Next(LifecycleSamples.Fold(events), entry).TryGet(out _, out _);
}
