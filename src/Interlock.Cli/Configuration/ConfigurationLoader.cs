using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Interlock.Adapters;
using Interlock.Adapters.Supervision;

namespace Interlock.Cli.Configuration;

/// <summary>Finds and loads the one configuration file.</summary>
internal static class ConfigurationLoader
{
    /// <summary>The file in the working directory.</summary>
    public const string FileName = "interlock.yaml";

    /// <summary>The environment variable that names a file.</summary>
    public const string Variable = "INTERLOCK_CONFIG";

    /// <summary>The most faults that are reported at once.</summary>
    public const int MaxErrors = 25;

    /// <summary>
    /// Loads the file that <paramref name="path"/> names, else the one that <c>INTERLOCK_CONFIG</c> names, else
    /// <c>interlock.yaml</c> in the working directory. Where there is none of these, the safe default: an own data folder, no
    /// actions, no approvals without a signature.
    /// </summary>
    /// <param name="path">What <c>--config</c> named, or null.</param>
    /// <param name="environment">Looks up an environment variable.</param>
    /// <param name="workingDirectory">The working directory, absolute.</param>
    /// <param name="supervisor">How the supervisor of a command is started; null for the running program.</param>
    /// <param name="clock">The clock; null for the system's.</param>
    public static Loaded Load(
        string? path,
        Func<string, string?> environment,
        string workingDirectory,
        SupervisorCommand? supervisor = null,
        TimeProvider? clock = null)
    {
        var time = clock ?? TimeProvider.System;
        if (!TryFind(path, environment, workingDirectory, out var found, out var error))
        {
            return Loaded.Refused(error);
        }

        return found is null ? Default(environment, time) : Reader(found, environment, workingDirectory, supervisor, time).Read();
    }

    /// <summary>
    /// Finds only where the data is, for commands that look at the ledger and decide nothing: they need not judge the rest, and
    /// are of use while somebody mends it.
    /// </summary>
    /// <param name="path">What <c>--config</c> named, or null.</param>
    /// <param name="environment">Looks up an environment variable.</param>
    /// <param name="workingDirectory">The working directory, absolute.</param>
    /// <returns>The data folder and what names it, or why it cannot be told.</returns>
    public static (DataPlace? Place, ImmutableArray<ConfigurationError> Errors) Place(
        string? path, Func<string, string?> environment, string workingDirectory)
    {
        if (!TryFind(path, environment, workingDirectory, out var found, out var error))
        {
            return (null, [error]);
        }

        if (found is null)
        {
            return DefaultDataFolder(environment) is { } folder ? (new DataPlace(folder, null), []) : (null, [NoPlace]);
        }

        return Reader(found, environment, workingDirectory, null, TimeProvider.System).ReadPlace();
    }

    /// <summary>Where everything is kept when no configuration says where; null where the environment does not tell.</summary>
    public static string? DefaultDataFolder(Func<string, string?> environment) =>

        // the XDG base directory specification: a path that is not absolute is to be ignored
        environment("XDG_DATA_HOME") is { Length: > 0 } data && Path.IsPathFullyQualified(data) ? Path.Combine(data, "interlock")
        : environment("HOME") is { Length: > 0 } home && Path.IsPathFullyQualified(home) ? Path.Combine(home, ".local", "share", "interlock")
        : null;

    private static Loaded Default(Func<string, string?> environment, TimeProvider clock) =>
        DefaultDataFolder(environment) is { } folder
            ? Loaded.Of(new InterlockConfiguration { File = null, DataFolder = folder, Clock = clock })
            : Loaded.Refused(NoPlace);

    private static ConfigurationError NoPlace { get; } = ConfigurationError.OfFile(
        FileName, "there is no such file here, and without HOME there is no place for data; write one with `interlock init`");

    /// <summary>Finds and parses the file; null where there is none and the safe default holds.</summary>
    private static bool TryFind(
        string? path,
        Func<string, string?> environment,
        string workingDirectory,
        out Found? found,
        [NotNullWhen(false)] out ConfigurationError? error)
    {
        (found, error) = (null, null);
        var name = path ?? (environment(Variable) is { Length: > 0 } named ? named : null);
        if (name is { Length: 0 })
        {
            error = ConfigurationError.OfFile("--config", "no file is named; name one, or leave the option out");
            return false;
        }

        if (name is null)
        {
            if (!IsThere(Path.Combine(workingDirectory, FileName)))
            {
                return true;
            }

            name = FileName;
        }

        var full = Path.GetFullPath(name, workingDirectory);
        if (!SourceFile.TryRead(Plain.Text(name), full, out var file, out error))
        {
            error = path is null && name != FileName ? error with { Message = $"{error.Message} ({Variable} names it)" } : error;
            return false;
        }

        found = new Found(file, full);
        return true;
    }

    private static ConfigurationReader Reader(
        Found found, Func<string, string?> environment, string workingDirectory, SupervisorCommand? supervisor, TimeProvider clock) =>
        new(found.File, found.FullPath, new AdapterEnvironment
        {
            BaseDirectory = Path.GetDirectoryName(found.FullPath) ?? workingDirectory,
            Supervisor = supervisor ?? SupervisorCommand.ForThisProcess(),
            Secrets = environment,
            Time = clock,
        });

    private sealed record Found(SourceFile File, string FullPath);

    // a link that leads nowhere and a folder count: to pass them over in silence would be to run without the rules somebody wrote
    private static bool IsThere(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;
}
