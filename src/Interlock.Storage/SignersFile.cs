namespace Interlock.Storage;

/// <summary>Replaces a file that decides whose signature counts: whole or not at all, durable before anybody is told.</summary>
public static class SignersFile
{
    /// <summary>Writes the text beside the file, syncs it, and renames it into place.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">Its whole new text.</param>
    /// <returns>Why it could not be written; the file is then as it was.</returns>
    public static Refusal? Replace(string path, string text)
    {
        var target = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(target) ?? target;
        var temporary = $"{target}.new";
        try
        {
            using (var file = PrivateFiles.Open(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                file.Write(System.Text.Encoding.UTF8.GetBytes(text));
                RandomAccess.FlushToDisk(file.SafeFileHandle);
            }

            File.Move(temporary, target, overwrite: true);
            FolderSync.Sync(folder);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return PrivateFiles.Denied(path, "the keys", error);
        }
    }
}
