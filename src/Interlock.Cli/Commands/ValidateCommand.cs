using System.CommandLine;
using Interlock.Canonical;
using Interlock.Cli.Terminal;
using Interlock.Plans;
using Interlock.Policies;

namespace Interlock.Cli.Commands;

/// <summary>
/// <c>validate</c>: measures a plan file by a policy file, or by the configuration with its actions and probes. Stores nothing.
/// </summary>
internal static class ValidateCommand
{
    private const int MaxDepth = 64;

    public static Command Create(Grammar grammar)
    {
        var file = Grammar.File("a plan as YAML or JSON, whole or its body alone; - is standard input");
        var policy = new Option<string?>("--policy")
        {
            Description = "measure by this policy file alone (default: by the configuration)",
            HelpName = "FILE",
        };
        var json = Grammar.Json();
        return grammar.Command(
            "validate",
            "validate a plan file; stores nothing",
            run => Task.FromResult(Run(run, run.Text(file), run.Value(policy), run.Value(json))),
            file,
            policy,
            json);
    }

    private static int Run(Invocation run, string file, string? policyFile, bool json)
    {
        PlanValidator validator;
        if (policyFile is not null)
        {
            if (!Document.Read(run.Around, policyFile, PlanLimits.Default.MaxBytes, MaxDepth).TryGet(out var rules, out var unread))
            {
                run.Complain(unread.Message);
                return Exit.Configuration;
            }

            if (!Policy.TryParse(rules.Value).TryGet(out var policy, out var wrong))
            {
                run.Complain($"{rules.PlaceOf(wrong.Path) ?? policyFile}: {wrong.Path}: {wrong.Message}");
                return Exit.Configuration;
            }

            validator = new PlanValidator(policy, null, PlanLimits.Default);
        }
        else if (run.TryConfigure(out var configuration))
        {
            if (configuration.File is null)
            {
                run.Complain("there is no configuration here, so no action is known; name one with --config, or a policy with --policy");
            }

            validator = new PlanValidator(configuration.Policy, configuration.Catalog, configuration.Limits);
        }
        else
        {
            return Exit.Configuration;
        }

        if (!Document.Read(run.Around, file, Document.MaxBytes, JsonReadOptions.DepthCeiling).TryGet(out var document, out var refusal))
        {
            return run.Refuse(refusal);
        }

        var validation = document.IsEnvelope ? validator.Validate(document.Value) : validator.ValidateBody(document.Value);
        if (json)
        {
            run.Answer(validation.ToJson());
        }
        else
        {
            run.Answer(ValidationPage.Of(Page.For(run.Around), validation, document.PlaceInPlan));
        }

        return validation.Approvable ? Exit.Success : Exit.Refused;
    }
}
