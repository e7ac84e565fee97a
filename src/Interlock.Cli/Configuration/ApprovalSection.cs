using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Policies;

namespace Interlock.Cli.Configuration;

/// <summary>Reads who may approve, who has to, and when nothing may run.</summary>
/// <param name="file">The configuration.</param>
/// <param name="folder">Where relative paths start.</param>
/// <param name="errors">Where faults are noted.</param>
/// <param name="isSound">Whether the schema has nothing against a path.</param>
internal sealed class ApprovalSection(
    SourceFile file, string folder, ICollection<ConfigurationError> errors, Func<IReadOnlyList<string>, bool> isSound)
{
    private static readonly ImmutableArray<string> Sections = ["drift", "freezes", "governance", "groups", "resume", "rules", "self_approval"];

    /// <summary>The people that are listed by name, in ordinal order; null where the key is absent or names files.</summary>
    public ImmutableArray<string>? ReadNames(JsonObject root) =>
        root["approvers"] is JsonArray names && isSound(["approvers"])
            ? [.. names.Items.OfType<JsonString>().Select(static name => name.Value).Order(StringComparer.Ordinal)]
            : null;

    /// <summary>The files that say who may sign; null where the configuration names none.</summary>
    public SignerFiles? ReadFiles(JsonObject root)
    {
        if (root["approvers"] is not JsonObject section || !isSound(["approvers"]))
        {
            return null;
        }

        if (Place(section, "approvers", "allowed_signers") is not { } signers)
        {
            if (section["allowed_signers"] is null)
            {
                errors.Add(file.Error(["approvers"], "`allowed_signers` is missing; name the OpenSSH file that says whose key is whose"));
            }

            return null;
        }

        var passkeys = section["webauthn"] as JsonObject ?? JsonObject.Empty;
        return new SignerFiles(signers, Place(section, "approvers", "revoked"), Texts(passkeys, "origins"), Texts(passkeys, "rp_ids"), section);
    }

    /// <summary>The rules; the default ones where a fault was noted.</summary>
    /// <param name="root">The configuration.</param>
    /// <param name="catalog">The actions that rules may name.</param>
    /// <param name="agents">The agents that rules may name; empty where any name may propose.</param>
    /// <param name="people">Everybody who may approve; null where that is not known yet.</param>
    public ApprovalPolicy ReadPolicy(JsonObject root, Catalog catalog, IEnumerable<string> agents, ImmutableArray<string>? people)
    {
        if (!Sections.All(section => isSound([section])) || !isSound(["approvers"]))
        {
            return ApprovalPolicy.Default;
        }

        // by what stands in the file: an action whose declaration is at fault is declared all the same
        var actions = (root["actions"] as JsonObject ?? JsonObject.Empty).Members.Select(static member => member.Name);
        ImmutableArray<string> listed = [.. agents];
        var names = new PolicyNames([.. actions.Union(catalog.Actions.Keys)], listed.IsEmpty ? null : listed, people);
        var sections = JsonObject.Of(root.Members.Where(static member => Sections.Contains(member.Name)));
        if (ApprovalPolicy.TryParse(sections, names).TryGet(out var policy, out var refusal))
        {
            return policy;
        }

        errors.Add(file.Error(file.Split([], refusal.Path), refusal.Message));
        return ApprovalPolicy.Default;
    }

    /// <summary>The absolute path of the file that pins the digest of the first entry; null where none is named.</summary>
    public string? ReadGenesis(JsonObject root) =>
        root["governance"] is JsonObject governance && isSound(["governance"]) ? Place(governance, "governance", "genesis") : null;

    private string? Place(JsonObject section, string name, string key)
    {
        if (section.Text(key) is not { } path)
        {
            return null;
        }

        if (path.Contains('\0', StringComparison.Ordinal))
        {
            errors.Add(file.Error([name, key], "a path cannot hold a NUL character; remove it"));
            return null;
        }

        return Path.GetFullPath(path, folder);
    }

    private static ImmutableArray<string> Texts(JsonObject json, string key) =>
    [
        .. (json[key] as JsonArray ?? JsonArray.Empty).Items.OfType<JsonString>().Select(static text => text.Value).Order(StringComparer.Ordinal),
    ];
}
