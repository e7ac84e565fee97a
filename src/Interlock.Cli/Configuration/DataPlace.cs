namespace Interlock.Cli.Configuration;

/// <summary>Where an installation keeps its data, and which file says so: what to tell whoever stands in the wrong folder.</summary>
/// <param name="Folder">The absolute path of the data folder.</param>
/// <param name="File">The absolute path of the configuration; null where there is none and the safe default holds.</param>
internal sealed record DataPlace(string Folder, string? File)
{
    /// <inheritdoc/>
    public override string ToString() => File is null
        ? $"the data folder `{Plain.Text(Folder)}`, the default: there is no `{ConfigurationLoader.FileName}` here; go to its folder, or name it with `--config`"
        : $"the data folder `{Plain.Text(Folder)}`, which `{Plain.Text(File)}` names";
}
