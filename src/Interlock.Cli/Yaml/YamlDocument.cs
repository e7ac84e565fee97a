using Interlock.Canonical;

namespace Interlock.Cli.Yaml;

/// <summary>A YAML document as the JSON value that it stands for, and where each part of it was written.</summary>
/// <param name="Root">The value.</param>
/// <param name="Positions">The places of its parts.</param>
internal sealed record YamlDocument(JsonValue Root, SourceMap Positions);
