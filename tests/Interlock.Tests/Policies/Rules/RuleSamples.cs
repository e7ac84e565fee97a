using System.Collections.Immutable;
using System.Text;
using Interlock.Actions;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Policies;

namespace Interlock.Tests.Policies;

/// <summary>Approval policies, plans and approvals for tests, each written as shortly as it can be.</summary>
internal static class RuleSamples
{
    public static readonly ImmutableArray<string> People = ["alice", "bob", "carol", "dora", "erin", "frank"];

    public const string Groups = """ "groups": {"sre": ["alice", "bob", "carol"], "security": ["carol", "dora"]} """;

    /// <summary>A policy with the usual groups; <paramref name="rest"/> are further members, JSON in which a quote is an apostrophe.</summary>
    public static ApprovalPolicy Policy(string rest) => Read(rest).OrThrow();

    public static Result<ApprovalPolicy> Read(string rest, PolicyNames? names = null) => ApprovalPolicy.TryParse(
        Json($"{{ {Groups}{(rest.Length == 0 ? "" : ",")} {rest.Replace('\'', '"')} }}"), names ?? PolicyNames.Unknown with { People = People });

    public static Refusal Fault(string rest, PolicyNames? names = null) =>
        Read(rest, names).TryGet(out _, out var refusal) ? throw new InvalidOperationException("it was accepted") : refusal;

    public static JsonObject Json(string text) =>
        JsonReader.TryRead(Encoding.UTF8.GetBytes(text), new JsonReadOptions(), out var value, out var error)
            ? (JsonObject)value
            : throw new InvalidOperationException($"{error} in {text}");

    public static PlanFacts Plan(params StageFacts[] stages) => new("claude", "olga", [.. stages.DefaultIfEmpty(Stage())]);

    public static StageFacts Stage(string action = "deploy", bool irreversible = false, params string[] touches) => new(
        action, [.. touches.Select(text => new Resource(text[..text.IndexOf(':', StringComparison.Ordinal)], text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..]))], irreversible);

    public static GivenApproval By(
        string person, Assurance assurance = Assurance.Key, bool deviceBound = false, bool reason = false, int? seconds = null) =>
        new(person, assurance, deviceBound, reason, seconds is { } looked ? TimeSpan.FromSeconds(looked) : null);

    public static QuorumAnswer Evaluate(ApprovalPolicy policy, PlanFacts plan, params GivenApproval[] approvals) =>
        Quorum.Evaluate(policy, plan, [.. approvals], People);
}
