using Interlock.Canonical;
using Interlock.Plans;
using Interlock.Policies;

namespace Interlock.Bench;

/// <summary>Validation of a plan from its parsed value: schema, hash and the default secrets, with nothing kept from the time before.</summary>
internal static class ValidationBench
{
    public static IEnumerable<Row> Run()
    {
        var limits = new PlanLimits { MaxBytes = 256 << 20, MaxStages = 10_000 };
        var validator = new PlanValidator(Inputs.Policy(), catalog: null, limits);
        var hundred = Inputs.Value(Inputs.Read("plan_100.json"));
        var tenThousand = Enlarged(hundred, 100);
        var times = Rounds.Medians(
            9,
            Rounds.Times(100, () => Must(validator.Validate(hundred))),
            () => Must(validator.Validate(tenThousand)));
        var (small, large) = (10_000 / times[0], 10_000 / times[1]);
        yield return new Row(
            "validate a plan of 100 stages", "3,960 stages/s, quadratic", "100,000 stages/s", $"{Row.Number(small)} stages/s", "–", "–", small >= 100_000);
        yield return new Row(
            "… of 10,000 stages", "–", "linear", $"{Row.Number(large)} stages/s", $"the rate at 100 stages", $"{large / small:0.00}", large >= 0.8 * small);
    }

    private static JsonObject Enlarged(JsonObject plan, int times)
    {
        var body = (JsonObject)(plan["body"] ?? throw new InvalidDataException("a plan without a body"));
        var stages = (JsonArray)(body["stages"] ?? throw new InvalidDataException("a body without stages"));
        var many = Enumerable.Range(0, times).SelectMany(time => stages.Items
            .Cast<JsonObject>()
            .Select(stage => (JsonValue)stage.With("id", $"{stage.Text("id")}-{time}")));
        var larger = body.With("stages", new JsonArray(many));
        return plan.With("body", larger).With("plan_hash", Sha256Digest.Of(larger).ToString());
    }

    private static void Must(Validation validation)
    {
        if (!validation.Approvable)
        {
            throw new InvalidOperationException($"the plan has to be approvable: {string.Join("; ", validation.Errors)}");
        }
    }
}
