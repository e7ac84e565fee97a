using Interlock.Adapters.Declarations;
using Interlock.Canonical;
using Interlock.Checks;

namespace Interlock.Adapters.Files;

/// <summary>Observes a file beneath a declared root, never through a link.</summary>
internal sealed class FileProbe(Declaration declaration, FileRoots roots, Reading reading, int limit) : IProbe
{
    /// <inheritdoc/>
    public async Task<Observation> ProbeAsync(Check check, CancellationToken cancellationToken)
    {
        if (!declaration.Parameters.Bind(check.Arguments, "").TryGet(out var values, out var refusal)
            || !roots.Fill(values, "").TryGet(out var path, out refusal))
        {
            return new Observation.Unanswered(refusal.Message);
        }

        using var folder = OpenedFolder.Open(path, out var reason);
        if (folder is null)
        {
            return new Observation.Unanswered(reason);
        }

        await using var file = folder.OpenFile(path.Name, out var objection);
        if (objection is not null)
        {
            return new Observation.Unanswered(objection);
        }

        if (reading.Word == "exists")
        {
            return new Observation.Seen(file is not null);
        }

        return file is null ? new Observation.Unanswered($"`{path.Full}` does not exist") : await ReadAsync(file, cancellationToken);
    }

    private async Task<Observation> ReadAsync(FileStream file, CancellationToken cancellationToken)
    {
        if (reading.Word == "size")
        {
            return new Observation.Seen(file.Length);
        }

        if (reading.Word == "sha256")
        {
            var digest = await System.Security.Cryptography.SHA256.HashDataAsync(file, cancellationToken);
            return new Observation.Seen(Sha256Digest.FromBytes(digest).ToString());
        }

        if (file.Length > limit)
        {
            return new Observation.Unanswered(
                $"the file has {file.Length} bytes and the limit is {limit}; raise `max_bytes` or read its `sha256`");
        }

        var bytes = new byte[file.Length];
        var length = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return reading.OfText(bytes.AsSpan(0, length));
    }
}
