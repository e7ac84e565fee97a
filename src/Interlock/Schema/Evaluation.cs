using System.Runtime.CompilerServices;
using Interlock.Canonical;
using Interlock.Schema.Compiling;
using Interlock.Schema.Keywords;

namespace Interlock.Schema;

/// <summary>An error before it is sorted and written.</summary>
internal sealed record Finding(PathStep[] Path, string Keyword, string Message);

/// <summary>
/// One pass over one value: what it may still cost, where it is, what it found. Once a bound is exceeded every further
/// answer is false at once, and the caller refuses whatever the pass then says (a <c>not</c> would turn it round).
/// </summary>
internal sealed class Evaluation
{
    public const string NoExplanation = "the value does not satisfy its schema";

    /// <summary>So many levels between two looks at the stack; what the runtime keeps in reserve is many times that.</summary>
    private const int StackCheckMask = 15;

    private readonly SchemaLimits limits;
    private readonly bool explains;
    private readonly List<PathStep> path = [];
    private readonly List<SchemaResource> scope = [];
    private int stepsLeft;
    private int depth;
    private bool nested;

    public Evaluation(SchemaLimits limits, bool explains)
    {
        this.limits = limits;
        this.explains = explains;
        Collecting = explains;
        stepsLeft = limits.MaxSteps;
    }

    /// <summary>Whether a failure is noted and the search goes on, or the first failure is the answer.</summary>
    public bool Collecting { get; private set; }

    /// <summary>Which bound was exceeded, and the mend; null while none was.</summary>
    public string? Exceeded { get; private set; }

    public List<Finding> Findings { get; private set; } = [];

    /// <summary>The resources entered so far, outermost first: the dynamic scope (Core section 7.1).</summary>
    public List<SchemaResource> Scope => scope;

    /// <summary>Starts on a schema inside the present one; without success there is nothing to leave.</summary>
    public bool Enter()
    {
        if (--stepsLeft < 0)
        {
            return ExceedSteps();
        }

        if (depth >= limits.MaxDepth || !HasStack(depth))
        {
            return ExceedDepth();
        }

        depth++;
        return true;
    }

    public void Leave() => depth--;

    /// <summary>Whether the thread has room for a recursion to go on from a level.</summary>
    public static bool HasStack(int level) =>
        (level & StackCheckMask) != 0 || RuntimeHelpers.TryEnsureSufficientExecutionStack();

    /// <summary>Pays for work that is not a schema of its own.</summary>
    public bool Charge(long steps)
    {
        if (steps > stepsLeft || Exceeded is not null)
        {
            return ExceedSteps();
        }

        stepsLeft -= (int)steps;
        return true;
    }

    public void Push(string name)
    {
        if (explains)
        {
            path.Add(new PathStep(name, 0));
        }
    }

    public void Push(int index)
    {
        if (explains)
        {
            path.Add(new PathStep(null, index));
        }
    }

    public void Pop()
    {
        if (explains)
        {
            path.RemoveAt(path.Count - 1);
        }
    }

    /// <summary>Makes a resource part of the dynamic scope; an outer one of the same name already decides every lookup.</summary>
    public bool EnterScope(SchemaResource resource)
    {
        if (!Charge(scope.Count >> 4) || scope.Contains(resource))
        {
            return false;
        }

        scope.Add(resource);
        return true;
    }

    public void LeaveScope() => scope.RemoveAt(scope.Count - 1);

    /// <summary>Notes that an assertion failed.</summary>
    public bool Fail(AssertionKeyword keyword, JsonValue instance)
    {
        if (Collecting)
        {
            Report(keyword.Name, keyword.Explain(instance));
        }

        return false;
    }

    /// <summary>Notes a failure here. Call it only while <see cref="Collecting"/>: a message costs something.</summary>
    public void Report(string keyword, string message)
    {
        Findings.Add(new Finding([.. path], keyword, message));
        if (Findings.Count >= limits.MaxFindings)
        {
            Collecting = false;
        }
    }

    /// <summary>Whether a schema holds; its failures are not errors of the value (<c>not</c>, <c>if</c>, a branch of <c>anyOf</c>).</summary>
    public bool Try(SchemaNode node, JsonValue instance, EvaluatedSet? evaluated)
    {
        var collecting = Collecting;
        Collecting = false;
        var holds = node.Evaluate(instance, this, evaluated);
        Collecting = collecting && Exceeded is null;
        return holds;
    }

    /// <summary>What stands between the value and the alternative that it comes nearest to, to end a message with.</summary>
    public string NearestMiss(SchemaNode[] alternatives, JsonValue instance) => FindNearest(alternatives, instance) switch
    {
        null => string.Empty,
        { } miss when miss.Path.Length == path.Count => $"; the nearest fails because: {miss.Message}",
        { } miss => $"; the nearest fails at {PathStep.Text(miss.Path)} because: {miss.Message}",
    };

    /// <summary>What a schema has against a value, to end a message with.</summary>
    public string Because(SchemaNode node, JsonValue instance) => FindNearest([node], instance)?.Message ?? NoExplanation;

    /// <summary>One level only: alternatives inside alternatives would cost a power of their depth.</summary>
    private Finding? FindNearest(SchemaNode[] alternatives, JsonValue instance)
    {
        if (nested)
        {
            return null;
        }

        var findings = Findings;
        List<Finding>? nearest = null;
        nested = true;
        foreach (var alternative in alternatives)
        {
            Findings = [];
            Collecting = Exceeded is null;
            _ = alternative.Evaluate(instance, this, evaluated: null);
            if (Findings.Count > 0 && (nearest is null || Distance(Findings) < Distance(nearest)))
            {
                nearest = Findings;
            }
        }

        nested = false;
        Findings = findings;
        Collecting = Exceeded is null;
        return nearest?[0];
    }

    /// <summary>An alternative for another kind of value, or with another constant, is far; else fewer failures are nearer.</summary>
    private int Distance(List<Finding> findings)
    {
        var distance = findings.Count;
        foreach (var finding in findings)
        {
            if (finding.Keyword is "type" or "const" or "enum" or "false")
            {
                distance += finding.Path.Length == path.Count ? 2 * limits.MaxFindings : 10;
            }
        }

        return distance;
    }

    /// <summary>Refuses what is nested too deeply.</summary>
    public bool ExceedDepth() =>
        Exceed("the value or the schemas that apply to it are nested too deeply; flatten the document, or mend a schema that loops");

    private bool ExceedSteps() =>
        Exceed($"validation took more than {limits.MaxSteps} steps; make the document smaller or the schema simpler");

    private bool Exceed(string message)
    {
        Exceeded ??= message;
        stepsLeft = 0;
        Collecting = false;
        return false;
    }
}
