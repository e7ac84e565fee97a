using Interlock.Adapters.Supervision;

namespace Interlock.Adapters;

/// <summary>What adapters need from the program that hosts them.</summary>
public sealed record AdapterEnvironment
{
    /// <summary>The folder of the configuration file, absolute: relative paths in declarations start here.</summary>
    public required string BaseDirectory { get; init; }

    /// <summary>How the supervisor of a command is started.</summary>
    public required SupervisorCommand Supervisor { get; init; }

    /// <summary>
    /// The folder, absolute, in which the supervisors of stages under way are written down, so that recovery finds a process that
    /// has wiped its environment; made when it is first needed. Null writes nothing down.
    /// </summary>
    public string? StageFolder { get; init; }

    /// <summary>Looks up an environment variable; null where there is none. Asked for <c>env:NAME</c> references and <c>from_env</c>.</summary>
    public required Func<string, string?> Secrets { get; init; }

    /// <summary>The clock of all bounds.</summary>
    public required TimeProvider Time { get; init; }
}
