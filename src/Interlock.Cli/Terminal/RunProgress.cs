using Interlock.Plans;

namespace Interlock.Cli.Terminal;

/// <summary>A run as it goes: one line for each stage when it starts and when it ends. Told in order, and each thing once.</summary>
internal sealed class RunProgress(Surroundings around) : IProgress<PlanRecord>
{
    private readonly Lock turn = new();
    private readonly Dictionary<int, string> told = [];
    private bool waiting;

    /// <inheritdoc/>
    public void Report(PlanRecord value)
    {
        lock (turn)
        {
            var page = Page.For(around);
            if (value is { Status: PlanStatus.Approved, RequestedBy: not null } && !waiting)
            {
                waiting = true;
                page.Line("waiting for the executor", Ink.Dim);
            }

            foreach (var stage in value.Stages)
            {
                if (told.TryGetValue(stage.Index, out var before) && before == stage.Status)
                {
                    continue;
                }

                told[stage.Index] = stage.Status;
                var committed = stage.Status == "committed";
                var running = stage.Status == "running";
                page.Line(
                    0,
                    4,
                    new Part(running ? "..." : committed ? page.Yes : page.No, running ? Ink.Dim : committed ? Ink.Good : Ink.Bad),
                    $" {stage.Index + 1}. {Escape.Line(stage.Id)} ({Escape.Line(stage.Action)}): {Escape.Line(stage.Status)}",
                    stage.Detail.Length == 0 ? "" : $", {Escape.Line(stage.Detail)}");
                if (stage.Differs is { } differs)
                {
                    page.Line(4, 4, new Part(Escape.Line(differs), Ink.Caution));
                }
            }

            around.Out.Write(page.ToString());
            around.Out.Flush();
        }
    }
}
