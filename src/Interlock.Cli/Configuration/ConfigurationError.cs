using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Cli.Configuration;

/// <summary>One fault of a configuration: where, what, and the mend.</summary>
/// <param name="File">The file as it was named.</param>
/// <param name="Line">The line, from 1; 0 where the fault is the file itself.</param>
/// <param name="Column">The column in Unicode code points, from 1; 0 where the fault is the file itself.</param>
/// <param name="Path">The path inside the document, its parts joined by <c>/</c>, or <c>(root)</c>.</param>
/// <param name="Message">What is wrong and the mend. Never a value that may be a secret.</param>
internal sealed record ConfigurationError(string File, int Line, int Column, string Path, string Message)
{
    /// <summary>A fault of the file as a whole.</summary>
    public static ConfigurationError OfFile(string file, string message) => new(file, 0, 0, JsonError.Root, message);

    /// <summary>The fault as JSON: <c>{file, line, column, path, message}</c>.</summary>
    public JsonObject ToJson() => JsonObject.Of(
        ("file", File), ("line", Line), ("column", Column), ("path", Path), ("message", Message));

    /// <summary>The fault on one line, as compilers write it: <c>file:line:column: what; mend</c>.</summary>
    public override string ToString() => Line == 0
        ? $"{File}: {Message}"
        : string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}: {Message}");
}
