using Interlock.Tests.Vectors;

namespace Interlock.Tests.Architecture;

/// <summary>The assemblies that leave this repository: one for each project under <c>src/</c>.</summary>
internal static class Shipped
{
    private static readonly HashSet<string> BaseLibrary = Directory
        .EnumerateFiles(System.IO.Path.GetDirectoryName(typeof(object).Assembly.Location) ?? "", "*.dll")
        .Select(file => System.IO.Path.GetFileNameWithoutExtension(file)).ToHashSet(StringComparer.Ordinal);

    public static string Sources { get; } = System.IO.Path.Combine(SharedData.Repository, "src");

    public static IReadOnlyList<string> Names { get; } = Directory.EnumerateFiles(Sources, "*.csproj", SearchOption.AllDirectories)
        .Select(file => System.IO.Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal).ToList();

    public static string Path(string assembly) => System.IO.Path.Combine(AppContext.BaseDirectory, assembly + ".dll");

    /// <summary>Whether the assembly is part of the runtime itself, and so no package.</summary>
    public static bool IsBaseLibrary(string assembly) => BaseLibrary.Contains(assembly);

    /// <summary>The C# files under <c>src/</c>, with paths relative to the repository.</summary>
    public static IEnumerable<(string Path, string Text)> Files() =>
        from file in Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        let path = System.IO.Path.GetRelativePath(SharedData.Repository, file).Replace('\\', '/')
        where !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)
        select (path, File.ReadAllText(file));
}
