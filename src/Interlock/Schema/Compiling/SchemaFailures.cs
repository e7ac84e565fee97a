using Interlock.Canonical;

namespace Interlock.Schema.Compiling;

/// <summary>
/// The first thing wrong with a schema. Compiling goes on after it with stand-ins, so that no step has to pass a null on.
/// </summary>
internal sealed class SchemaFailures
{
    private const int LongestDocument = 200;

    public SchemaCompileError? First { get; private set; }

    public void Add(SchemaPath path, string message) => First ??= new SchemaCompileError(
        path.ToString(),
        path.Document is { } document ? $"in the document {SafeText.Quote(document, LongestDocument)}: {message}" : message);
}
