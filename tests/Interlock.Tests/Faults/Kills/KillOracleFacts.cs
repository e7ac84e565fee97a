namespace Interlock.Tests.Faults.Kills;

/// <summary>Who tests the tester: each fault that a kill could leave is put in by hand, and found.</summary>
public sealed class KillOracleFacts
{
    private static readonly string[] Log =
    [
        Line("proposed"), Line("approved"), Line("execution-start"), Line("stage-intent", "idempotency_key", "k1"),
        Line("stage-outcome", "idempotency_key", "k1", "outcome", "succeeded"), Line("execution-complete"),
    ];

    private static readonly string[] Effects = ["w1 k1"];
    private static readonly Acknowledged[] Said = [new("p", "proposed"), new("p", "approved"), new("p", "executed")];

    [Fact]
    public void A_run_that_went_well_has_no_fault() => Assert.Empty(KillOracle.Faults(Log, Effects, Said));

    [Fact]
    public void A_run_that_was_killed_and_recovered_has_no_fault() =>
        Assert.Empty(KillOracle.Faults([.. Log[..4], Line("halt", "halt_code", "in_doubt")], Effects, [new("p", "halted")]));

    [Theory]
    [InlineData("proposed", "lost")]
    [InlineData("approved", "lost")]
    [InlineData("execution-complete", "lost")]
    [InlineData("approved", "unapproved")]
    [InlineData("stage-intent", "unintended")]
    [InlineData("stage-outcome", "untold")]
    [InlineData("execution-complete", "open")]
    [InlineData("execution-start", "open")]
    public void An_entry_that_is_missing_is_found(string kind, string fault) =>
        Assert.Contains(KillOracle.Faults([.. Log.Where(line => !line.Contains($"\"{kind}\"", StringComparison.Ordinal))], Effects, Said), Starts(fault));

    [Theory]
    [InlineData("stage-intent", "repeated")]
    [InlineData("execution-start", "open")]
    public void An_entry_that_is_there_twice_is_found(string kind, string fault) =>
        Assert.Contains(
            KillOracle.Faults([.. Log.SelectMany(line => Enumerable.Repeat(line, line.Contains($"\"{kind}\"", StringComparison.Ordinal) ? 2 : 1))], Effects, Said),
            Starts(fault));

    [Fact]
    public void An_effect_that_is_there_twice_is_found() => Assert.Contains(KillOracle.Faults(Log, ["w1 k1", "w1 k1"], Said), Starts("repeated"));

    [Fact]
    public void An_effect_that_nobody_intended_is_found() => Assert.Contains(KillOracle.Faults(Log, ["w1 k1", "w2 k2"], Said), Starts("unintended"));

    [Fact]
    public void A_success_without_its_effect_is_found() => Assert.Contains(KillOracle.Faults(Log, [], Said), Starts("untrue"));

    [Fact]
    public void An_effect_that_is_said_not_to_have_begun_is_found() =>
        Assert.Contains(KillOracle.Faults([.. Log.Select(line => line.Replace("succeeded", "not_dispatched", StringComparison.Ordinal))], Effects, Said), Starts("untrue"));

    private static Predicate<string> Starts(string fault) => found => found.StartsWith($"{fault}: ", StringComparison.Ordinal);

    private static string Line(string kind, params string[] fields)
    {
        var more = fields.Chunk(2).Select(pair => $",\"{pair[0]}\":\"{pair[1]}\"");
        return $$$"""{"event":{"kind":"{{{kind}}}","plan_id":"p"{{{string.Concat(more)}}} } }""";
    }
}
