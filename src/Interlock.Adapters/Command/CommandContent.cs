using System.Collections.Immutable;
using Interlock.Adapters.Declarations;
using Interlock.Canonical;

namespace Interlock.Adapters.Command;

/// <summary>Exactly what would be run. It is the content of an effect, and the run is made from it alone.</summary>
internal sealed record CommandContent
{
    public required ImmutableArray<string> Argv { get; init; }

    public required Sha256Digest ProgramDigest { get; init; }

    public required string WorkingDirectory { get; init; }

    /// <summary>The environment: each value is text or a secret's reference.</summary>
    public required JsonObject Variables { get; init; }

    public required TimeSpan Timeout { get; init; }

    public required int OutputLimit { get; init; }

    public required ImmutableArray<int> Success { get; init; }

    /// <summary>The command as a person would type it, for the summary only: nothing is ever run from it.</summary>
    public string Shown => string.Join(' ', Argv.Select(Quote));

    public JsonObject ToJson() => JsonObject.Of(
        ("argv", new JsonArray(Argv.Select(argument => (JsonValue)argument))),
        ("environment", Variables),
        ("output_limit", OutputLimit),
        ("program_sha256", ProgramDigest.ToString()),
        ("success", new JsonArray(Success.Select(code => (JsonValue)code))),
        ("timeout_ms", (long)Timeout.TotalMilliseconds),
        ("working_directory", WorkingDirectory));

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidOperationException">It is the content of another adapter's effect: a bug of the caller.</exception>
    public static CommandContent From(JsonObject json) =>
        json["argv"] is JsonArray argv
        && Sha256Digest.TryParse(json.Text("program_sha256"), out var digest)
        && json.Text("working_directory") is { } workingDirectory
        && json["environment"] is JsonObject variables
        && json["timeout_ms"] is JsonNumber timeout
        && json["output_limit"] is JsonNumber limit
        && json["success"] is JsonArray success
            ? new CommandContent
            {
                Argv = [.. argv.Items.Cast<JsonString>().Select(item => item.Value)],
                ProgramDigest = digest,
                WorkingDirectory = workingDirectory,
                Variables = variables,
                Timeout = TimeSpan.FromMilliseconds(timeout.Value),
                OutputLimit = (int)limit.Value,
                Success = [.. success.Items.Cast<JsonNumber>().Select(item => (int)item.Value)],
            }
            : throw new InvalidOperationException("the effect was described by another adapter");

    /// <summary>The environment with its secrets; null, with the reference, where one cannot be read.</summary>
    public ImmutableSortedDictionary<string, string>? Resolve(
        AdapterEnvironment environment, SecretScrubber scrubber, out SecretReference? missing)
    {
        missing = null;
        var resolved = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var member in Variables.Members)
        {
            if (SecretReference.From(member.Value) is not { } reference)
            {
                resolved[member.Name] = ((JsonString)member.Value).Value;
                continue;
            }

            if (reference.Resolve(environment) is not { } value || value.Contains('\0', StringComparison.Ordinal))
            {
                missing = reference;
                return null;
            }

            scrubber.Add(reference, value);
            resolved[member.Name] = value;
        }

        return resolved.ToImmutable();
    }

    private static string Quote(string argument) =>
        argument.Length > 0 && argument.All(unit => char.IsAsciiLetterOrDigit(unit) || "-_./:=@%+,".Contains(unit, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
