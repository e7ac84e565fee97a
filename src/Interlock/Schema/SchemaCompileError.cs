namespace Interlock.Schema;

/// <summary>Where and why a schema was refused.</summary>
/// <param name="Path">The path inside the schema: its parts joined by <c>/</c>, or <c>(root)</c>.</param>
/// <param name="Message">What is wrong and how to mend it. Where a further document is at fault, it is named here.</param>
public sealed record SchemaCompileError(string Path, string Message)
{
    /// <summary>The error on one line.</summary>
    public override string ToString() => $"at {Path} of the schema: {Message}";
}
