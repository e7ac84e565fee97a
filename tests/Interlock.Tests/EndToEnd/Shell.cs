using System.Diagnostics;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.EndToEnd;

/// <summary>Runs the scripts of the repository as a person would, with captured output.</summary>
internal static class Shell
{
    public sealed record Outcome(int Code, string Output, string Error);

    public static Task<Outcome> BashAsync(string script, params string[] arguments) => RunAsync("/", "bash", ["-c", script, "bash", .. arguments]);

    public static async Task<Outcome> RunAsync(string folder, string command, params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the scripts are for bash");
        using var process = Process.Start(new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        Assert.NotNull(process);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();

        // a pack builds everything once more, beside all the other tests
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(15));
        return new Outcome(process.ExitCode, await output, await error);
    }

    /// <summary>A copy of what a fresh clone has of the launcher and its sources, without anything built.</summary>
    public static DirectoryInfo Copy()
    {
        var target = Directory.CreateTempSubdirectory("interlock-clone-");
        var root = SharedData.Repository;
        var files = Directory.EnumerateFiles(root).Concat(
            new[] { "src", "eng" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories)));
        foreach (var file in files)
        {
            var relative = Path.GetRelativePath(root, file);
            if (!relative.Split('/').Any(part => part is "bin" or "obj" or ".git"))
            {
                var copy = Path.Combine(target.FullName, relative);
                Directory.CreateDirectory(Path.GetDirectoryName(copy) ?? target.FullName);
                File.Copy(file, copy);
            }
        }

        return target;
    }
}
