using System.Diagnostics;

namespace Interlock.Tests.Faults.Kills;

/// <summary>Waits for the moments at which something becomes durable or happens, as far as they show from outside.</summary>
internal static class FileGrowth
{
    /// <summary>Waits until a file changes, nobody cares any more, or so many milliseconds are over.</summary>
    public static async Task WaitAsync(string file, Func<bool> go, int longest = 3_000)
    {
        var before = Mark(file);
        for (var watch = Stopwatch.StartNew(); go() && watch.ElapsedMilliseconds < longest && Mark(file) == before;)
        {
            await Task.Delay(2);
        }
    }

    private static (long Length, long Time) Mark(string file) =>
        new FileInfo(file) is { Exists: true } info ? (info.Length, info.LastWriteTimeUtc.Ticks) : default;
}
