using Interlock.Cli.Configuration;
using Interlock.Storage;

namespace Interlock.Cli.Files;

/// <summary>Reads a small file that a person or the configuration names: a list of keys, a signature, a statement, a pin.</summary>
internal static class InputFile
{
    /// <summary>What is longer is none of these, and is not read.</summary>
    private const int MaxBytes = 4 << 20;

    /// <summary>The whole file.</summary>
    /// <param name="path">The file, behind a link too.</param>
    /// <param name="what">What it is, for people: "the genesis file".</param>
    /// <param name="mend">What to do where it is not there.</param>
    /// <returns>Its bytes; <see cref="RefusalCode.NotFound"/> where it is not there, refused otherwise where it cannot be read.</returns>
    public static Result<ReadOnlyMemory<byte>> Read(string path, string what, string mend)
    {
        // a pipe would be waited for
        if (RegularFile.ReadFault(path) is { } fault)
        {
            return Refusal.Of(RefusalCode.Storage, $"{what} `{Plain.Text(path)}` cannot be read: {fault}");
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var bytes = new byte[Math.Min(file.Length, MaxBytes) + 1];
            var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return read > MaxBytes
                ? Refusal.Of(RefusalCode.TooLarge, $"{what} `{Plain.Text(path)}` has more than {MaxBytes >> 20} MiB; name the right file")
                : new ReadOnlyMemory<byte>(bytes, 0, read);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return Refusal.Of(RefusalCode.NotFound, $"{what} `{Plain.Text(path)}` is not there; {mend}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Refusal.Of(RefusalCode.Storage, $"{what} `{Plain.Text(path)}` cannot be read: {Plain.Text(error.Message)}; let this user read it");
        }
    }
}
