using Interlock.Canonical;
using Interlock.Policies;
using static Interlock.Tests.Plans.PlanSamples;

namespace Interlock.Tests.Plans;

/// <summary>A message says where, what, and how to write it; the slip of a hand is named.</summary>
public sealed class MendTests
{
    [Theory]
    [InlineData("expect", """{"op": "equals", "value": 1}""", "body/stages/0/verify/0/expect/value", "expected a string but found a number; put quotation marks around it, as in `\"1\"`")]
    [InlineData("expect", """{"op": "equals", "value": true}""", "body/stages/0/verify/0/expect/value", "expected a string but found a boolean; put quotation marks around it, as in `\"1\"`")]
    [InlineData("expect", "\"true\"", "body/stages/0/verify/0/expect", "expected an object but found a string; write it in the form `{\"op\":\"equals\",\"value\":\"1\"}`")]
    [InlineData("expect", """{"op": "equal", "value": "1"}""", "body/stages/0/verify/0/expect/op", "did you mean `\"equals\"`?")]
    [InlineData("expect", """{"op": "equals", "valeu": "1"}""", "body/stages/0/verify/0/expect", "did you mean `value`? ")]
    [InlineData("probe", "\"web-1\"", "body/stages/0/verify/0/probe", "expected an object but found a string; write the object itself, `{...}`, without quotation marks")]
    public void A_check_that_is_written_wrongly_is_told_how_to_write_it(string field, string json, string path, string mend)
    {
        var validation = Validate(BodyOf(SomeStage.With("verify", new JsonArray([SomeCheck.With(field, Parsed(json))]))));

        Assert.Contains(validation.SchemaErrors, error => error.Path == path && error.Message.Contains(mend, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("precondition", "[]", "body/stages/0", "did you mean `preconditions`? ")]
    [InlineData("parms", "{}", "body/stages/0", "did you mean `params`? ")]
    [InlineData("verify", "{}", "body/stages/0/verify", "expected an array but found an object; write it in the form `[{\"check\":")]
    [InlineData("rollback", "\"none\"", "body/stages/0/rollback", "write it in the form `{\"action\":\"NAME\",\"params\":{}}`")]
    [InlineData("rollback", """{"irreversable": true, "justification": "x"}""", "body/stages/0/rollback", "did you mean `irreversible`? ")]
    [InlineData("rollback", """{"action": "restart", "parms": {}}""", "body/stages/0/rollback", "did you mean `params`? ")]
    [InlineData("target", "\"web-1\"", "body/stages/0/target", "write it in the form `{\"id\":\"web\",\"kind\":\"service\"}`")]
    [InlineData("id", "1", "body/stages/0/id", "put quotation marks around it")]
    [InlineData("note", "null", "body/stages/0/note", "write a string, or leave it out where nothing requires it")]
    public void A_stage_that_is_written_wrongly_is_told_how_to_write_it(string field, string json, string path, string mend)
    {
        var stage = SomeStage.Without(field == "parms" ? "params" : field == "precondition" ? "preconditions" : field).With(field, Parsed(json));

        Assert.Contains(
            Validate(BodyOf(stage)).SchemaErrors, error => error.Path == path && error.Message.Contains(mend, StringComparison.Ordinal));
    }

    [Fact]
    public void A_body_that_is_written_wrongly_is_told_how_to_write_it()
    {
        var slip = Validate(JsonObject.Of(("intnet", "x"), ("stages", new JsonArray([SomeStage]))));
        Assert.Contains(slip.SchemaErrors, error => error.Path == "body" && error.Message.Contains("did you mean `intent`? ", StringComparison.Ordinal));

        var list = Validate(new JsonArray([SomeStage]));
        Assert.Contains(list.SchemaErrors, error => error.Message.Contains("write it in the form `{\"intent\":\"what for\"", StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_action_is_told_what_was_meant_and_what_there_is()
    {
        var detail = Validate(BodyOf(SomeStage.With("action", "restrat"))).Detail(InvariantNames.UniqueIdsAndKnownActions);

        Assert.Equal("body/stages/0/action: `restrat` is not a known action; did you mean `restart`? name one of `read`, `restart`", detail);
    }

    [Fact]
    public void A_name_that_is_there_already_was_not_meant()
    {
        var error = Assert.Single(Validate(BodyOf(SomeStage.With("notes", "x"))).SchemaErrors);

        Assert.DoesNotContain("did you mean", error.Message, StringComparison.Ordinal);
        Assert.Contains("known are ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_mend_repeats_what_was_written_in_place_of_a_value()
    {
        const string Written = "hunter2-correct";
        var check = SomeCheck.With("expect", JsonObject.Of(("op", Written), ("value", "1")));

        Assert.DoesNotContain(Written, Validate(BodyOf(SomeStage.With("verify", new JsonArray([check])))).ToJson().ToString(), StringComparison.Ordinal);
    }

    private static JsonValue Parsed(string json) =>
        JsonReader.TryRead(System.Text.Encoding.UTF8.GetBytes(json), JsonReadOptions.PlanBody, out var value, out var error)
            ? value
            : throw new ArgumentException(error.ToString());
}
