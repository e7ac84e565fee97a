using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Schema;

/// <summary>What a validation found.</summary>
public sealed class SchemaResult
{
    private SchemaResult(ImmutableArray<SchemaError> errors) => Errors = errors;

    /// <summary>Whether the value satisfies the schema.</summary>
    public bool IsValid => Errors.IsEmpty;

    /// <summary>The errors in the document's order (parents first, names in ordinal order), as many as were asked for.</summary>
    public ImmutableArray<SchemaError> Errors { get; }

    /// <summary>The answer without errors.</summary>
    internal static SchemaResult Valid { get; } = new([]);

    /// <summary>The answer to a value that exceeded a bound: nothing is known about it, so it is not valid.</summary>
    internal static SchemaResult Refused(string exceeded) => new([new SchemaError(JsonError.Root, SchemaError.Limit, exceeded)]);

    /// <summary>The errors of a pass that failed.</summary>
    internal static SchemaResult Of(Evaluation run, int maxErrors)
    {
        var findings = run.Findings;

        // two branches of an allOf often say the same; OrderBy keeps the order of equals
        ImmutableArray<SchemaError> errors =
        [
            .. findings.OrderBy(static finding => finding.Path, PathStep.DocumentOrder)
                .Select(static finding => new SchemaError(PathStep.Text(finding.Path), finding.Keyword, finding.Message))
                .Distinct()
                .Take(maxErrors),
        ];
        return errors.IsEmpty ? Refused(run.Exceeded ?? Evaluation.NoExplanation) : new SchemaResult(errors);
    }
}
