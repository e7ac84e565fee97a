using Interlock.Adapters.Declarations;
using Interlock.Canonical;
using Interlock.Actions;

namespace Interlock.Adapters.Files;

/// <summary>Writes, replaces and removes files beneath declared roots: whole, durable, never through a link.</summary>
internal sealed class FileExecutor(Declaration declaration, FileTemplate template) : AdapterExecutor(FileKind.Adapter, declaration)
{
    private const int PreviewLimit = 1 << 20;

    /// <inheritdoc/>
    public override async Task<Preview> PreviewAsync(Effect effect, CancellationToken cancellationToken)
    {
        var content = FileContent.From(effect.Content);
        using var folder = OpenedFolder.Open(content.Path, out var reason);
        if (folder is null)
        {
            return new Preview(false, reason);
        }

        await using var present = folder.OpenFile(content.Path.Name, out var objection);
        if (objection is not null)
        {
            return new Preview(false, objection);
        }

        if (present is null)
        {
            return new Preview(true, FilePreview.Of(content, null));
        }

        if (present.Length > PreviewLimit)
        {
            return new Preview(true, $"the present file has {present.Length} bytes, too many to show a difference");
        }

        var bytes = new byte[present.Length];
        var length = await present.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return new Preview(true, FilePreview.Of(content, bytes[..length]));
    }

    /// <inheritdoc/>
    public override async Task<StageOutcome> ExecuteAsync(Effect effect, IdempotencyKey key, CancellationToken cancellationToken)
    {
        var content = FileContent.From(effect.Content);
        if (cancellationToken.IsCancellationRequested)
        {
            return new StageOutcome.NotDispatched("cancelled before the file was touched");
        }

        using var folder = OpenedFolder.Open(content.Path, out var reason);
        if (folder is null)
        {
            return new StageOutcome.NotDispatched(reason);
        }

        if (content.Operation == FileOperation.Write)
        {
            return Put(content, folder, key, content.Mode);
        }

        UnixFileMode? present;
        try
        {
            await using var file = folder.OpenFile(content.Path.Name, out var objection);
            if (file is null)
            {
                return new StageOutcome.Failed(objection ?? $"`{content.Path.Full}` does not exist; nothing was changed");
            }

            if (content.Expected is { } expected && await DigestAsync(file) != expected)
            {
                return new StageOutcome.Failed($"`{content.Path.Full}` is not the file that the plan expects; nothing was changed");
            }

            present = OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(file.SafeFileHandle);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return new StageOutcome.NotDispatched($"`{content.Path.Full}` cannot be read: {unreadable.Message}");
        }

        return content.Operation == FileOperation.Delete
            ? Conclude(content, folder, folder.Remove(content.Path.Name))
            : Put(content, folder, key, content.Mode ?? present);
    }

    /// <inheritdoc/>
    protected override Result<Described> DescribeOne(Bound values, string path)
    {
        if (!template.Fill(values, path).TryGet(out var content, out var refusal))
        {
            return refusal;
        }

        var size = content.Operation == FileOperation.Delete ? "" : $" with {content.Bytes.Length} bytes";
        return new Described(
            content.ToJson(), [new Resource(FileKind.Adapter, content.Path.Full)], $"{content.Verb} {content.Path.Full}{size}");
    }

    private static async Task<Sha256Digest> DigestAsync(FileStream file) =>
        Sha256Digest.FromBytes(await System.Security.Cryptography.SHA256.HashDataAsync(file, CancellationToken.None));

    private static StageOutcome Put(FileContent content, OpenedFolder folder, IdempotencyKey key, UnixFileMode? mode)
    {
        if (folder.WriteTemporary(key, content.Bytes, mode, out var reason) is not { } temporary)
        {
            return new StageOutcome.NotDispatched($"`{content.Path.Full}` was not written: {reason}");
        }

        var error = content.Operation == FileOperation.Write
            ? folder.PublishNew(temporary, content.Path.Name)
            : folder.PublishOver(temporary, content.Path.Name);
        return Conclude(content, folder, error);
    }

    private static StageOutcome Conclude(FileContent content, OpenedFolder folder, int error)
    {
        if (error == FilePosix.Exists)
        {
            return new StageOutcome.Failed($"`{content.Path.Full}` exists already; nothing was changed");
        }

        if (error != 0)
        {
            return new StageOutcome.Failed($"nothing was changed: {OpenedFolder.Explain(error, content.Path.Full)}");
        }

        // the change is there but perhaps not on the disk: nobody may say that it happened
        return folder.Sync() is not 0 and var sync
            ? new StageOutcome.InDoubt($"the change may not be durable: {OpenedFolder.Explain(sync, content.Path.Full)}")
            : new StageOutcome.Succeeded($"{content.Verb} {content.Path.Full}: done");
    }
}
