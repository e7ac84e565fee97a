using System.Collections.Immutable;
using System.Globalization;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Plans;

namespace Interlock.Policies;

/// <summary>
/// What can be read of a body that is at fault somewhere: each check, each deed and each rollback by itself. So that one slip in
/// one stage does not hide those of the others until the next round. A stage with unclean text or a secret in it is left out
/// whole: whoever is asked about it might repeat it.
/// </summary>
internal sealed class ReadableParts
{
    private readonly List<(string Path, Check Check)> checks = [];
    private readonly List<(string Path, Stage Stage)> deeds = [];

    private ReadableParts()
    {
    }

    /// <summary>The checks with their places; one whose expectation is at fault has no operator.</summary>
    public IReadOnlyList<(string Path, Check Check)> Checks => checks;

    /// <summary>What stages and rollbacks would do, with their places.</summary>
    public IReadOnlyList<(string Path, Stage Stage)> Deeds => deeds;

    /// <summary>Reads what can be read.</summary>
    /// <param name="body">The body.</param>
    /// <param name="scan">What was found in its texts; without it nothing is read.</param>
    /// <param name="mostStages">More stages than a plan may have are not looked at.</param>
    public static ReadableParts Of(JsonValue? body, BodyScan? scan, int mostStages)
    {
        var parts = new ReadableParts();
        if (scan is null || (body as JsonObject)?["stages"] is not JsonArray stages)
        {
            return parts;
        }

        for (var i = 0; i < stages.Items.Length && i < mostStages; i++)
        {
            if (stages.Items[i] is JsonObject stage && !scan.IsSpoilt(i))
            {
                parts.Read(stage, i);
            }
        }

        return parts;
    }

    /// <summary>The checks of a body without a fault, with their places.</summary>
    /// <param name="body">The body.</param>
    public static IEnumerable<(string Path, Check Check)> ChecksOf(PlanBody body)
    {
        foreach (var stage in body.Stages)
        {
            (string, ImmutableArray<Check>)[] lists = [("preconditions", stage.Preconditions), ("verify", stage.Verify)];
            foreach (var (list, all) in lists)
            {
                for (var i = 0; i < all.Length; i++)
                {
                    yield return (At(stage.Index, list, i), all[i]);
                }
            }
        }
    }

    private static string At(int stage, string list, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"body/stages/{stage}/{list}/{index}");

    private void Read(JsonObject stage, int index)
    {
        foreach (var list in (ReadOnlySpan<string>)["preconditions", "verify"])
        {
            var items = (stage[list] as JsonArray)?.Items ?? [];
            for (var i = 0; i < items.Length; i++)
            {
                if (PlanBodyParser.QuestionOf(items[i]) is { } check)
                {
                    checks.Add((At(index, list, i), check));
                }
            }
        }

        var path = string.Create(CultureInfo.InvariantCulture, $"body/stages/{index}");
        if (PlanBodyParser.DeedOf(index, stage) is { } deed)
        {
            deeds.Add((path, deed));
        }

        if (PlanBodyParser.UndoOf(index, stage) is { } undo)
        {
            deeds.Add((path + "/rollback", undo));
        }
    }
}
