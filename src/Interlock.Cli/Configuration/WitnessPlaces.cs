using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Cli.Configuration;

/// <summary>What <c>witnesses:</c> says. All of it decides: fewer, or others, would vouch for another history.</summary>
/// <param name="Require">How many have to hold each claim.</param>
/// <param name="Wait">The longest wait for them.</param>
/// <param name="List">The witnesses.</param>
internal sealed record WitnessPlaces(int Require, TimeSpan Wait, ImmutableArray<WitnessPlace> List)
{
    /// <summary>The section as it is bound by approvals.</summary>
    public JsonObject Json => JsonObject.Of(
        ("require", Require),
        ("wait", Wait.Ticks / TimeSpan.TicksPerMillisecond),
        ("list", new JsonArray(List.Select(static one => (JsonValue)one.Json))));
}

/// <summary>One witness.</summary>
/// <param name="Name">Its name; that of its key where it has one.</param>
/// <param name="Url">Its submission prefix; null for a command.</param>
/// <param name="Command">The program and its arguments; null for a URL.</param>
/// <param name="Public">The key of its cosignatures; null for a command that makes none.</param>
internal sealed record WitnessPlace(string Name, string? Url, ImmutableArray<string>? Command, NoteKey? Public)
{
    /// <summary>What of it decides.</summary>
    public JsonObject Json => JsonObject.Of(
        ("name", Name),
        ("url", Url),
        ("command", Command is { } argv ? new JsonArray(argv.Select(static word => (JsonValue)word)) : null),
        ("public", Public?.ToString()));
}
