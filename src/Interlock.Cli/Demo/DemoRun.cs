using System.ComponentModel;
using System.Net.Sockets;
using Interlock.Cli.Commands;
using Interlock.Cli.Terminal;
using ModelContextProtocol;

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
            return await ShowAsync(run, wishes, folder);
        }
    }

    private static async Task<int> ShowAsync(Invocation run, DemoWishes wishes, DemoFolder folder)
    {
        var screen = new DemoScreen(run.Around, wishes.Keep is null ? null : folder.At("transcript.txt"));
        try
        {
            return await TellAsync(run, wishes, folder, screen);
        }
        catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
        {
            screen.Show(static page => page.Line().Line("interrupted: every process of the demo was ended", Ink.Caution));
            return Exit.Interrupted;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or SocketException or Win32Exception
            or TimeoutException or HttpRequestException or McpException)
        {
            // what a machine can refuse (a full disk, no free port, no process); anything else is a bug and is thrown
            run.Complain($"the demo stopped: {failed.Message}; every process of it was ended, mend that and run it again");
            return Exit.Storage;
        }
        finally
        {
            await screen.DisposeAsync();
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
