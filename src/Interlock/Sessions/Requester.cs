namespace Interlock.Sessions;

/// <summary>Who asks for an execution: a person, or an agent whose request was let through.</summary>
internal sealed class Requester
{
    private readonly AgentCharge? charge;

    private Requester(string by, string? agent, AgentCharge? charge)
    {
        By = by;
        AgentName = agent;
        this.charge = charge;
    }

    /// <summary>As the entry names them.</summary>
    public string By { get; }

    /// <summary>The agent's name; null for a person.</summary>
    public string? AgentName { get; }

    public static Requester Person(string by) => new(by, null, null);

    public static Requester Agent(string name, AgentCharge charge) => new(RunRequests.AgentPrefix + name, name, charge);

    /// <summary>Says whether the request left an entry that counts as it.</summary>
    public void Settle(bool written)
    {
        if (charge is not null)
        {
            charge.Written = written;
        }
    }
}
