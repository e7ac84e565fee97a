using System.IO.Compression;
using Interlock.Canonical;
using Interlock.Policies;

namespace Interlock.Bench;

/// <summary>The bodies, plans and policy that the reference was measured with; they lie beside the repository.</summary>
internal static class Inputs
{
    public static JsonReadOptions Large { get; } = new() { MaxBytes = 256 << 20, MaxDepth = 64 };

    public static string Repository { get; } = FindRepository();

    public static string Folder { get; } = Path.Combine(Repository, "..", "shared", "bench");

    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Folder, name));

    public static byte[] ReadZipped(string name)
    {
        using var file = new GZipStream(File.OpenRead(Path.Combine(Folder, name)), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }

    public static JsonObject Value(byte[] text) =>
        JsonReader.TryRead(text, Large, out var value, out var error) && value is JsonObject obj
            ? obj
            : throw new InvalidDataException($"an input cannot be read: {error}");

    public static Policy Policy() =>
        Policies.Policy.TryParse(Value(Read("policy.json"))).TryGet(out var policy, out var refusal)
            ? policy
            : throw new InvalidDataException($"the policy cannot be read: {refusal.Message}");

    /// <summary>`bench/run` builds into a folder of the repository.</summary>
    private static string FindRepository()
    {
        var folder = Path.GetDirectoryName(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder, "Interlock.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("the repository is not where it was built");
    }
}
