using System.Collections.Immutable;
using Interlock.Adapters;
using Interlock.Adapters.Supervision;
using Interlock.Adapters.Witnesses;
using Interlock.Cli.Configuration;
using Interlock.Cli.Terminal;
using Interlock.Ledger;
using Interlock.Signing.Crypto;
using Interlock.Signing.LogKeys;

namespace Interlock.Cli.Composition;

/// <summary>The witnesses that are configured, ready to be asked.</summary>
internal static class ConfiguredWitnesses
{
    /// <summary>Makes them; nobody is asked yet.</summary>
    /// <param name="places">The configuration.</param>
    /// <param name="file">The configuration's file: paths of programs start at its folder.</param>
    /// <param name="surroundings">The variables that programs see.</param>
    public static Result<WitnessOptions> Open(WitnessPlaces places, string? file, Surroundings surroundings)
    {
        if (Ed25519.Unavailable is { } unavailable)
        {
            return unavailable;
        }

        var environment = new AdapterEnvironment
        {
            BaseDirectory = Path.GetDirectoryName(file) ?? surroundings.WorkingDirectory,
            Supervisor = surroundings.Supervisor ?? SupervisorCommand.ForThisProcess(),
            Secrets = surroundings.Environment,
            Time = surroundings.Clock,
        };
        var trusted = ImmutableArray.CreateBuilder<TrustedWitness>();
        foreach (var place in places.List)
        {
            if (!Open(place, environment).TryGet(out var witness, out var refusal))
            {
                return refusal with { Message = $"the witness `{Plain.Text(place.Name, 128)}`: {refusal.Message}" };
            }

            trusted.Add(new TrustedWitness(witness, place.Public is { } key ? LogNotes.Verifier(key) : null));
        }

        return new WitnessOptions { Witnesses = trusted.DrainToImmutable(), Require = places.Require, Wait = places.Wait };
    }

    private static Result<IWitness> Open(WitnessPlace place, AdapterEnvironment environment) =>
        place.Command is { } argv
            ? CommandWitness.Create(place.Name, argv, environment).TryGet(out var command, out var refusal) ? As<IWitness>(command) : refusal
            : HttpWitness.Create(place.Name, place.Url ?? "").TryGet(out var http, out refusal) ? As<IWitness>(http) : refusal;

    // an interface converts to no Result by itself
    private static Result<T> As<T>(T witness)
        where T : notnull => witness;
}
