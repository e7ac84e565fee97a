using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Cli.Configuration;

/// <summary>Reads <c>log:</c>. No file is opened here, only links are followed: a command that only looks needs none of the files.</summary>
/// <param name="file">The configuration.</param>
/// <param name="folder">Where relative paths start.</param>
/// <param name="environment">Looks up an environment variable, for <c>~/</c>.</param>
/// <param name="errors">Where faults are noted.</param>
/// <param name="isSound">Whether the schema has nothing against a path of the configuration.</param>
internal sealed class LogSection(
    SourceFile file,
    string folder,
    Func<string, string?> environment,
    ICollection<ConfigurationError> errors,
    Func<IReadOnlyList<string>, bool> isSound)
{
    /// <summary>The section; null where there is none, or a fault was noted.</summary>
    /// <param name="root">The configuration.</param>
    /// <param name="data">The data folder, absolute.</param>
    public LogPlace? Read(JsonObject root, string data)
    {
        if (root["log"] is not JsonObject log || !isSound(["log"]) || !isSound(["log", "key"]) || !isSound(["log", "public"])
            || !isSound(["log", "anchor"]) || log.Text("public") is not { } text || PathOf(log, "key") is not { } key
            || PathOf(log, "anchor") is not { } anchor)
        {
            return null;
        }

        if (!NoteKey.TryParse(text, out var known, out var error))
        {
            errors.Add(file.Error(["log", "public"], error));
            return null;
        }

        if (known.Algorithm != NoteAlgorithm.Ed25519)
        {
            errors.Add(file.Error(["log", "public"], "it is the key of a witness; write the one that `interlock init` printed"));
            return null;
        }

        if (PlaceFault(RealPath.Of(data), RealPath.Of(key), RealPath.Of(anchor)) is ({ } name, { } fault))
        {
            errors.Add(file.Error(["log", name], fault));
            return null;
        }

        return new LogPlace(key, known, anchor);
    }

    /// <summary>By where the paths lead: as text a link would hide it.</summary>
    private static (string Name, string Fault)? PlaceFault(RealPath data, RealPath key, RealPath anchor) =>
        anchor.Path == key.Path ? ("anchor", "`anchor` is the key itself; name another file")
        : anchor.IsIn(data)
            ? ("anchor", "the anchor lies in the data folder: who puts an old ledger back puts the old anchor back with it; name a file elsewhere")
        : key.IsIn(data)
            ? ("key", "the key lies in the data folder: who copies the ledger has the key with it and can sign another one; name a file elsewhere")
        : null;

    private string? PathOf(JsonObject log, string name)
    {
        if (log.Text(name) is not { Length: > 0 } text || text.Contains('\0', StringComparison.Ordinal))
        {
            errors.Add(file.Error(["log", name], $"`{name}` is the path of a file; write one without a NUL character"));
            return null;
        }

        if (!text.StartsWith("~/", StringComparison.Ordinal))
        {
            return Path.GetFullPath(text, folder);
        }

        if (environment("HOME") is { Length: > 0 } home && Path.IsPathFullyQualified(home))
        {
            return Path.Join(home, text[1..]);
        }

        errors.Add(file.Error(["log", name], "`~` stands for the home folder, but HOME is not set; write the whole path"));
        return null;
    }
}
