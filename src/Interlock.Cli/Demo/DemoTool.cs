namespace Interlock.Cli.Demo;

/// <summary><c>demo-tool</c>, hidden: what an operator's script would be. Takes a server out of the pool or puts it back.</summary>
internal static class DemoTool
{
    /// <summary>Requests that were already on their way get this long to be answered.</summary>
    private static readonly TimeSpan Draining = TimeSpan.FromMilliseconds(150);

    /// <returns>Null, or why nothing was changed.</returns>
    public static async Task<string?> RunAsync(string verb, string server, string folder, TimeProvider clock, CancellationToken stop)
    {
        if (PoolFile.Read(folder) is not { } pool)
        {
            return $"there is no `{PoolFile.Name}` in this folder; the demo runs this command";
        }

        var rotate = verb == "undrain";
        if (!rotate && verb != "drain")
        {
            return "say `drain NAME` or `undrain NAME`";
        }

        if (!(rotate ? pool.Out : pool.In).Contains(server))
        {
            return $"`{server}` is not {(rotate ? "out of" : "in")} rotation, so it cannot be {verb}ed";
        }

        pool.Move(server, rotate).Write(folder);
        if (!rotate)
        {
            await Task.Delay(Draining, clock, stop);
        }

        return null;
    }
}
