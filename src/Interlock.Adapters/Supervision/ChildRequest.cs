using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Adapters.Supervision;

/// <summary>What a supervisor is to run. It travels through a pipe: arguments and secrets of a child stand in no other process's argv.</summary>
internal sealed record ChildRequest
{
    /// <summary>The program, absolute, and its arguments.</summary>
    public required ImmutableArray<string> Argv { get; init; }

    /// <summary>The working directory, absolute.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The whole environment.</summary>
    public required ImmutableSortedDictionary<string, string> Variables { get; init; }

    /// <summary>How many bytes of each of standard output and standard error are kept.</summary>
    public required int OutputLimit { get; init; }

    /// <summary>The bytes of the <see cref="FrameKind.Run"/> frame.</summary>
    public byte[] Write() => CanonicalJson.Write(JsonObject.Of(
        ("argv", new JsonArray(Argv.Select(argument => (JsonValue)argument))),
        ("environment", JsonObject.Of(Variables.Select(pair => new JsonMember(pair.Key, pair.Value)))),
        ("output_limit", OutputLimit),
        ("working_directory", WorkingDirectory)));

    /// <summary>Reads what <see cref="Write"/> wrote; null for anything else.</summary>
    public static ChildRequest? Read(byte[] payload)
    {
        var options = new JsonReadOptions { MaxBytes = Frame.MaxPayload, MaxDepth = 8 };
        if (!JsonReader.TryReadCanonical(payload, options, out var value, out _)
            || value is not JsonObject json
            || json["argv"] is not JsonArray { Items.Length: > 0 } argv
            || json["environment"] is not JsonObject variables
            || json["output_limit"] is not JsonNumber limit
            || json.Text("working_directory") is not { } workingDirectory)
        {
            return null;
        }

        return new ChildRequest
        {
            Argv = [.. argv.Items.OfType<JsonString>().Select(item => item.Value)],
            WorkingDirectory = workingDirectory,
            Variables = variables.Members.ToImmutableSortedDictionary(
                member => member.Name, member => (member.Value as JsonString)?.Value ?? "", StringComparer.Ordinal),
            OutputLimit = (int)limit.Value,
        };
    }
}
