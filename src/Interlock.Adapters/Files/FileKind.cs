using Interlock.Adapters.Declarations;
using Interlock.Canonical;
using Interlock.Checks;

namespace Interlock.Adapters.Files;

/// <summary>Reads <c>file:</c> declarations.</summary>
internal static class FileKind
{
    public const string Adapter = "file";

    private const string DigestPattern = "[0-9a-f]{64}";

    public static BuiltAction? Action(Fields section, Declaration declaration, AdapterEnvironment environment)
    {
        var operation = section.Word("op", "", "write", "replace", "delete") switch
        {
            "write" => FileOperation.Write,
            "replace" => FileOperation.Replace,
            _ => FileOperation.Delete,
        };
        if (!declaration.Mutating)
        {
            section.Problems.Add("mutating", "a file action changes the world; remove `mutating: false`");
        }

        if (FileTemplate.Read(section, operation, declaration.Names, environment) is not { } template)
        {
            return null;
        }

        if (operation != FileOperation.Write)
        {
            if (declaration.Parameters.Find(FileTemplate.ExpectedName) is not null)
            {
                section.Problems.Add($"params/{FileTemplate.ExpectedName}", "this parameter is there of itself; remove it");
                return null;
            }

            declaration = declaration with { Parameters = declaration.Parameters.With(Expected()) };
        }

        declaration = declaration with { Creating = declaration.Creating || operation == FileOperation.Write };
        return new BuiltAction(declaration, new FileExecutor(declaration, template), template.Facts);
    }

    public static BuiltProbe? Probe(Fields section, Declaration declaration, AdapterEnvironment environment)
    {
        var word = section.Word("read", "exists", "exists", "sha256", "content", "size");
        var pointer = Reading.ReadPointer(section);
        if (pointer is not null && word != "content")
        {
            section.Problems.Add(section.At("json_pointer"), "only content holds JSON; use `read: content`");
        }

        var limit = section.Size("max_bytes", 1 << 20, 16 << 20);
        var reading = new Reading(word, pointer);
        return FileRoots.Read(section, declaration.Names, environment) is { } roots
            ? new BuiltProbe(
                new FileProbe(declaration, roots, reading, limit),
                reading,
                JsonObject.Of(("roots", new JsonArray(roots.Roots.Select(root => (JsonValue)root)))))
            : null;
    }

    private static Parameter Expected() => new()
    {
        Name = FileTemplate.ExpectedName,
        Type = ParameterType.Text,
        Description = "SHA-256 of the file as the plan assumes it, 64 lower-case hexadecimal digits; the stage fails where it is another",
        Pattern = DigestPattern,
        Anchored = TextPattern.TryCompile(DigestPattern, out var pattern, out var error) ? pattern : throw new InvalidOperationException(error),
        MaxLength = 2 * Sha256Digest.Size,
        Required = false,
    };
}
