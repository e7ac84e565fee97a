using System.Text.Json;
using Interlock.Canonical;
using Interlock.Plans;
using Interlock.Policies;

namespace Interlock.Tests.Vectors;

public sealed class ValidateVectors
{
    [Fact]
    public void Every_plan_fails_exactly_the_recorded_invariants()
    {
        var wrong = new List<string>();
        foreach (var line in SharedData.Lines("validate.jsonl"))
        {
            if (!Policy.TryParse(SystemTextJson.ToValue(line.GetProperty("policy"))).TryGet(out var policy, out var refusal))
            {
                wrong.Add($"the policy was refused at {refusal.Path}: {refusal.Message}");
                continue;
            }

            var validation = new PlanValidator(policy, null, PlanLimits.Default).Validate(SystemTextJson.ToValue(line.GetProperty("plan")));
            var failed = validation.Invariants.Where(invariant => !invariant.Ok).Select(invariant => invariant.Id).ToList();
            var expected = line.GetProperty("failed");
            var same = expected.ValueKind == JsonValueKind.Null
                ? !validation.Approvable
                : failed.SequenceEqual(expected.EnumerateArray().Select(id => id.GetInt32()));
            if (!same || validation.Approvable != line.GetProperty("approvable").GetBoolean())
            {
                wrong.Add($"[{string.Join(',', failed)}] instead of {expected} for {line.GetProperty("plan")}: {string.Join(" | ", validation.Errors)}");
            }

            Assert.Equal(validation.Approvable, validation.Body is not null);
            _ = CanonicalJson.Write(validation.ToJson());
        }

        Assert.Empty(wrong);
    }
}
