using Interlock.Ledger;

namespace Interlock.Storage;

/// <summary>How long each stream is within one transaction: asked of the file once, then counted along.</summary>
internal sealed class StreamVersions(SqliteSession session)
{
    private readonly Dictionary<StreamId, long> versions = [];

    /// <summary>How many entries a stream has, those of this transaction among them.</summary>
    public long Of(StreamId stream)
    {
        if (stream.Proposer is not null)
        {
            // no entry belongs to it, so nothing counts it along
            return SqliteRows.VersionOf(session, stream);
        }

        if (!versions.TryGetValue(stream, out var version))
        {
            versions.Add(stream, version = SqliteRows.VersionOf(session, stream));
        }

        return version;
    }

    /// <summary>The version of a stream's next entry.</summary>
    public long Next(StreamId stream) => versions[stream] = Of(stream) + 1;
}
