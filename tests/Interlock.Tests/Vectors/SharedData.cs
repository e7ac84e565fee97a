using System.Text.Json;

namespace Interlock.Tests.Vectors;

/// <summary>
/// Finds the data that stands beside a checkout: <c>../shared</c> seen from the repository's root. A test that needs it
/// reports itself skipped, by name, where it is absent.
/// </summary>
internal static class SharedData
{
    /// <summary>The root of the repository, found by its solution file.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The path of a file or folder under <c>shared</c>; skips the running test where it does not exist.</summary>
    public static string Path(string relative)
    {
        var path = System.IO.Path.Combine(Repository, "..", "shared", relative);
        Assert.SkipUnless(File.Exists(path) || Directory.Exists(path), $"shared/{relative} is not beside this checkout");
        return path;
    }

    /// <summary>
    /// The lines of a vector file. Read with System.Text.Json, not with our own reader, so that a fault of ours cannot
    /// hide itself.
    /// </summary>
    public static IReadOnlyList<JsonElement> Lines(string name)
    {
        var lines = new List<JsonElement>();
        foreach (var line in File.ReadLines(Path($"vectors/{name}")))
        {
            using var document = JsonDocument.Parse(line);
            lines.Add(document.RootElement.Clone());
        }

        Assert.NotEmpty(lines);
        return lines;
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Interlock.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests run from inside a checkout");
    }
}
