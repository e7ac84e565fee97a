using System.Collections.Immutable;
using Interlock.Ledger;

namespace Interlock.Sessions;

/// <summary>
/// The limit that stands before the ledger: what every agent of one engine has left. It is the engine's and not a session's, and
/// what other processes let through is read from the ledger that they share; so neither a new session nor a new process begins
/// with a full bucket. A table of buckets beside the chain was rejected: a second truth that every process would have to sync.
/// </summary>
internal sealed class AgentAllowances
{
    /// <summary>Beyond so many agents the rested ones are forgotten.</summary>
    public const int Remembered = 1_000;

    /// <summary>The ledger is read again after so many requests, or so much time: whichever comes first bounds what two processes let through at once.</summary>
    private const int RequestsUnseen = 8;

    private const int Page = 1_024;

    /// <summary>The most entries that are read to find out what was asked before.</summary>
    private const int MostRead = 16 * Page;

    /// <summary>The bucket of all agents that nobody declared; no agent can have this name.</summary>
    private const string Undeclared = "*";

    private static readonly TimeSpan TimeUnseen = TimeSpan.FromMilliseconds(20);

    private readonly ILedgerStore store;
    private readonly TimeProvider clock;
    private readonly VolumeLimits limits;
    private readonly ImmutableHashSet<string>? declared;
    private readonly Lock gate = new();
    private readonly Dictionary<string, AgentAllowance> agents = new(StringComparer.Ordinal);
    private long? seen;
    private long seenAt;
    private int unseen;
    private Task? looking;

    public AgentAllowances(EngineOptions options)
    {
        store = options.Store;
        clock = options.Clock;
        limits = options.Volume;
        declared = options.DeclaredAgents is { } names ? [.. names] : null;
    }

    /// <summary>How many agents are remembered.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return agents.Count;
            }
        }
    }

    /// <summary>Lets one request of an agent through, or says when to ask again. Nothing is written either way.</summary>
    public async Task<Result<AgentCharge>> TakeAsync(string agent, CancellationToken cancellationToken)
    {
        Task? look;
        lock (gate)
        {
            // one look serves all who come while it lasts, and nobody's leaving ends it
            if (looking is not { IsCompleted: false }
                && (seen is null || ++unseen >= RequestsUnseen || clock.GetElapsedTime(seenAt) >= TimeUnseen))
            {
                looking = LookAsync(CancellationToken.None);
            }

            look = looking;
        }

        if (look is not null)
        {
            // not with the caller's cancellation: a look is short, and leaving it would resume on another thread
            await look;
            cancellationToken.ThrowIfCancellationRequested();
        }

        lock (gate)
        {
            var allowance = Of(Name(agent), out _);
            if (allowance.Take() is { } wait)
            {
                return AgentAllowance.Refused(agent, limits, wait);
            }

            allowance.Paid++;
            return new AgentCharge(() => Return(allowance));
        }
    }

    private void Return(AgentAllowance allowance)
    {
        lock (gate)
        {
            // the request is spent all the same; only the entry that would have been recognised as ours does not come
            allowance.Paid = Math.Max(0, allowance.Paid - 1);
        }
    }

    private string Name(string agent) => declared is null || declared.Contains(agent) ? agent : Undeclared;

    private AgentAllowance Of(string name, out bool isNew)
    {
        isNew = !agents.TryGetValue(name, out var allowance);
        if (allowance is null)
        {
            foreach (var (other, rested) in agents.Count < Remembered ? [] : agents)
            {
                _ = rested.IsRested && agents.Remove(other);
            }

            agents.Add(name, allowance = new AgentAllowance(limits, clock));
        }

        return allowance;
    }

    /// <summary>Charges what was written since the last look. A ledger that cannot be read charges nothing: it cannot be written either.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        if (!(await UnseenAsync(cancellationToken)).TryGet(out var entries, out _))
        {
            return;
        }

        seenAt = began;
        unseen = 0;
        Charge(Aged(entries));
    }

    /// <summary>The lines since the last look, newest first, as far back as matters.</summary>
    private async Task<Result<List<LedgerEntry>>> UnseenAsync(CancellationToken cancellationToken)
    {
        var found = new List<LedgerEntry>();
        Refusal? refusal;
        if (seen is { } size)
        {
            // the usual case is few or none: one look instead of two
            if (!(await store.ReadAsync(size, Page, cancellationToken)).TryGet(out var few, out refusal))
            {
                return refusal;
            }

            if (few.Length < Page)
            {
                seen = size + few.Length;
                Add(found, few);
                return found;
            }
        }

        if (!(await store.HeadAsync(cancellationToken)).TryGet(out var head, out refusal))
        {
            return refusal;
        }

        var from = Math.Max(seen ?? 0, head.Size - MostRead);
        for (var end = head.Size; end > from;)
        {
            var start = Math.Max(from, end - Page);
            if (!(await store.ReadAsync(start, (int)(end - start), cancellationToken)).TryGet(out var lines, out refusal))
            {
                return refusal;
            }

            Add(found, lines);
            end = found is [.., var oldest] && clock.GetUtcNow() - oldest.At > limits.Memory ? from : start;
        }

        seen = head.Size;
        return found;
    }

    private static void Add(List<LedgerEntry> found, ImmutableArray<ReadOnlyMemory<byte>> lines)
    {
        foreach (var line in lines.Reverse())
        {
            if (AgentCharge.MayBe(line.Span) && LedgerEntry.TryReadAlone(line, out var entry, out _))
            {
                found.Add(entry);
            }
        }
    }

    /// <summary>
    /// How long ago each request was, oldest first. An entry is no younger than those after it, whatever the clock was that dated
    /// it; one that is dated ahead of now with nothing sane after it says nothing and is left out the first time, since a clock
    /// that was wrong once must not refuse an agent until that time comes.
    /// </summary>
    private List<(string Name, int Count, TimeSpan Age)> Aged(List<LedgerEntry> newestFirst)
    {
        var now = clock.GetUtcNow();
        var latest = DateTimeOffset.MaxValue;
        var aged = new List<(string, int, TimeSpan)>(newestFirst.Count);
        foreach (var entry in newestFirst)
        {
            latest = entry.At < latest ? entry.At : latest;
            if (AgentCharge.Of(entry.Event) is var (agent, count))
            {
                aged.Add((Name(agent), count, now - latest));
            }
        }

        aged.Reverse();
        return aged;
    }

    private void Charge(List<(string Name, int Count, TimeSpan Age)> requests)
    {
        lock (gate)
        {
            foreach (var group in requests.GroupBy(request => request.Name, StringComparer.Ordinal))
            {
                var allowance = Of(group.Key, out var isNew);
                var foreign = new List<(int, TimeSpan)>();
                foreach (var (_, count, age) in group)
                {
                    var ours = Math.Min(count, allowance.Paid);
                    allowance.Paid -= ours;
                    if (count > ours && (age >= TimeSpan.Zero || !isNew))
                    {
                        foreign.Add((count - ours, age > TimeSpan.Zero ? age : TimeSpan.Zero));
                    }
                }

                if (foreign.Count > 0)
                {
                    allowance.Charge(foreign, isNew);
                }
            }
        }
    }
}
