using System.Text;
using Interlock.Cli.Configuration;
using Interlock.Tests.Adapters;

namespace Interlock.Tests.Cli.Configuration;

/// <summary>A temporary folder to load configurations in, with an environment of its own.</summary>
internal sealed class ConfigurationBench : IDisposable
{
    private readonly Dictionary<string, string> variables = new(StringComparer.Ordinal);

    public ConfigurationBench()
    {
        Folder = Directory.CreateTempSubdirectory("interlock-config-").FullName;
        variables["HOME"] = Path.Combine(Folder, "home");
    }

    public string Folder { get; }

    public string At(string relative) => Path.Combine(Folder, relative);

    public void Set(string name, string? value)
    {
        if (value is null)
        {
            variables.Remove(name);
        }
        else
        {
            variables[name] = value;
        }
    }

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name)) ?? Folder);
        File.WriteAllBytes(At(name), bytes);
        return At(name);
    }

    public Loaded Load(string? path = null) => ConfigurationLoader.Load(
        path, name => variables.GetValueOrDefault(name), Folder, AdapterBench.TestSupervisor);

    /// <summary>Writes <c>interlock.yaml</c> and loads it.</summary>
    public Loaded LoadText(string text)
    {
        Write("interlock.yaml", text);
        return Load();
    }

    public InterlockConfiguration Configuration(string text) => Whole(LoadText(text));

    public ConfigurationError[] Errors(string text) => Faults(LoadText(text));

    /// <summary>The one fault of a text, as it is printed.</summary>
    public string Fault(string text) => Assert.Single(Errors(text)).ToString();

    public static InterlockConfiguration Whole(Loaded loaded) =>
        loaded.TryGet(out var configuration, out var errors) ? configuration : throw new ArgumentException(string.Join('\n', errors));

    public static ConfigurationError[] Faults(Loaded loaded) =>
        loaded.TryGet(out _, out var errors) ? throw new ArgumentException("the configuration was accepted") : [.. errors];

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
