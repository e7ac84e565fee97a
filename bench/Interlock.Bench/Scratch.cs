namespace Interlock.Bench;

/// <summary>A folder of its own, on the disk that the measure is about, gone afterwards.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateDirectory(
        Path.Combine(Inputs.Repository, ".build", "bench", Path.GetRandomFileName()));

    public string Folder => folder.FullName;

    public string File(string name) => Path.Combine(folder.FullName, name);

    public void Dispose() => folder.Delete(recursive: true);
}
