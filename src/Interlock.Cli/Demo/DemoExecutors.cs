using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Interlock.Cli.Composition;
using Interlock.Storage;

namespace Interlock.Cli.Demo;

/// <summary>
/// Ends the executors of the demo's ledgers. They are detached on purpose and end by themselves after some seconds without work,
/// but the demo leaves nothing behind, not even for some seconds.
/// </summary>
internal static partial class DemoExecutors
{
    private const int Terminate = 15;
    private const int Kill = 9;

    /// <summary>The stage at hand is finished first.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    /// <summary>Ends them. Nobody who could start another may be left.</summary>
    /// <param name="folder">The demo's folder.</param>
    /// <param name="data">The data folder.</param>
    /// <param name="clock">The clock.</param>
    public static async Task EndAsync(DemoFolder folder, string data, TimeProvider clock)
    {
        var start = clock.GetTimestamp();
        if (!OperatingSystem.IsLinux())
        {
            // no way to find them by what they run: they go when they have nothing to do
            while (Directory.Exists(data) && DataFolder.Open(data).TryGet(out var opened, out _) && opened.IsExecutorRunning()
                && clock.GetElapsedTime(start) < IdleTime)
            {
                await Task.Delay(Pause, clock);
            }

            return;
        }

        // looked for until there is none twice: one that was just started is not yet what it will be
        var asked = new HashSet<int>();
        for (var clean = 0; clean < 2 && clock.GetElapsedTime(start) < IdleTime;)
        {
            var force = clock.GetElapsedTime(start) > Patience;
            var alive = Find(folder);
            clean = alive.Count == 0 ? clean + 1 : 0;
            foreach (var id in alive)
            {
                if (force || asked.Add(id))
                {
                    _ = SendSignal(id, force ? Kill : Terminate);
                }
            }

            await Task.Delay(Pause, clock);
        }
    }

    /// <summary>Processes of this very program that run <c>executor</c> over one of the demo's configurations.</summary>
    private static List<int> Find(DemoFolder folder)
    {
        var found = new List<int>();
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(entry), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && id != Environment.ProcessId
                && IsOurs(entry, folder))
            {
                found.Add(id);
            }
        }

        return found;
    }

    private static bool IsOurs(string entry, DemoFolder folder)
    {
        try
        {
            var arguments = Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(entry, "cmdline"))).Split('\0');
            return arguments.Length > 0
                && arguments[0] == SelfProcess.Command[0]
                && arguments.Contains(DetachedExecutor.Command)
                && (arguments.Contains(folder.Configuration) || arguments.Contains(folder.TamperedConfiguration));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // it ended while it was looked at, or is another user's
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int process, int signal);
}
