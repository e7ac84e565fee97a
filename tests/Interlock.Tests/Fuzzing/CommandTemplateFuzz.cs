using System.Text;
using Interlock.Adapters;
using Interlock.Adapters.Command;
using Interlock.Canonical;
using Interlock.Tests.Adapters;
using Interlock.Tests.Fuzzing.Reference;

namespace Interlock.Tests.Fuzzing;

/// <summary>Command templates with hostile values: one template is one argument, and no value is an option or a second argument.</summary>
public sealed class CommandTemplateFuzz : IDisposable
{
    private const string Parameters = """
        {"a": {"pattern": ".*", "unicode": true}, "b": {"pattern": ".*", "unicode": true}, "n": {"type": "integer"}, "t": {"type": "boolean"},
         "l": {"type": "array", "pattern": ".*", "unicode": true}}
        """;

    private readonly AdapterBench bench = new();
    private readonly string program;

    public CommandTemplateFuzz() => program = bench.Script("program", "true");

    public void Dispose() => bench.Dispose();

    /// <summary>What is run, and how it is shown; null where it was refused.</summary>
    private sealed record Run(IReadOnlyList<string> Argv, string Shown);

    [Fact]
    [Trait("speed", "slow")]
    public void One_template_is_one_argument_and_no_value_becomes_an_option() => Fuzz.FindNothing(Of(run => run), 8_000);

    [Theory]
    [InlineData("arguments are split at spaces")]
    [InlineData("values are filled in twice")]
    [InlineData("an empty argument is left out")]
    [InlineData("a quotation mark is not escaped where it is shown")]
    [InlineData("nothing is quoted where it is shown")]
    [InlineData("arguments are trimmed")]
    public void A_seeded_mistake_of_the_templates_is_found(string mistake) => Fuzz.FindSomething(Of(Mistaken(mistake)), 10_000);

    [Fact]
    public void A_template_that_lets_a_value_be_an_option_is_found() => Fuzz.FindSomething(
        new Fuzzed(CommandTexts.Any, input => Case(input, (templates, values) => Describe(templates, values)
            ?? [.. Items(values).Select(item => new Run([program, .. templates.Select(template => template.Replace("{a}", values["a"] as string))], item))])), 10_000);

    private static Func<Run, Run> Mistaken(string mistake) => mistake switch
    {
        "arguments are split at spaces" => run => run with { Argv = [.. run.Argv.SelectMany(argument => argument.Split(' '))] },
        "values are filled in twice" => run => run with { Argv = [.. run.Argv.Select(argument => argument.Replace("{b}", "b"))] },
        "an empty argument is left out" => run => run with { Argv = [.. run.Argv.Where(argument => argument.Length > 0)] },
        "a quotation mark is not escaped where it is shown" => run =>
            run with { Shown = string.Join(' ', run.Argv.Select(argument => $"'{argument}'")) },
        "nothing is quoted where it is shown" => run => run with { Shown = string.Join(' ', run.Argv) },
        "arguments are trimmed" => run => run with { Argv = [.. run.Argv.Select(argument => argument.Trim())] },
        _ => throw new ArgumentOutOfRangeException(nameof(mistake)),
    };

    private Fuzzed Of(Func<Run, Run> change) => new(CommandTexts.Any, input =>
        Case(input, (templates, values) => Describe(templates, values) is { } runs ? [.. runs.Select(change)] : null));

    private string? Case(byte[] input, Func<List<string>, SortedDictionary<string, object?>, List<Run>?> describe)
    {
        if (!ReferenceJson.TryRead(input, out var read)
            || read is not SortedDictionary<string, object?> given
            || given.GetValueOrDefault("argv") is not List<object?> { Count: > 0 } argv
            || !argv.All(argument => argument is string { Length: > 0 })
            || given.GetValueOrDefault("values") is not SortedDictionary<string, object?> values)
        {
            return null;
        }

        var templates = argv.Cast<string>().ToList();
        var runs = describe(templates, values);
        var expected = ReferenceCommand.IsDeclarable(templates) && ReferenceCommand.IsGiven(values)
            ? Items(values).Select(item => ReferenceCommand.Fill(templates, values, item)).ToList()
            : null;
        if (runs is null || expected is null || expected.Contains(null))
        {
            return (runs is null) == (expected is null || expected.Contains(null)) ? null
                : $"command {(runs is null ? "refused" : "accepted")}: the second implementation says otherwise; {string.Join(" | ", runs?[0].Argv ?? [])}";
        }

        if (runs.Count != expected.Count)
        {
            return $"effects: {runs.Count} and not {expected.Count}";
        }

        return runs.Zip(expected, (run, arguments) => Look(run, arguments ?? [])).FirstOrDefault(fault => fault is not null);
    }

    private string? Look(Run run, List<string> arguments) =>
        !run.Argv.SequenceEqual([program, .. arguments], StringComparer.Ordinal)
            ? $"arguments: {string.Join(" | ", run.Argv)} and not {string.Join(" | ", arguments)}"
        : ReferenceCommand.Words(run.Shown)?.SequenceEqual(run.Argv, StringComparer.Ordinal) != true
            ? $"shown as something else: {run.Shown}"
        : null;

    private static IEnumerable<string> Items(SortedDictionary<string, object?> values) =>
        values.GetValueOrDefault("l") is List<object?> list ? list.Select(item => item as string ?? "") : [];

    /// <summary>What the product would run, one for each item of the list; null where it refuses.</summary>
    private List<Run>? Describe(List<string> templates, SortedDictionary<string, object?> values)
    {
        var argv = new JsonArray(templates.Prepend(program).Select(template => (JsonValue)new JsonString(template)));
        var declaration = JsonObject.Of(
            ("params", AdapterBench.Json(Parameters)),
            ("for_each", "l"),
            ("resources", new JsonArray([(JsonValue)new JsonString("x:1")])),
            ("command", JsonObject.Of(("argv", argv))));
        if (!AdapterCatalog.Action("act", declaration, bench.Environment).TryGet(out var action, out var refusal))
        {
            return refusal.Message.Length > 0 ? null : throw new InvalidOperationException("refused without a reason");
        }

        var given = Encoding.UTF8.GetString(ReferenceJson.Write(values));
        if (!AdapterBench.Describe(action, given).TryGet(out var effects, out refusal))
        {
            return refusal.Message.Length > 0 ? null : throw new InvalidOperationException("refused without a reason");
        }

        return [.. effects.Select(effect => CommandContent.From(effect.Content)).Select(content => new Run(content.Argv, content.Shown))];
    }
}
