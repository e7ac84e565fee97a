using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Plans;

namespace Interlock.Policies;

/// <summary>
/// Measures plans by a policy and, where one is given, a catalog: every invariant in one pass, never an exception on a bad
/// plan. Immutable and safe to share between threads; make one for each policy and keep it.
/// </summary>
public sealed class PlanValidator
{
    private readonly Policy policy;
    private readonly Catalog? catalog;
    private readonly CatalogInvariants? catalogInvariants;
    private readonly PlanLimits limits;

    /// <summary>Prepares a validator.</summary>
    /// <param name="policy">The rules.</param>
    /// <param name="catalog">The actions and probes; without one, effects and probes are not checked.</param>
    /// <param name="limits">The caps.</param>
    /// <exception cref="ArgumentException">A schema of the catalog is at fault.</exception>
    public PlanValidator(Policy policy, Catalog? catalog, PlanLimits limits)
    {
        this.policy = policy;
        this.catalog = catalog;
        this.limits = limits;
        catalogInvariants = catalog is null ? null : new CatalogInvariants(policy, catalog);
    }

    /// <summary>Validates a whole plan, envelope and body.</summary>
    /// <param name="planEnvelope">The plan; any value at all.</param>
    public Validation Validate(JsonValue planEnvelope)
    {
        var body = (planEnvelope as JsonObject)?["body"];
        var scan = body is null ? null : BodyScan.Run(body, policy, catalog, limits);
        if (scan?.OverLimit is { } over)
        {
            return Unworkable(over);
        }

        return Examine(planEnvelope, body, scan, Canonical(body, scan), ownHash: false);
    }

    /// <summary>Validates a body as an agent proposes it; the envelope is made here and declares the right hash.</summary>
    /// <param name="body">The body; any value at all.</param>
    public Validation ValidateBody(JsonValue body)
    {
        var scan = BodyScan.Run(body, policy, catalog, limits);
        if (scan.OverLimit is { } over)
        {
            return Unworkable(over);
        }

        var canonical = Canonical(body, scan);
        var envelope = JsonObject.Of(
            ("schema_version", "1"),
            ("plan_id", "draft"),
            ("plan_hash", (canonical?.Hash ?? default).ToString()),
            ("status", "draft"),
            ("body", body));
        return Examine(envelope, body, scan, canonical, ownHash: true);
    }

    /// <summary>Validates the text of a body. Text that cannot be read fails invariant 1, with its place.</summary>
    /// <param name="utf8">The body as JSON.</param>
    public Validation ValidateBodyText(ReadOnlySpan<byte> utf8)
    {
        if (JsonReader.TryRead(utf8, limits.ReadOptions, out var body, out var error))
        {
            return ValidateBody(body);
        }

        // the path of unreadable text may hold a name that is a secret, and nothing has scanned it
        var path = error.Path == JsonError.Root
            ? "body"
            : "body/" + string.Join('/', error.Path.Split('/').Select(part =>
                BodyWalk.Shown(part, name => policy.Secrets.Match(name, isContent: false))));
        return Unworkable(new PlanError(path, "json", $"line {error.Line}, column {error.Column}: {error.Message}"));
    }

    private static (PlanHash Hash, int Length)? Canonical(JsonValue? body, BodyScan? scan)
    {
        if (body is null || scan is not { Hashable: true })
        {
            return null;
        }

        // a quarter more than the least: text is mostly ASCII, and growing would copy
        var buffer = new ArrayBufferWriter<byte>(1024 + scan.LeastBytes + (scan.LeastBytes / 4));
        CanonicalJson.Write(body, buffer);
        return (PlanHash.FromCanonical(buffer.WrittenSpan), buffer.WrittenCount);
    }

    private Validation Examine(
        JsonValue plan, JsonValue? body, BodyScan? scan, (PlanHash Hash, int Length)? canonical, bool ownHash)
    {
        var structure = new PlanStructure(policy, catalog);
        structure.Look(body);
        var errors = Errors(plan, body, scan, structure, canonical?.Length ?? 0);
        PlanBody? parsed = null;
        if (errors.Count == 0 && body is not null && canonical is { } known)
        {
            if (!PlanBodyParser.Parse(body, known.Hash).TryGet(out parsed, out var refusal))
            {
                var path = refusal.Path == JsonError.Root ? "body" : $"body/{refusal.Path}";
                errors.Add(new PlanError(path, "shape", refusal.Message));
            }
        }

        var secrets = scan?.SecretDetail ?? "";
        var parts = parsed is null || secrets.Length > 0 ? ReadableParts.Of(body, scan, limits.MaxStages) : null;
        errors.AddRange(UnusablePatterns(parts?.Checks ?? (parsed is null ? [] : ReadableParts.ChecksOf(parsed))));

        var invariants = ImmutableArray.CreateBuilder<InvariantResult>();
        invariants.Add(SchemaResult(errors));
        invariants.Add(ownHash ? HashOf(canonical?.Hash) : HashResult((plan as JsonObject)?["plan_hash"], canonical?.Hash));
        invariants.AddRange(structure.Results);
        invariants.Add(new InvariantResult(7, InvariantNames.NoSecrets, secrets.Length == 0, secrets));
        foreach (var custom in policy.CustomInvariants)
        {
            invariants.Add(Ask(custom, plan, invariants.Count + 1));
        }

        var effects = AddCatalogResults(invariants, parsed, parts);
        return new Validation(
            [.. errors.Take(Validation.MostSchemaErrors)],
            invariants.ToImmutable(),
            ownHash ? canonical?.Hash.ToString() : Declared((plan as JsonObject)?["plan_hash"]),
            canonical?.Hash,
            [.. structure.Flags],
            parsed,
            effects);
    }

    private List<PlanError> Errors(JsonValue plan, JsonValue? body, BodyScan? scan, PlanStructure structure, int length)
    {
        var errors = new List<PlanError>();
        if (length > limits.MaxBytes)
        {
            errors.Add(new PlanError("body", "text", $"has {length} bytes and the limit is {limits.MaxBytes}; make it smaller"));
        }

        if ((body as JsonObject)?["stages"] is JsonArray stages && stages.Items.Length > limits.MaxStages)
        {
            errors.Add(new PlanError(
                "body/stages", "text", $"has {stages.Items.Length} stages and the limit is {limits.MaxStages}; split the plan"));
        }

        errors.AddRange(structure.NameErrors);
        if (scan is not null)
        {
            errors.AddRange(scan.Errors);
        }

        // a stranger's text with half a surrogate may stand anywhere in an envelope; only the body has been looked through
        foreach (var error in policy.PlanSchema.Validate(plan, Validation.MostSchemaErrors).Errors)
        {
            errors.Add(scan?.Masked(error) ?? new PlanError(error.Path, error.Keyword, error.Message));
        }

        return errors;
    }

    private ImmutableArray<StageEffects>? AddCatalogResults(
        ImmutableArray<InvariantResult>.Builder invariants, PlanBody? body, ReadableParts? parts)
    {
        if (catalogInvariants is null)
        {
            return null;
        }

        var id = invariants.Count + 1;
        if (parts is not null || body is null)
        {
            // an adapter's refusal quotes parameters: it is not asked about a stage that may hold a secret
            invariants.Add(InPart(catalogInvariants.Probes(parts?.Checks ?? []), id, InvariantNames.ProbesKnown));
            invariants.Add(InPart(catalogInvariants.Effects(parts?.Deeds ?? []), id + 1, InvariantNames.EffectsDescribed));
            return null;
        }

        invariants.Add(catalogInvariants.Probes(body).Result(id, InvariantNames.ProbesKnown));
        invariants.Add(catalogInvariants.Effects(body, out var effects).Result(id + 1, InvariantNames.EffectsDescribed));
        return effects;
    }

    /// <summary>What was found in a part of the plan; where that is nothing, the answer is not a fault but an invariant not yet asked.</summary>
    private static InvariantResult InPart(Faults faults, int id, string name) => faults.None
        ? Skipped(id, name, "not checked, because the plan's shape or a secret in it comes first; mend that")
        : new InvariantResult(id, name, false, $"{faults.Detail}; what cannot be read yet is not checked");

    private static InvariantResult Skipped(int id, string name, string detail) => new(id, name, false, detail) { Skipped = true };

    /// <summary>How long a plan's patterns may be together: compiling them is the dearest thing it can ask for.</summary>
    private const int LongestPatterns = 20_000;

    private static IEnumerable<PlanError> UnusablePatterns(IEnumerable<(string Path, Check Check)> checks)
    {
        var together = 0;
        foreach (var (place, check) in checks)
        {
            if (check.Operator != CheckOperator.Matches)
            {
                continue;
            }

            var path = place + "/expect/value";
            together += check.Expected.Length;
            if (together > LongestPatterns)
            {
                yield return new PlanError(
                    path, "matches", $"the plan's patterns have more than {LongestPatterns} characters together; shorten them");
                yield break;
            }

            if (!TextPattern.TryCompileForCheck(check.Expected, out _, out var error))
            {
                yield return new PlanError(path, "matches", error);
            }
        }
    }

    private static InvariantResult SchemaResult(List<PlanError> errors) => errors.Count == 0
        ? new InvariantResult(1, InvariantNames.SchemaValid, true, "")
        : new InvariantResult(1, InvariantNames.SchemaValid, false, $"{errors[0].Path}: {errors[0].Message}"
            + (errors.Count == 1 ? "" : $"; and {errors.Count - 1} more, see schema_errors"));

    private static InvariantResult HashOf(PlanHash? recomputed) =>
        recomputed is null
            ? Skipped(2, InvariantNames.HashRecomputes, NoHash)
            : new InvariantResult(2, InvariantNames.HashRecomputes, true, "");

    private const string NoHash = "the body has no canonical form, so no hash; mend its text first";

    private static InvariantResult HashResult(JsonValue? declared, PlanHash? recomputed)
    {
        if (recomputed is not { } hash)
        {
            return Skipped(2, InvariantNames.HashRecomputes, NoHash);
        }

        var detail = declared is JsonString text && text.Value == hash.ToString()
            ? ""
            : $"the declared hash is not that of the body, which is {hash}; propose the plan again";
        return new InvariantResult(2, InvariantNames.HashRecomputes, detail.Length == 0, detail);
    }

    private static string? Declared(JsonValue? declared) => declared is not JsonString text
        ? null
        : PlanHash.TryParse(text.Value, out _) ? text.Value : SafeText.Escape(text.Value, 64);

    [SuppressMessage(
        "Design", "CA1031", Justification = "a custom invariant is somebody else's code: one that throws is a failed invariant")]
    private static InvariantResult Ask(CustomInvariant invariant, JsonValue plan, int id)
    {
        try
        {
            var answer = invariant.Check(plan);
            return new InvariantResult(
                id, invariant.Name, answer.Holds, answer.Detail ?? (answer.Holds ? "" : "does not hold"));
        }
        catch (Exception exception)
        {
            // a stranger's rule: one that throws counts as failed, whatever it throws
            return new InvariantResult(
                id, invariant.Name, false, $"the invariant itself failed with `{exception.GetType().Name}`; mend the policy");
        }
    }

    /// <summary>The answer to what nothing may look at any further.</summary>
    private Validation Unworkable(PlanError error)
    {
        const string Detail = "not checked, because the plan cannot be read or is over a limit; see schema_errors";
        var names = InvariantNames.All[..7]
            .Concat(policy.CustomInvariants.Select(static custom => custom.Name))
            .Concat(catalog is null ? [] : InvariantNames.All[7..]);
        return new Validation(
            [error],
            [
                .. names.Select((name, i) => i == 0
                    ? new InvariantResult(1, name, false, $"{error.Path}: {error.Message}")
                    : Skipped(i + 1, name, Detail)),
            ],
            null,
            null,
            [],
            null,
            null);
    }
}
