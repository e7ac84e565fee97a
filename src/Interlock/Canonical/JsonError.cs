namespace Interlock.Canonical;

/// <summary>Where and why a document was refused.</summary>
/// <param name="Path">The parts of the path joined by <c>/</c>, or <c>(root)</c>; long names are shortened.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column in Unicode code points, from 1.</param>
/// <param name="Message">What is wrong and how to mend it, without the document's own text.</param>
public sealed record JsonError(string Path, int Line, int Column, string Message)
{
    /// <summary>The path of a document's top.</summary>
    public const string Root = "(root)";

    /// <summary>The error on one line.</summary>
    public override string ToString() => $"line {Line}, column {Column}, at {Path}: {Message}";
}
