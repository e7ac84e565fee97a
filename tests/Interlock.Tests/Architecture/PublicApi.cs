using System.Reflection;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Architecture;

/// <summary>
/// <c>public</c> is a decision. The public surface of every shipped assembly stands in a file beside this one, so that a change of it
/// is a line in a review; <c>./test --accept-api</c> writes the files anew.
/// </summary>
public sealed class PublicApi
{
    private static readonly string Folder = Path.Combine(SharedData.Repository, "tests", "Interlock.Tests", "Architecture", "api");

    public static TheoryData<string> Names => new(Shipped.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void The_public_surface_is_the_accepted_one(string assembly)
    {
        var file = Path.Combine(Folder, assembly + ".txt");
        var actual = ApiText.Of(Assembly.LoadFrom(Shipped.Path(assembly)).GetTypes());
        if (Environment.GetEnvironmentVariable("INTERLOCK_ACCEPT_API") == "1")
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(file, actual);
        }

        var accepted = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";
        Assert.True(
            File.Exists(file) && accepted == actual,
            $"the public surface of {assembly} is not the accepted one; if that is meant, run `./test --accept-api` and commit the change\n{Difference(accepted, actual)}");
    }

    [Fact]
    public void No_accepted_surface_is_left_of_an_assembly_that_is_gone() =>
        Assert.Empty(new DirectoryInfo(Folder).GetFiles("*.txt").Select(file => Path.GetFileNameWithoutExtension(file.Name)).Except(Shipped.Names));

    [Fact]
    public void A_change_of_the_surface_changes_the_text()
    {
        var text = ApiText.Of([typeof(Seeded.Surface)]);

        Assert.Equal(
            """
            sealed class Interlock.Tests.Architecture.Seeded.Surface : IDisposable
                Count -> Int32? { get; init; }
                Dispose() -> Void
                const Limit -> Int32
                new(String text, String? note = default)
                static TryRead<T>(T value, out String? error) -> Boolean

            """.ReplaceLineEndings("\n").Split('\n').Order(StringComparer.Ordinal),
            text.Split('\n').Order(StringComparer.Ordinal));
        Assert.Equal(
            "+ interface I\n+     Go() -> Void\n- interface H", Difference("interface H\n", "interface I\n    Go() -> Void\n"));
        Assert.Empty(ApiText.Of([typeof(Seeded.Low.Base)]));
    }

    // both texts are sorted, so what differs is what stands in one of them only, within its type
    private static string Difference(string accepted, string actual)
    {
        var before = Qualified(accepted);
        var after = Qualified(actual);
        return string.Join('\n', after.Except(before).Select(line => "+ " + line.Line).Concat(before.Except(after).Select(line => "- " + line.Line)));
    }

    private static List<(string Type, string Line)> Qualified(string text)
    {
        var lines = new List<(string, string)>();
        var type = "";
        foreach (var line in text.Split('\n').Where(line => line.Length > 0))
        {
            type = line.StartsWith(' ') ? type : line;
            lines.Add((type, line));
        }

        return lines;
    }
}
