using Interlock.Cli.Configuration;

namespace Interlock.Cli.Files;

/// <summary>Writes a file that is not there yet, readable by its owner alone. What stands there already is never replaced.</summary>
internal static class NewFile
{
    /// <summary>Writes it; answers why it could not.</summary>
    public static Refusal? Write(string path, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var file = new FileStream(path, options);
            file.Write(bytes.Span);
            return null;
        }
        catch (IOException) when (Path.Exists(path))
        {
            return Refusal.Of(RefusalCode.Storage, $"`{Plain.Text(path)}` exists already; name a new file, or move that one away");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Refusal.Of(RefusalCode.Storage, $"`{Plain.Text(path)}` cannot be written: {Plain.Text(error.Message)}; name a file in a folder of yours");
        }
    }
}
