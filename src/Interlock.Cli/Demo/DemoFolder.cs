namespace Interlock.Cli.Demo;

/// <summary>Where the demo works: a folder of the person's that is kept, or one under the temporary files that is not.</summary>
internal sealed class DemoFolder : IDisposable
{
    private const int Attempts = 20;
    private readonly bool kept;

    private DemoFolder(string path, bool kept)
    {
        Path = path;
        this.kept = kept;
    }

    /// <summary>The folder, absolute, free of links: what is found by its path must have one spelling.</summary>
    public string Path { get; }

    public string Configuration => At("interlock.yaml");

    /// <summary>The same configuration over a copied ledger. Beside the true one, so that it decides the same.</summary>
    public string TamperedConfiguration => At("tampered.yaml");

    /// <summary>The folder of what an outsider checks.</summary>
    public const string Evidence = "evidence";

    /// <summary>The folder of the copied ledger's anchor.</summary>
    public const string TamperedTrust = "tampered-trust";

    public string Audit => At("audit.jsonl");

    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Makes the folder.</summary>
    /// <param name="keep">The absolute path of the person's folder; null for a temporary one.</param>
    public static Result<DemoFolder> Create(string? keep)
    {
        try
        {
            if (keep is null)
            {
                return new DemoFolder(Directory.CreateTempSubdirectory("interlock-demo-").FullName, kept: false);
            }

            if (File.Exists(keep) || (Directory.Exists(keep) && Directory.EnumerateFileSystemEntries(keep).Any()))
            {
                return Refusal.Of(RefusalCode.WrongStatus, $"`{keep}` is there and not empty; name a new folder, or empty it first");
            }

            return new DemoFolder(Directory.CreateDirectory(keep).FullName, kept: true);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            return Refusal.Of(RefusalCode.Storage, $"the demo's folder cannot be made: {denied.Message}; name another with `--keep`");
        }
    }

    /// <summary>Takes away what proves nothing once it was shown; all of it where nothing is kept.</summary>
    public void Dispose()
    {
        string[] gone = kept ? [At("tampered"), At(TamperedTrust), TamperedConfiguration] : [Path];
        foreach (var path in gone)
        {
            Remove(path);
        }
    }

    private static void Remove(string path)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (Directory.Exists(path))
                {
                    Directory.Delete(path, recursive: true);
                }
                else
                {
                    File.Delete(path);
                }

                return;
            }
            catch (IOException) when (attempt < Attempts)
            {
                // a process that is ending wrote its last file meanwhile
            }
        }
    }
}
