using System.Collections.Immutable;
using Interlock.Adapters.Declarations;
using Interlock.Canonical;
using Interlock.Actions;
using Interlock.Plans;

namespace Interlock.Adapters;

/// <summary>What one effect of a declared action is, before it gets its name and target.</summary>
/// <param name="Content">Everything that will be done.</param>
/// <param name="Resources">What it touches.</param>
/// <param name="Summary">One line for a reviewer.</param>
internal sealed record Described(JsonObject Content, ImmutableArray<Resource> Resources, string Summary);

/// <summary>The part of an executor that all kinds of adapter share: binding parameters and fanning out.</summary>
internal abstract class AdapterExecutor(string adapter, Declaration declaration) : IExecutor
{
    /// <summary>The shared fields of the declaration.</summary>
    protected Declaration Declaration => declaration;

    /// <inheritdoc/>
    public Result<ImmutableArray<Effect>> Describe(Stage stage)
    {
        var path = $"stages/{stage.Index}/params";
        if (!declaration.Parameters.Bind(stage.Parameters, path).TryGet(out var values, out var refusal))
        {
            return refusal;
        }

        var effects = ImmutableArray.CreateBuilder<Effect>();
        foreach (var (target, one) in Targets(values))
        {
            if (!DescribeOne(one, path).TryGet(out var described, out refusal))
            {
                return refusal;
            }

            var resources = described.Resources
                .AddRange(declaration.Resources.Select(resource => resource.Fill(one)))
                .Distinct()
                .ToImmutableArray();
            foreach (var resource in resources)
            {
                if (resource.Id.Length == 0)
                {
                    return new Refusal(RefusalCode.Invalid, path, $"the stage would touch a `{resource.Kind}` without a name; give a longer value");
                }
            }

            effects.Add(new Effect(declaration.Name, adapter, target, described.Content, resources, described.Summary));
        }

        return effects.ToImmutable();
    }

    /// <inheritdoc/>
    public abstract Task<Preview> PreviewAsync(Effect effect, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract Task<StageOutcome> ExecuteAsync(Effect effect, IdempotencyKey key, CancellationToken cancellationToken);

    /// <summary>Describes one effect; pure.</summary>
    /// <param name="values">The parameters, of a list its one item.</param>
    /// <param name="path">Where the parameters stand in the plan.</param>
    protected abstract Result<Described> DescribeOne(Bound values, string path);

    private IEnumerable<(string Target, Bound Values)> Targets(Bound values) =>
        declaration.ForEach is { } name && values[name] is JsonArray list
            ? list.Items.Select(item => (((JsonString)item).Value, values.With(name, item)))
            : [("", values)];
}
