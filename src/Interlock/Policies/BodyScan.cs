using System.Globalization;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Plans;
using Interlock.Schema;

namespace Interlock.Policies;

/// <summary>
/// One walk over every string and every key of a body: caps, text hygiene, secrets. It runs before anything that recurses.
/// </summary>
internal sealed class BodyScan
{
    /// <summary>How many places a detail names; the rest is counted.</summary>
    private const int Shown = 5;

    private readonly Policy policy;
    private readonly Catalog? catalog;
    private readonly PlanLimits limits;
    private readonly List<PlanError> errors = [];
    private readonly List<string> secretPaths = [];
    private readonly HashSet<int> spoilt = [];
    private HashSet<string>? secretNames;
    private int secretCount;

    private BodyScan(Policy policy, Catalog? catalog, PlanLimits limits)
    {
        this.policy = policy;
        this.catalog = catalog;
        this.limits = limits;
    }

    /// <summary>Errors of text hygiene; at most as many as are reported.</summary>
    public IReadOnlyList<PlanError> Errors => errors;

    /// <summary>Why nothing else may look at the body: it is too deep or too large to be worked on.</summary>
    public PlanError? OverLimit { get; private set; }

    /// <summary>The least number of bytes that the body's canonical form can have; 0 where the scan stopped early.</summary>
    public int LeastBytes { get; private set; }

    /// <summary>Whether the body has a canonical form: no lone surrogate in it.</summary>
    public bool Hashable { get; private set; } = true;

    /// <summary>Whether a stage holds text that nobody may be shown or asked about: an unclean one, or what looks like a secret.</summary>
    /// <param name="stage">Its place.</param>
    public bool IsSpoilt(int stage) => spoilt.Contains(stage);

    /// <summary>What the secret scan found: the paths, never the values; empty where nothing.</summary>
    public string SecretDetail => secretCount == 0
        ? ""
        : string.Create(
            CultureInfo.InvariantCulture,
            $"looks like a secret at {string.Join(", ", secretPaths)}"
            + $"{(secretCount > Shown ? $" and {secretCount - Shown} more" : "")}"
            + $"; name a reference that the adapter resolves, never the secret itself");

    public static BodyScan Run(JsonValue body, Policy policy, Catalog? catalog, PlanLimits limits)
    {
        var scan = new BodyScan(policy, catalog, limits);
        scan.Walk(body);
        return scan;
    }

    /// <summary>An error of the schema, without the name of a property that is itself a secret.</summary>
    public PlanError Masked(SchemaError error)
    {
        if (secretNames is null)
        {
            return new PlanError(error.Path, error.Keyword, error.Message);
        }

        return new PlanError(Masked(error.Path, '/'), error.Keyword, Masked(error.Message, '`'));
    }

    private string Masked(string text, char separator) => string.Join(
        separator, text.Split(separator).Select(part => secretNames?.Contains(part) == true ? BodyWalk.Masked : part));

    private void Walk(JsonValue body)
    {
        var walk = new BodyWalk(body);
        long size = 0;
        while (walk.MoveNext())
        {
            if (walk.Depth > limits.MaxDepth)
            {
                OverLimit = new PlanError("body", "text", $"nested deeper than {limits.MaxDepth}; flatten the document");
                return;
            }

            // each value costs a byte or more, each string its length and two quotation marks, each name a colon too
            size += walk.Current is JsonString text ? text.Value.Length + 2 : 1;
            size += walk.Name is { } name ? name.Length + 3 : 0;
            if (size > limits.MaxBytes)
            {
                OverLimit = new PlanError("body", "text", $"larger than {limits.MaxBytes} bytes; make it smaller");
                return;
            }

            Look(ref walk);
        }

        LeastBytes = (int)size;
    }

    private void Look(ref BodyWalk walk)
    {
        if (walk.Name is { } name)
        {
            if (TextHygiene.Fault(name, isContent: false) is { } fault)
            {
                Add(ref walk, $"the name of this field {fault}", name);
            }

            if (policy.Secrets.Match(name, isContent: false))
            {
                // both lengths at which messages show a name
                secretNames ??= new HashSet<string>(StringComparer.Ordinal);
                secretNames.Add(SafeText.Escape(name, SafeText.LongestStep));
                secretNames.Add(SafeText.Quote(name)[1..^1]);
                AddSecret(ref walk);
            }
        }

        if (walk.Current is not JsonString text)
        {
            return;
        }

        if (TextHygiene.Fault(text.Value, isContent: false) is { } wrong
            && (!IsContent(ref walk) || TextHygiene.Fault(text.Value, isContent: true) is not null))
        {
            Add(ref walk, wrong, text.Value);
        }

        if (policy.Secrets.Match(text.Value, isContent: false)
            && (!IsContent(ref walk) || policy.Secrets.Match(text.Value, isContent: true)))
        {
            AddSecret(ref walk);
        }
    }

    private void Add(ref BodyWalk walk, string message, string text)
    {
        Spoil(in walk);
        Hashable = Hashable && TextHygiene.IndexOfLoneSurrogate(text) < 0;
        if (errors.Count < Validation.MostSchemaErrors)
        {
            errors.Add(new PlanError(Path(ref walk), "text", message));
        }
    }

    private void AddSecret(ref BodyWalk walk)
    {
        Spoil(in walk);
        secretCount++;
        if (secretPaths.Count < Shown)
        {
            secretPaths.Add(Path(ref walk));
        }
    }

    private void Spoil(in BodyWalk walk)
    {
        if (walk.Stage is { } stage)
        {
            spoilt.Add(stage);
        }
    }

    private string Path(ref BodyWalk walk)
    {
        var path = walk.Path(name => policy.Secrets.Match(name, isContent: false));
        return path == JsonError.Root ? "body" : $"body/{path}";
    }

    /// <summary>Whether the current string is a parameter that its action declares as content.</summary>
    private bool IsContent(ref BodyWalk walk) =>
        catalog is not null
        && walk.IsParameter(out var holder, out var name)
        && holder?.Text("action") is { } action
        && catalog.Actions.TryGetValue(action, out var definition)
        && definition.ContentParameters.Contains(name);
}
