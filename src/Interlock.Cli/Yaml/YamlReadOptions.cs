namespace Interlock.Cli.Yaml;

/// <summary>What the reader of YAML accepts.</summary>
internal sealed record YamlReadOptions
{
    /// <summary>The caps of a plan body and of a configuration file.</summary>
    public static YamlReadOptions Default { get; } = new();

    /// <summary>
    /// The largest document in bytes, checked before anything is parsed; also the most text that aliases may add. Default 1 MiB.
    /// </summary>
    public int MaxBytes { get; init; } = 1 << 20;

    /// <summary>The deepest nesting of sequences and mappings, after aliases are expanded, 1 to 512. Default 32.</summary>
    public int MaxDepth { get; init; } = 32;

    /// <summary>The most nodes (keys, scalars, sequences and mappings), after aliases are expanded. Default 10,000.</summary>
    public int MaxNodes { get; init; } = 10_000;
}
