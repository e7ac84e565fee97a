using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Sessions;

/// <summary>A request that was let through. Disposed, it gives back what stands in for an entry that was never written.</summary>
internal sealed class AgentCharge(Action unwritten) : IDisposable
{
    /// <summary>Whether the request left an entry that <see cref="Of"/> counts, or may have.</summary>
    public bool Written { get; set; }

    public void Dispose()
    {
        if (!Written)
        {
            unwritten();
        }
    }

    /// <summary>Whose request an entry is and for how many it stands; null for an entry that no agent asked for.</summary>
    public static (string Agent, int Count)? Of(JsonObject @event)
    {
        var agent = @event.Text(EventKinds.KindField) switch
        {
            EventKinds.Proposed or EventKinds.ProposeRejected or EventKinds.RefusedAgain or EventKinds.ReleaseRefused
                or EventKinds.PreexecReject => @event.Text("agent"),
            EventKinds.Withdrawn => @event.Text("withdrawn_by"),
            EventKinds.ExecutionRequested when @event.Text("requested_by") is { } by && by.StartsWith(RunRequests.AgentPrefix, StringComparison.Ordinal) =>
                by[RunRequests.AgentPrefix.Length..],
            _ => null,
        };
        var count = @event["count"] is JsonNumber { Value: >= 1 and <= int.MaxValue } number ? (int)number.Value : 1;
        return agent is null ? null : (agent, count);
    }

    /// <summary>Whether a line may be such an entry: a look at its bytes, before anything is parsed. Text in an entry has its quotes escaped.</summary>
    public static bool MayBe(ReadOnlySpan<byte> line)
    {
        foreach (var mark in Marks)
        {
            if (line.IndexOf(mark.AsSpan()) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private static readonly ImmutableArray<byte[]> Marks =
    [
        .. new[]
        {
            EventKinds.Proposed, EventKinds.ProposeRejected, EventKinds.RefusedAgain, EventKinds.ReleaseRefused,
            EventKinds.PreexecReject, EventKinds.Withdrawn, EventKinds.ExecutionRequested,
        }.Select(kind => System.Text.Encoding.ASCII.GetBytes($"\"{EventKinds.KindField}\":\"{kind}\"")),
    ];
}
