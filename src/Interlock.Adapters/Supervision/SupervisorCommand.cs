using System.Collections.Immutable;

namespace Interlock.Adapters.Supervision;

/// <summary>How a supervisor process is started: this program's own executable, once more.</summary>
/// <param name="Program">The executable, absolute.</param>
/// <param name="Arguments">Its arguments; the last one is <see cref="Supervisor.Argument"/>.</param>
public sealed record SupervisorCommand(string Program, ImmutableArray<string> Arguments)
{
    /// <summary>What a supervisor says first: a program that is none is recognised before anything is started.</summary>
    internal const string Greeting = "interlock-supervisor-1";

    /// <summary>Starts the running program again: its own executable, or <c>dotnet program.dll</c>.</summary>
    /// <exception cref="InvalidOperationException">The running program's executable cannot be found.</exception>
    public static SupervisorCommand ForThisProcess()
    {
        var program = Environment.ProcessPath
            ?? throw new InvalidOperationException("the running program's path is not known");
        return Path.GetFileNameWithoutExtension(program) is "dotnet"
            ? new SupervisorCommand(program, [Path.GetFullPath(Environment.GetCommandLineArgs()[0]), Supervisor.Argument])
            : new SupervisorCommand(program, [Supervisor.Argument]);
    }
}
