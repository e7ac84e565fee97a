using System.Security.Cryptography;
using Interlock.Cli.Configuration;
using Interlock.Signing.LogKeys;
using Interlock.Storage;

namespace Interlock.Cli.Composition;

/// <summary>The file of a log's or a witness's key, mode 0600.</summary>
internal static class LogKeyFile
{
    private const string What = "the log key";

    /// <summary>Writes a key to a file that is not there yet, and puts both on the disk.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="key">The key.</param>
    /// <returns>Why not; null where it is done. An existing file is never replaced.</returns>
    public static Refusal? Create(string path, LogKey key)
    {
        var line = LogKeyLine.Write(key);
        try
        {
            return SecretFile.Create(path, What, line);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(line);
        }
    }

    /// <summary>Reads the key of a log; refused where others than its owner may use the file, and where it holds anything else.</summary>
    public static Result<LogKey> Load(string path) => Load(path, isWitness: false);

    /// <summary>Reads the key of a witness; refused likewise.</summary>
    public static Result<LogKey> LoadWitness(string path) => Load(path, isWitness: true);

    private static Result<LogKey> Load(string path, bool isWitness)
    {
        if (!SecretFile.Read(path, What, LogKeyLine.MaxBytes).TryGet(out var bytes, out var refusal))
        {
            return refusal;
        }

        var read = LogKeyLine.Parse(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        if (!read.TryGet(out var key, out var fault))
        {
            return fault with { Message = $"{What} `{Plain.Text(path)}`: {fault.Message}" };
        }

        if (key.IsWitness == isWitness)
        {
            return key;
        }

        key.Dispose();
        return Refusal.Of(
            RefusalCode.Mismatch,
            $"the key `{Plain.Text(path)}` is "
            + (isWitness
                ? "that of a log, and who signs a log is no witness of it; make another with `interlock witness --new-key NAME`"
                : "that of a witness; name the one that `interlock init` made"));
    }
}
