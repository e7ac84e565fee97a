using System.Text.Json;
using System.Xml;

namespace Interlock.Sbom;

/// <summary>Writes the bill of materials of a package: called by the build, see <c>eng/Packages.targets</c>.</summary>
internal static class Program
{
    private const int Broken = 1;
    private const int Usage = 64;

    private static int Main(string[] args)
    {
        if (args is not [var name, var version, "program" or "library", var lockFile, var cache, var leaveOut, var output])
        {
            Console.Error.WriteLine("usage: sbom NAME VERSION program|library LOCK-FILE PACKAGE-CACHE NAME,… OUTPUT");
            return Usage;
        }

        try
        {
            var omitted = leaveOut.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);
            var locked = LockFile.Read(File.ReadAllText(lockFile), omitted);
            File.WriteAllText(output, Bill.Write(name, version, args[2] == "program", locked, package => Licence.Of(cache, package)));
            return 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or JsonException or XmlException
            or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            Console.Error.WriteLine($"{lockFile} : error SBOM001: {error.Message}");
            return Broken;
        }
    }
}
