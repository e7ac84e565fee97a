using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Cli.Terminal;
using Interlock.Cli.Yaml;
using Interlock.Plans;
using Interlock.Policies;

namespace Interlock.Cli.Commands;

/// <summary>
/// <c>vectors KIND</c>: answers test vectors, one JSON object a line, in order. Whatever a line holds, it gets an answer; one
/// that cannot be read is a refused document. Needs no configuration.
/// </summary>
internal static class VectorsCommand
{
    private const int MaxLine = 64 << 20;

    private static readonly JsonReadOptions Deep = new() { MaxBytes = MaxLine, MaxDepth = JsonReadOptions.DepthCeiling };

    public static Command Create(Grammar grammar)
    {
        var kind = new Argument<string>("kind") { Description = "hash, yaml, compare or validate" };
        kind.AcceptOnlyFromAmong("hash", "yaml", "compare", "validate");
        var command = grammar.Command(
            "vectors",
            "answer test vectors from standard input, one line each",
            run => Task.FromResult(Run(run, run.Text(kind))),
            kind);
        return command;
    }

    private static int Run(Invocation run, string kind)
    {
        Func<JsonObject, JsonObject> answer = kind switch
        {
            "hash" => Hash,
            "yaml" => Yaml,
            "compare" => Compare,
            _ => Validate,
        };
        foreach (var line in new InputLines(run.Around.Input, MaxLine))
        {
            run.Stop.ThrowIfCancellationRequested();
            var result = line.IsTooLong ? Refused(kind, $"the line has more than {MaxLine} bytes; make it shorter")
                : !JsonReader.TryRead(line.Bytes.Span, Deep, out var value, out var error) ? Unreadable(kind, line.Bytes, error)
                : value is not JsonObject json ? Refused(kind, "the line is not an object; write one")
                : answer(json);
            run.Say(JsonText.Compact(result));
        }

        return Exit.Success;
    }

    private static JsonObject Hash(JsonObject line)
    {
        if (line.Text("json") is not { } text)
        {
            return Refused("hash", "`json` is missing or not text; write the document's source there");
        }

        return JsonReader.TryRead(Encoding.UTF8.GetBytes(text), Deep, out var value, out var error)
            ? JsonObject.Of(("sha256", CanonicalJson.Hash(value).ToString()))
            : Refused("hash", error.ToString());
    }

    private static JsonObject Yaml(JsonObject line)
    {
        if (line.Text("yaml") is not { } text)
        {
            return Refused("yaml", "`yaml` is missing or not text; write the document's source there");
        }

        // the vectors go deeper than the caps of a plan's body; the cap on nodes is the format's own
        var options = new YamlReadOptions { MaxDepth = JsonReadOptions.DepthCeiling, MaxBytes = MaxLine };
        return YamlReader.TryRead(Encoding.UTF8.GetBytes(text), options, out var document, out var error)
            ? JsonObject.Of(("sha256", CanonicalJson.Hash(document.Root).ToString()))
            : Refused("yaml", error.ToString());
    }

    private static JsonObject Compare(JsonObject line)
    {
        if (line["observed"] is not { } observed || line.Text("value") is not { } expected)
        {
            return Refused("compare", "`observed` or `value` is missing, or `value` is not text; write both");
        }

        return CheckComparer.Compare(observed, CheckOperators.Parse(line.Text("op")), expected) switch
        {
            CheckVerdict.True => JsonObject.Of(("verdict", true)),
            CheckVerdict.False => JsonObject.Of(("verdict", false)),
            CheckVerdict.CannotDecide => JsonObject.Of(("verdict", JsonNull.Instance)),
        };
    }

    private static JsonObject Validate(JsonObject line)
    {
        if (line["plan"] is not { } plan)
        {
            return Refused("validate", "`plan` is missing; write the plan there");
        }

        if (!Policy.TryParse(line["policy"] ?? JsonObject.Empty).TryGet(out var policy, out var refusal))
        {
            return Refused("validate", $"the policy at {refusal.Path}: {refusal.Message}");
        }

        var validation = new PlanValidator(policy, null, PlanLimits.Default).Validate(plan);
        var answer = Answer(validation.Approvable, validation.Invariants.Where(one => !one.Ok).Select(one => one.Id));
        return validation.Errors is [var first, ..] ? answer.With("error", first) : answer;
    }

    /// <summary>A plan that is refused only because its hash would not be every reader's fails invariant 2, and what else it fails.</summary>
    private static JsonObject Unreadable(string kind, ReadOnlyMemory<byte> line, JsonError error)
    {
        var message = $"the line cannot be read: {error}";
        if (kind != "validate"
            || LenientJson.TryRead(line) is not JsonObject json
            || json["plan"] is not { } plan
            || !Policy.TryParse(json["policy"] ?? JsonObject.Empty).TryGet(out var policy, out _))
        {
            return Refused(kind, message);
        }

        var failed = new PlanValidator(policy, null, PlanLimits.Default).Validate(plan).Invariants.Where(one => !one.Ok).Select(one => one.Id);
        return Answer(approvable: false, failed.Append(2).Distinct().Order()).With("error", message);
    }

    private static JsonObject Refused(string kind, string error) => kind switch
    {
        "compare" => JsonObject.Of(("verdict", JsonNull.Instance), ("error", error)),
        "validate" => Answer(approvable: false, [1]).With("error", error),
        _ => JsonObject.Of(("sha256", JsonNull.Instance), ("error", error)),
    };

    private static JsonObject Answer(bool approvable, IEnumerable<int> failed) => JsonObject.Of(
        ("approvable", approvable), ("failed", new JsonArray(failed.Select(id => (JsonValue)id).ToImmutableArray())));
}
