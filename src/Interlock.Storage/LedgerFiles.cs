using Interlock.Ledger;

namespace Interlock.Storage;

/// <summary>Files that hold a log as JSON lines: written by an export, read by an import and by a verification.</summary>
public static class LedgerFiles
{
    /// <summary>The largest log that is imported unless the caller says otherwise: 64 MiB.</summary>
    public const int DefaultMaxImportBytes = 64 << 20;

    private const int BufferBytes = 1 << 17;

    /// <summary>
    /// Exports the ledger into a file with mode 0600. The file appears whole or not at all: written beside its place, synced,
    /// then renamed over what was there. Only an earlier export, or an empty file, is ever replaced: a path that was mistyped must
    /// not cost a ledger, a configuration or a device.
    /// </summary>
    /// <param name="store">The ledger.</param>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the export; the file is then as it was before.</param>
    /// <returns>The head that was reached, or why there is no export.</returns>
    public static async Task<Result<ChainHead>> ExportAsync(ILedgerStore store, string path, CancellationToken cancellationToken)
    {
        var target = Path.GetFullPath(path);
        if (await ReplaceFaultAsync(target, cancellationToken) is { } fault)
        {
            return Refusal.Of(RefusalCode.Storage, $"the export cannot be written to `{path}`: {fault}");
        }

        var temporary = $"{target}.{Path.GetRandomFileName()}.tmp";
        try
        {
            Result<ChainHead> answer;
            await using (var file = PrivateFiles.Open(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read))
            {
                await using var buffered = new BufferedStream(file, BufferBytes);
                answer = await LedgerExport.WriteAsync(store, buffered.WriteAsync, cancellationToken);
                await buffered.FlushAsync(cancellationToken);
                RandomAccess.FlushToDisk(file.SafeFileHandle);
            }

            if (answer.TryGet(out _, out _))
            {
                File.Move(temporary, target, overwrite: true);
            }

            return answer;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return PrivateFiles.Denied(path, "the export", error);
        }
        finally
        {
            Remove(temporary);
        }
    }

    /// <summary>Verifies a log file of any size, on all cores; holds a few blocks of lines at a time.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The report, or why the file cannot be read.</returns>
    public static async Task<Result<AuditReport>> VerifyAsync(string path, CancellationToken cancellationToken)
    {
        if (RegularFile.ReadFault(path) is { } fault)
        {
            return Refusal.Of(RefusalCode.Storage, $"the log `{path}` cannot be read: {fault}");
        }

        try
        {
            await using var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: false);
            var audit = new ParallelAudit(Environment.ProcessorCount);
            var buffer = new byte[BufferBytes];
            int read;
            while ((read = await file.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await audit.FeedAsync(buffer.AsMemory(0, read));
            }

            return await audit.FinishAsync();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return PrivateFiles.Unreadable(path, "the log", error);
        }
    }

    /// <summary>Verifies a log of the old system and archives it: its file as a blob and one <c>imported</c> entry.</summary>
    /// <param name="store">The ledger that takes it.</param>
    /// <param name="path">The log file.</param>
    /// <param name="maxBytes">The largest file that is taken; <see cref="DefaultMaxImportBytes"/> is the default of the surfaces.</param>
    /// <param name="cancellationToken">Ends the import before it writes.</param>
    /// <returns>The entry (an older one where the same file was imported before), or why nothing was imported.</returns>
    public static async Task<Result<LedgerEntry>> ImportAsync(
        ILedgerStore store,
        string path,
        int maxBytes,
        CancellationToken cancellationToken)
    {
        if (RegularFile.ReadFault(path) is { } fault)
        {
            return Refusal.Of(RefusalCode.Storage, $"the log `{path}` cannot be read: {fault}");
        }

        byte[] bytes;
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > maxBytes)
            {
                return Refusal.Of(
                    RefusalCode.TooLarge,
                    $"the log `{path}` has {file.Length} bytes and the limit is {maxBytes}; raise the limit to import it");
            }

            bytes = new byte[file.Length];
            await file.ReadExactlyAsync(bytes, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return PrivateFiles.Unreadable(path, "the log", error);
        }

        return LedgerImport.TryRead(bytes).TryGet(out var log, out var refusal)
            ? await log.ArchiveAsync(store, cancellationToken)
            : refusal;
    }

    private static async Task<string?> ReplaceFaultAsync(string target, CancellationToken cancellationToken)
    {
        if (RegularFile.ReplaceFault(target) is { } fault)
        {
            return fault;
        }

        if (!File.Exists(target))
        {
            return null;
        }

        try
        {
            await using var file = new FileStream(target, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var start = new byte[LedgerEntry.MaxLineBytes + 1];
            var read = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
            var end = start.AsSpan(0, read).IndexOf((byte)'\n');
            return read == 0 || (end > 0 && LedgerEntry.TryReadAlone(start.AsMemory(0, end), out _, out _))
                ? null
                : "a file stands there that is no export of a ledger; name a new file, or move that one away";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"a file stands there that cannot be read to see what it is ({error.Message.TrimEnd('.')}); name a new file";
        }
    }

    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // the answer about the export stands; a leftover is named after it and ends in .tmp
        }
    }
}
