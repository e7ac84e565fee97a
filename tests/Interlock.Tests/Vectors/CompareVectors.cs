using System.Text.Json;
using Interlock.Checks;

namespace Interlock.Tests.Vectors;

public sealed class CompareVectors
{
    [Fact]
    public void Every_comparison_is_decided_as_recorded()
    {
        var wrong = new List<string>();
        foreach (var line in SharedData.Lines("compare.jsonl"))
        {
            var expected = line.GetProperty("verdict").ValueKind switch
            {
                JsonValueKind.True => CheckVerdict.True,
                JsonValueKind.False => CheckVerdict.False,
                _ => CheckVerdict.CannotDecide,
            };
            var actual = CheckComparer.Compare(
                SystemTextJson.ToValue(line.GetProperty("observed")),
                CheckOperators.Parse(line.GetProperty("op").GetString()),
                line.GetProperty("value").GetString() ?? "");
            if (actual != expected)
            {
                wrong.Add($"{line} gave {actual}");
            }
        }

        Assert.Empty(wrong);
    }
}
