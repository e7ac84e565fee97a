using System.Diagnostics.CodeAnalysis;
using Interlock.Canonical;
using Interlock.Schema.Compiling;

namespace Interlock.Schema;

/// <summary>
/// A compiled JSON Schema, Draft 2020-12. Immutable and safe to share between threads. Nothing is ever fetched, <c>format</c>
/// is an annotation, and the work of one validation is bounded: what exceeds the bound is refused, never waited for.
/// </summary>
public sealed class JsonSchema
{
    private readonly SchemaNode root;
    private readonly SchemaLimits limits;

    private JsonSchema(SchemaNode root, SchemaLimits limits)
    {
        this.root = root;
        this.limits = limits;
    }

    /// <summary>Compiles a schema, or says which part of it is at fault.</summary>
    /// <param name="schema">The schema: an object or a boolean.</param>
    /// <param name="compiled">The compiled schema.</param>
    /// <param name="error">Where in the schema, what is wrong, and the mend.</param>
    /// <param name="documents">Further schema documents by absolute URI without fragment, for <c>$ref</c> and <c>$schema</c>.</param>
    /// <returns>Whether the schema was accepted.</returns>
    public static bool TryCompile(
        JsonValue schema,
        [NotNullWhen(true)] out JsonSchema? compiled,
        [NotNullWhen(false)] out SchemaCompileError? error,
        IReadOnlyDictionary<string, JsonValue>? documents = null) =>
        TryCompile(schema, SchemaLimits.Default, documents, out compiled, out error);

    /// <summary>Compiles a schema that is part of the program. Its patterns are made when they are first needed.</summary>
    /// <param name="schema">The schema: an object or a boolean.</param>
    /// <exception cref="ArgumentException">The schema is at fault, which is a bug in the program.</exception>
    public static JsonSchema Compile(JsonValue schema) =>
        TryCompile(new SchemaCompiler(documents: null, isTrusted: true), schema, SchemaLimits.Default, out var compiled, out var error)
            ? compiled
            : throw new ArgumentException(error.ToString(), nameof(schema));

    /// <summary>Validates a value.</summary>
    /// <param name="instance">The value.</param>
    /// <param name="maxErrors">How many errors to report at most, from 1.</param>
    /// <returns>The verdict; for a value that exceeds the bound of work, one error with the keyword <c>limit</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxErrors"/> is below 1.</exception>
    public SchemaResult Validate(JsonValue instance, int maxErrors = 25)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxErrors, 1);
        var quick = new Evaluation(limits, explains: false);
        if (root.Evaluate(instance, quick, evaluated: null) && quick.Exceeded is null)
        {
            return SchemaResult.Valid;
        }

        if (quick.Exceeded is { } exceeded)
        {
            return SchemaResult.Refused(exceeded);
        }

        // a second pass, for the refused only, so that what is valid never pays for a path or a message
        var thorough = new Evaluation(limits, explains: true);
        _ = root.Evaluate(instance, thorough, evaluated: null);
        return SchemaResult.Of(thorough, maxErrors);
    }

    internal static bool TryCompile(
        JsonValue schema,
        SchemaLimits limits,
        IReadOnlyDictionary<string, JsonValue>? documents,
        [NotNullWhen(true)] out JsonSchema? compiled,
        [NotNullWhen(false)] out SchemaCompileError? error) =>
        TryCompile(new SchemaCompiler(documents, isTrusted: false), schema, limits, out compiled, out error);

    private static bool TryCompile(
        SchemaCompiler compiler,
        JsonValue schema,
        SchemaLimits limits,
        [NotNullWhen(true)] out JsonSchema? compiled,
        [NotNullWhen(false)] out SchemaCompileError? error)
    {
        var root = compiler.Compile(schema);
        error = compiler.Failures.First;
        compiled = error is null ? new JsonSchema(root, limits) : null;
        return compiled is not null;
    }
}
