using Interlock.Actions;

namespace Interlock.Adapters.Supervision;

/// <summary>
/// A folder with a <see cref="StageRecord"/> for each stage under way, named by its idempotency key. It is written before the
/// supervisor is told what to run, and removed when none of its processes is left.
/// </summary>
internal sealed class StageRecords(string folder)
{
    private const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes down who supervises a stage. Linux only; elsewhere nothing is kept.</summary>
    /// <returns>Null, or why it could not: then nothing of the stage may be started.</returns>
    public string? Write(string key, int supervisor)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            if (StageRecord.Of(supervisor) is not { } record)
            {
                return "it has ended already";
            }

            // no sync to the disk: the record speaks of one boot, and after a crash of the machine nothing of that is alive
            Directory.CreateDirectory(folder, Folder);
            using var file = new FileStream(
                PathOf(key), new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = Owner });
            file.Write(System.Text.Encoding.ASCII.GetBytes(record.ToString()));
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"it cannot be written down: {failure.Message}";
        }
    }

    /// <summary>Who supervises a stage; null where nobody was written down.</summary>
    public StageRecord? Read(IdempotencyKey key)
    {
        try
        {
            return StageRecord.Parse(File.ReadAllText(PathOf(key.ToString())));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // a stage that ended, or one that never ran a command; the mark in the environment is looked for all the same
            return null;
        }
    }

    /// <summary>Forgets a stage of which nothing is alive.</summary>
    public void Remove(string key)
    {
        try
        {
            File.Delete(PathOf(key));
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // a record that stays names a process that is gone: it is read as such
        }
    }

    private string PathOf(string key) => Path.Combine(folder, key);
}
