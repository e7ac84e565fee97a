namespace Interlock.Schema;

/// <summary>One way in which a value does not satisfy its schema.</summary>
/// <param name="Path">
/// The path inside the value: its parts joined by <c>/</c>, or <c>(root)</c>. Long names are shortened, control and format
/// characters are written as escapes. For an unknown property it is the path of the object that holds it.
/// </param>
/// <param name="Keyword">
/// The keyword that failed, as in <c>required</c>, <c>additionalProperties</c>, <c>type</c>; <c>false</c> where the schema
/// is the boolean; <c>limit</c> where the bound of work or depth was exceeded.
/// </param>
/// <param name="Message">What was expected and the mend. It never holds a value of the document, which may be a secret.</param>
public sealed record SchemaError(string Path, string Keyword, string Message)
{
    /// <summary>The keyword of an error that says: the bound of work or of depth was exceeded.</summary>
    public const string Limit = "limit";
}
