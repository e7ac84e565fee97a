using System.Text;
using Interlock.Canonical;
using Interlock.Plans;
using Interlock.Policies;

namespace Interlock.Tests.Vectors;

public sealed class MalformedVectors
{
    private static readonly PlanValidator Validator = new(
        new PolicyBuilder().Action("x", mutating: false).Action("change_thing").Action("status_read", mutating: false).Build(),
        null,
        PlanLimits.Default);

    [Fact]
    public void Every_malformed_body_is_refused_with_path_and_reason()
    {
        var wrong = new List<string>();
        foreach (var line in SharedData.Lines("malformed.jsonl"))
        {
            var text = line.GetProperty("text").GetString() ?? throw new InvalidOperationException("a vector without text");
            var validation = Validator.ValidateBodyText(Encoding.UTF8.GetBytes(text));
            var told = validation.SchemaErrors.Any(error => error is { Path.Length: > 0, Message.Length: > 0 })
                || validation.Invariants.Any(invariant => !invariant.Ok && invariant.Detail.StartsWith("looks like a secret at body", StringComparison.Ordinal));
            if (validation.Approvable || !told || validation.Body is not null)
            {
                wrong.Add($"{line.GetProperty("name")}: {validation.ToJson()}");
            }

            _ = CanonicalJson.Write(validation.ToJson());
        }

        Assert.Empty(wrong);
    }
}
