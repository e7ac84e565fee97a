namespace Interlock.Sessions;

/// <summary>
/// The <see cref="ProbeAllowance"/> of every agent of one engine. It is the engine's and not a session's: an agent that opens
/// its session again would begin with a full bucket.
/// </summary>
internal sealed class ProbeAllowances(TimeProvider clock)
{
    /// <summary>Beyond so many agents the rested ones are forgotten: a host that makes up a name a call must not fill the memory.</summary>
    public const int Remembered = 1_000;

    private readonly Lock turn = new();
    private readonly Dictionary<string, ProbeAllowance> agents = new(StringComparer.Ordinal);

    /// <summary>How many agents are remembered.</summary>
    public int Count
    {
        get
        {
            lock (turn)
            {
                return agents.Count;
            }
        }
    }

    /// <summary>Takes a number of probes of one agent's at once, or none; then why.</summary>
    public Refusal? Take(string agent, int probes)
    {
        lock (turn)
        {
            if (!agents.TryGetValue(agent, out var allowance))
            {
                ForgetTheRested();
                allowance = new ProbeAllowance(clock);
                agents.Add(agent, allowance);
            }

            return allowance.Take(probes);
        }
    }

    /// <summary>A full bucket is what a stranger gets: forgetting it gives nobody anything.</summary>
    private void ForgetTheRested()
    {
        if (agents.Count < Remembered)
        {
            return;
        }

        foreach (var (name, allowance) in agents)
        {
            if (allowance.IsFull)
            {
                agents.Remove(name);
            }
        }
    }
}
