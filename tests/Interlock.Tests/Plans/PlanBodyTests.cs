using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Plans;
using static Interlock.Tests.Plans.PlanSamples;

namespace Interlock.Tests.Plans;

public sealed class PlanBodyTests
{
    [Fact]
    public void A_body_is_parsed_into_its_stages_checks_targets_and_rollbacks()
    {
        var rollback = JsonObject.Of(("action", "start"), ("params", JsonObject.Of(("x", 1))), ("target", JsonObject.Of(("kind", "k"), ("id", "i"))));
        Assert.True(PlanBody.TryParse(BodyOf(SomeStage, SomeStage.With("rollback", rollback)).With("note", "n")).TryGet(out var body, out _));

        Assert.Equal(("restart the web server", "n"), (body.Intent, body.Note));
        Assert.Equal("web-1", body.Stages[0].Target?.Id);
        Assert.Equal(new Check("up", body.Stages[0].Preconditions[0].Arguments, CheckOperator.EqualTo, "true", null), body.Stages[0].Preconditions[0]);
        Assert.IsType<Rollback.Irreversible>(body.Stages[0].Rollback);
        Assert.Equal("i", Assert.IsType<Rollback.Inverse>(body.Stages[1].Rollback).Target?.Id);
        Assert.Equal(1, body.Stages[1].Index);
    }

    [Theory]
    [InlineData("stages/0/id", "id", 5)]
    [InlineData("stages/0/action", "action", true)]
    [InlineData("stages/0/params", "params", "x")]
    [InlineData("stages/0/note", "note", 5)]
    [InlineData("stages/0/target", "target", "x")]
    [InlineData("stages/0/preconditions", "preconditions", "x")]
    [InlineData("stages/0/rollback", "rollback", "x")]
    public void A_body_of_the_wrong_shape_is_a_refusal_with_its_path(string path, string field, object value)
    {
        JsonValue wrong = value switch
        {
            int number => number,
            bool truth => truth,
            _ => (string)value,
        };

        Assert.False(PlanBody.TryParse(BodyOf(SomeStage.With(field, wrong))).TryGet(out _, out var refusal));
        Assert.Equal(path, refusal?.Path);
    }

    [Fact]
    public void Half_a_surrogate_is_a_refusal_and_not_an_exception_of_the_hash()
    {
        Assert.False(PlanBody.TryParse(BodyOf(SomeStage.With("note", "a\ud800"))).TryGet(out _, out var refusal));
        Assert.Equal("stages/0/note", refusal?.Path);
    }

    [Fact]
    public void The_pinned_body_has_the_pinned_hash()
    {
        var body = JsonObject.Of(("intent", "demo"), ("stages", new JsonArray(
            [JsonObject.Of(("id", "s1"), ("action", "noop"), ("params", JsonObject.Empty))])));

        Assert.True(PlanBody.TryParse(body).TryGet(out var parsed, out _));
        Assert.Equal("eca51633e44978d9059a2aa05525481b8bf18650a83dca0868532cff7eb5e4fe", parsed.Hash.ToString());
    }
}
