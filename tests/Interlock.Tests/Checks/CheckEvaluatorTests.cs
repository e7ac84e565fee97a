using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Actions;

namespace Interlock.Tests.Checks;

public sealed class CheckEvaluatorTests
{
    private static readonly Check Up = new("up", JsonObject.Empty, CheckOperator.EqualTo, "true", null);

    [Fact]
    public async Task A_probe_that_sees_what_is_expected_passes()
    {
        var result = await Evaluate((_, _) => Seen(true));

        Assert.Equal((CheckStatus.Pass, "true"), (result.Status, result.Observation));
    }

    [Fact]
    public async Task A_probe_that_sees_something_else_fails_and_the_detail_does_not_tell_what()
    {
        var result = await Evaluate((_, _) => Seen("the root password"));

        Assert.Equal(CheckStatus.Fail, result.Status);
        Assert.DoesNotContain("password", result.ToJson(showValue: false).ToString(), StringComparison.Ordinal);
        Assert.Equal("the root password", result.ToJson(showValue: true).Text("observed"));
    }

    [Fact]
    public async Task Whatever_keeps_a_probe_from_answering_is_an_error_and_never_a_pass()
    {
        Func<Check, CancellationToken, Task<Observation>>[] probes =
        [
            (_, _) => throw new InvalidOperationException("password=hunter2"),
            async (_, _) =>
            {
                await Task.Yield();
                throw new InvalidOperationException("password=hunter2");
            },
            (_, _) => Task.FromResult<Observation>(new Observation.Unanswered("no route")),
            (_, _) => Seen(JsonObject.Empty),
            (_, _) => Seen(JsonNull.Instance),
            (_, _) => throw new OperationCanceledException(),
            (_, _) => throw new TimeoutException(),
        ];
        foreach (var probe in probes)
        {
            var result = await Evaluate(probe);

            Assert.Equal(CheckStatus.Error, result.Status);
            Assert.Null(result.Observation);
            Assert.NotEqual("", result.Detail);
            Assert.DoesNotContain("hunter2", result.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_number_operator_on_a_non_number_is_an_error()
    {
        var check = Up with { Operator = CheckOperator.AtLeast, Expected = "5" };

        Assert.Equal(CheckStatus.Error, (await Evaluate((_, _) => Seen("inf"), check)).Status);
    }

    [Fact]
    public async Task A_check_that_no_probe_answers_to_is_an_error()
    {
        var result = await CheckEvaluator.EvaluateAsync(Up, Catalog.Empty.Probes, TimeSpan.FromSeconds(5), TimeProvider.System, CancellationToken.None);

        Assert.Equal(CheckStatus.Error, result.Status);
    }

    [Fact]
    public async Task A_probe_that_hangs_or_blocks_is_an_error_when_its_time_is_up()
    {
        using var never = new ManualResetEventSlim();
        var brief = TimeSpan.FromMilliseconds(50);

        var hanging = await Evaluate(async (_, _) => { await Task.Delay(Timeout.Infinite, CancellationToken.None); return new Observation.Seen(true); }, timeout: brief);
        var obedient = await Evaluate(async (_, token) => { await Task.Delay(Timeout.Infinite, token); return new Observation.Seen(true); }, timeout: brief);
        var blocking = await Evaluate((_, _) => { never.Wait(TimeSpan.FromSeconds(2), CancellationToken.None); return Seen(true); }, timeout: brief);

        Assert.All([hanging, obedient, blocking], result => Assert.Equal(CheckStatus.Error, result.Status));
        Assert.All([hanging, obedient, blocking], result => Assert.Contains("did not answer within 0.05 s", result.Detail, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_passed_on()
    {
        using var cancel = new CancellationTokenSource();
        var running = CheckEvaluator.EvaluateAsync(
            Up,
            CatalogOf(async (_, token) => { await Task.Delay(Timeout.Infinite, token); return new Observation.Seen(true); }).Probes,
            TimeSpan.FromMinutes(1),
            TimeProvider.System,
            cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_long_observation_is_shortened_for_people_but_compared_whole()
    {
        var text = new string('a', 10_000);

        var result = await Evaluate((_, _) => Seen(text), Up with { Expected = text });

        Assert.Equal(CheckStatus.Pass, result.Status);
        Assert.Equal(4_097, result.Observation?.Length);
    }

    [Fact]
    public async Task Half_a_surrogate_from_a_probe_can_be_shown_and_matches_no_pattern()
    {
        var result = await Evaluate((_, _) => Seen("a\ud800"), Up with { Operator = CheckOperator.Matches, Expected = "a." });

        Assert.Equal(CheckStatus.Error, result.Status);
        Assert.Contains("a\ufffd", result.ToJson(showValue: true).ToString(), StringComparison.Ordinal);
    }

    private static Task<Observation> Seen(JsonValue value) => Task.FromResult<Observation>(new Observation.Seen(value));

    private static Task<CheckResult> Evaluate(
        Func<Check, CancellationToken, Task<Observation>> probe, Check? check = null, TimeSpan? timeout = null) =>
        CheckEvaluator.EvaluateAsync(check ?? Up, CatalogOf(probe).Probes, timeout ?? TimeSpan.FromSeconds(20), TimeProvider.System, CancellationToken.None);

    private static Catalog CatalogOf(Func<Check, CancellationToken, Task<Observation>> probe) => new([],
    [
        new ProbeDefinition
        {
            Name = "up",
            Description = "whether it is up",
            ArgumentsSchema = JsonObject.Empty,
            Definition = JsonObject.Empty,
            Probe = new FakeProbe(probe),
        },
    ]);

    private sealed class FakeProbe(Func<Check, CancellationToken, Task<Observation>> probe) : IProbe
    {
        public Task<Observation> ProbeAsync(Check check, CancellationToken cancellationToken) => probe(check, cancellationToken);
    }
}
