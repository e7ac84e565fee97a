using Interlock.Tests.Vectors;

namespace Interlock.Tests.Surface.Cli;

/// <summary>Golden transcripts: what a person sees, as a file. <c>INTERLOCK_WRITE_GOLDEN=1</c> writes them anew.</summary>
internal static class Transcript
{
    public static void IsAsRecorded(string name, string actual)
    {
        var path = Path.Combine(SharedData.Repository, "tests", "Interlock.Tests", "Surface", "Cli", "Golden", $"{name}.txt");
        if (Environment.GetEnvironmentVariable("INTERLOCK_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"there is no transcript {name}; run the test with INTERLOCK_WRITE_GOLDEN=1 and look at it");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual);
    }
}
