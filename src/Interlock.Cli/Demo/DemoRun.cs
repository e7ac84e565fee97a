using Interlock.Cli.Commands;
using Interlock.Cli.Terminal;

namespace Interlock.Cli.Demo;

/// <summary>One run of the demo from making its folder to leaving nothing behind.</summary>
internal static class DemoRun
{
    public static async Task<int> RunAsync(Invocation run, DemoWishes wishes)
    {
        if (!wishes.Yes && !run.Around.InputIsTerminal)
        {
            return run.Refuse(Refusal.Of(
                RefusalCode.Forbidden,
                "nobody can type the hash, because standard input is no terminal; nothing was started: run it in a terminal, or pass `--yes`"));
        }

        if (!DemoFolder.Create(wishes.Keep is { } keep ? run.Around.PathOf(keep) : null).TryGet(out var folder, out var refusal))
        {
            return run.Refuse(refusal);
        }

        using (folder)
        {
            await using var screen = new DemoScreen(run.Around, wishes.Keep is null ? null : folder.At("transcript.txt"));
            try
            {
                return await TellAsync(run, wishes, folder, screen);
            }
            catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
            {
                screen.Show(page => page.Line().Line("interrupted: every process of the demo was ended", Ink.Caution));
                return Exit.Interrupted;
            }
            catch (IOException failed)
            {
                screen.Show(page => page.Line());
                run.Complain($"the demo stopped: {failed.Message}; every process of it was ended, run it again");
                return Exit.Storage;
            }
        }
    }

    private static async Task<int> TellAsync(Invocation run, DemoWishes wishes, DemoFolder folder, DemoScreen screen)
    {
        try
        {
            await using var keeper = await ServerKeeper.StartAsync(folder.Path, wishes.Break ? "web2" : null, run.Stop);
            try
            {
                return await new DemoStory(run, wishes, folder, screen, keeper).TellAsync();
            }
            finally
            {
                // before the servers: an executor finishes the stage that it is at
                await DemoExecutors.EndAsync(folder, folder.At(DemoStory.Data), run.Around.Clock);
            }
        }
        finally
        {
            await screen.Around.Out.FlushAsync(CancellationToken.None);
        }
    }
}
