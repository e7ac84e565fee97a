using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Interlock.Cli.Configuration;

/// <summary>What loading a configuration gave: the configuration, or every fault of it. Never both, never neither.</summary>
internal sealed class Loaded
{
    private readonly InterlockConfiguration? configuration;

    private Loaded(InterlockConfiguration? configuration, ImmutableArray<ConfigurationError> errors)
    {
        this.configuration = configuration;
        Errors = errors;
    }

    /// <summary>The faults in the order of their places; empty where there is a configuration.</summary>
    public ImmutableArray<ConfigurationError> Errors { get; }

    public static Loaded Of(InterlockConfiguration configuration) => new(configuration, []);

    public static Loaded Refused(params ImmutableArray<ConfigurationError> errors) => errors.IsEmpty
        ? throw new ArgumentException("a refusal has a reason", nameof(errors))
        : new Loaded(null, errors);

    /// <summary>Takes the answer apart.</summary>
    /// <param name="loaded">The configuration.</param>
    /// <param name="errors">The faults; empty where there is a configuration.</param>
    public bool TryGet([NotNullWhen(true)] out InterlockConfiguration? loaded, out ImmutableArray<ConfigurationError> errors)
    {
        loaded = configuration;
        errors = Errors;
        return loaded is not null;
    }
}
