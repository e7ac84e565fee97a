using System.Text;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Policies;
using Interlock.Sessions;
using Interlock.Signing.Signers;
using Interlock.Signing.Sshsig;
using Interlock.Tests.Execution;
using Interlock.Tests.Signing;

namespace Interlock.Tests.Sessions.Governance;

/// <summary>People with a key each, and engines that know them.</summary>
internal static class Registered
{
    private static readonly Dictionary<string, TestSigner> Signers = new[] { "alice", "bob", "carol", "mallory", "trudy" }
        .ToDictionary(static name => name, static _ => TestSigner.Make("ed25519"), StringComparer.Ordinal);

    public static SignerSet Set(params string[] people) => Bench.Must(SignerSet.Read(
        new SignerFile("allowed_signers", Lines([.. people.Select(static name => (name, name))])), null, WebAuthnOptions.None));

    /// <summary>An <c>allowed_signers</c> file in which people have whose keys one likes.</summary>
    public static ReadOnlyMemory<byte> Lines(params ReadOnlySpan<(string Person, string Key)> people)
    {
        var text = new StringBuilder();
        foreach (var (person, key) in people)
        {
            text.Append($"{person} {Signers[key].PublicLine}\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    public static string FingerprintOf(string person) => Signers[person].Fingerprint;

    public static ReadOnlyMemory<byte> Sign(string person, Statement statement) =>
        Signers[person].Sign(statement.Bytes.ToArray(), statement.Type.Namespace);

    /// <summary>A policy of approvals: the group <c>sre</c> is alice, bob and carol.</summary>
    public static ApprovalPolicy Policy(string mode = "locked", string change = "2 of sre", string resume = "1 of anyone") => Bench.Must(ApprovalPolicy.TryParse(
        JsonObject.Of(
            ("groups", JsonObject.Of(("sre", new JsonArray([new JsonString("alice"), new JsonString("bob"), new JsonString("carol")])))),
            ("resume", resume),
            ("governance", JsonObject.Of(
                ("mode", mode), ("change", change), ("genesis", mode == "locked" ? (JsonValue)"pin" : null)))),
        PolicyNames.Unknown));

    public static EngineOptions Knowing(this EngineOptions options, ApprovalPolicy policy, params string[] people) => options with
    {
        AllowUnsignedApprovals = false,
        Signers = Set(people),
        ReadSigners = RegisteredSigners.ReadArchived,
        ApprovalPolicy = policy,
    };

    /// <summary>Approves with a signature.</summary>
    public static async Task<Result<Interlock.Plans.PlanRecord>> SignedAsync(this Bench bench, PlanId id, string person)
    {
        var review = Bench.Must(await bench.Person.ReviewAsync(id, default));
        var statement = Bench.Must(bench.Person.StatementFor(review, person, null));
        return !(await bench.Person.IssueAsync(id, review.Document ?? throw new InvalidOperationException(), statement, default)).TryGet(out _, out var refusal)
            ? refusal
            : await bench.Person.CountersignAsync(id, statement.Digest, Sign(person, statement), default);
    }

    /// <summary>Signs the change to what a bench loaded.</summary>
    public static async Task<Result<Interlock.Ledger.LedgerEntry>> ChangeAsync(this Bench bench, string person)
    {
        var session = bench.Engine.ForGovernance();
        return (await session.StatementAsync(person, null, default)).TryGet(out var statement, out var refusal)
            ? await session.SignAsync(statement, Sign(person, statement), default)
            : refusal;
    }
}
