using System.Diagnostics;
using System.Globalization;

namespace Interlock.Bench;

/// <summary>Whole processes: how long until they end, and the most memory that they held.</summary>
internal static class Processes
{
    public static string Interlock { get; } = Built();

    public static string Hello { get; } = Path.Combine(Inputs.Repository, ".build", "bench", "hello", "Hello");

    /// <summary>The medians over several runs, after one that is not counted.</summary>
    public static async Task<(double Seconds, double PeakMegabytes)> MedianAsync(int runs, string program, params string[] arguments)
    {
        await RunAsync(program, arguments);
        var seconds = new double[runs];
        var peaks = new double[runs];
        for (var i = 0; i < runs; i++)
        {
            (seconds[i], peaks[i]) = await RunAsync(program, arguments);
        }

        return (Rounds.Median(seconds), Rounds.Median(peaks));
    }

    /// <summary>Runs one to its end, which has to be a good one.</summary>
    public static async Task EndAsync(string program, params string[] arguments) => await RunAsync(program, arguments);

    public static Process Start(string program, params IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException($"`{program}` did not start");

    /// <summary>The most memory a process has held so far, in megabytes; 0 once it has ended.</summary>
    public static double Peak(Process process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return double.Parse(line.Split(':', ' ', '\t').First(part => part.Length > 0 && char.IsAsciiDigit(part[0])), CultureInfo.InvariantCulture) / 1024;
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            // it ended between two looks; what was seen before counts
            return 0;
        }
    }

    private static async Task<(double Seconds, double PeakMegabytes)> RunAsync(string program, string[] arguments)
    {
        var peak = 0.0;
        var seconds = await Rounds.SecondsAsync(async () =>
        {
            using var process = Start(program, arguments);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            while (!process.HasExited)
            {
                peak = Math.Max(peak, Peak(process));
                await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(5));
            }

            await output;
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{Path.GetFileName(program)} {string.Join(' ', arguments)}: {await errors}");
            }
        });
        return (seconds, peak);
    }

    private static string Built()
    {
        var build = Path.Combine(Inputs.Repository, ".build");
        return Path.Combine(build, File.ReadAllText(Path.Combine(build, "current")).Trim(), "Interlock.Cli");
    }
}
