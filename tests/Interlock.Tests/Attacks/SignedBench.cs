using System.Collections.Immutable;
using System.Text;
using Interlock.Actions;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Sessions;
using Interlock.Tests.Execution;
using Interlock.Tests.Policies;
using Interlock.Tests.Signing;

namespace Interlock.Tests.Attacks;

/// <summary>An engine that counts signatures alone, and the people whose keys it knows. The agent is <c>tester</c>, owned by olga.</summary>
internal sealed class SignedBench : IAsyncDisposable
{
    private static readonly ImmutableDictionary<string, TestSigner> Keys =
        new[] { "alice", "bob", "carol", "olga", "mallory" }.ToImmutableDictionary(name => name, _ => TestSigner.Make("ed25519"));

    private SignedBench(Bench bench) => Inner = bench;

    public Bench Inner { get; }

    public ILedgerStore Store => Inner.Store;

    public World World => Inner.World;

    public TestClock Clock => Inner.Clock;

    public ReviewSession Person => Inner.Person;

    /// <summary>Everybody but mallory, whom nobody knows.</summary>
    public static string Registered { get; } = string.Concat(Keys.Where(pair => pair.Key != "mallory").Select(pair => Line(pair.Key, pair.Value)));

    public static TestSigner KeyOf(string person) => Keys[person];

    public static string Line(string principals, TestSigner key) => $"{principals} {key.PublicLine}\n";

    public static ISignatureVerifier Signers(string allowed, string? revoked = null) => Shared.Set(allowed, revoked);

    /// <param name="rules">Members of an approval policy, JSON in which a quote is an apostrophe.</param>
    /// <param name="allowed">The registered keys; null for everybody's.</param>
    /// <param name="revoked">The revocation list; null for none.</param>
    /// <param name="store">The ledger; null for one in memory.</param>
    /// <param name="world">The world; null for a new one.</param>
    /// <param name="clock">The clock; null for a new one.</param>
    /// <param name="change">What else is different.</param>
    public static async Task<SignedBench> OpenAsync(
        string rules = "",
        string? allowed = null,
        string? revoked = null,
        ILedgerStore? store = null,
        World? world = null,
        TestClock? clock = null,
        Func<EngineOptions, EngineOptions>? change = null) =>
        new(await Bench.OpenAsync(store, world, options => (change ?? (same => same))(Signed(options, rules, allowed, revoked)), clock));

    /// <summary>The options of an engine that counts signatures alone.</summary>
    public static EngineOptions Signed(EngineOptions options, string rules = "", string? allowed = null, string? revoked = null) => options with
    {
        AllowUnsignedApprovals = false,
        Signers = Signers(allowed ?? Registered, revoked),
        ReadSigners = RegisteredSigners.ReadArchived,
        ApprovalPolicy = RuleSamples.Policy(rules),
    };

    public static byte[] Sign(string person, ReadOnlyMemory<byte> statement, string @namespace) => Keys[person].Sign(statement.ToArray(), @namespace);

    public static byte[] Sign(string person, Statement statement) => Sign(person, statement.Bytes, statement.Type.Namespace);

    public Task<PlanId> ProposeAsync(string name = "a") => Inner.ProposeAsync(Bench.Body(name));

    /// <summary>What a person would sign, not issued yet.</summary>
    public async Task<(Review Review, Statement Statement)> DraftAsync(PlanId id, string person, string? reason = "looks right", bool drift = false)
    {
        var review = Bench.Must(await Person.ReviewAsync(id, default));
        return (review, Bench.Must(drift ? Person.DriftStatementFor(review, person, reason) : Person.StatementFor(review, person, reason)));
    }

    public async Task<Statement> IssueAsync(PlanId id, string person, string? reason = "looks right", bool drift = false)
    {
        var (review, statement) = await DraftAsync(id, person, reason, drift);
        Bench.Must(await Person.IssueAsync(id, Document(review), statement, default));
        return statement;
    }

    public static ReviewDocument Document(Review review) => review.Document ?? throw new InvalidOperationException("a plan that cannot be approved");

    public async Task<Result<PlanRecord>> CountersignAsync(PlanId id, string person, TestSigner? key = null, string? reason = "looks right")
    {
        var statement = await IssueAsync(id, person, reason);
        return await Person.CountersignAsync(id, statement.Digest, (key ?? Keys[person]).Sign(statement.Bytes.ToArray(), statement.Type.Namespace), default);
    }

    public async Task<PlanId> ApprovedAsync(string name = "a", params string[] people)
    {
        var id = await ProposeAsync(name);
        foreach (var person in people.DefaultIfEmpty("alice"))
        {
            Bench.Must(await CountersignAsync(id, person));
        }

        Assert.Equal(PlanStatus.Approved, (await Inner.PlanAsync(id)).Status);
        return id;
    }

    /// <summary>Asks for the run; nothing may be dispatched.</summary>
    /// <returns>The code and the words of the refusal.</returns>
    public async Task<(string Code, string Why)> RefusedAtTheGateAsync(PlanId id)
    {
        var before = World.Dispatched.Count;
        var answer = await Inner.ExecuteAsync(id);
        Assert.Equal("rejected", answer.Text("status"));
        Assert.Equal(before, World.Dispatched.Count);
        var last = Bench.Must(await Store.ReadStreamAsync(StreamId.Plan(id), default))[^1].Event;
        return (last.Text("code") ?? "none", last.Text("reason") ?? "");
    }

    public async Task StopAsync() => Bench.Must(await Person.StopAllAsync("alice", "smoke", default));

    public async Task<Result<LedgerEntry>> ResumeAsync(string person)
    {
        var statement = Bench.Must(await Person.BrakeAsync("resume", person, null, default));
        return await Person.ResumeAllAsync(statement, Sign(person, statement), default);
    }

    /// <summary>Leaves a plan in doubt: its executor throws.</summary>
    public async Task<PlanId> InDoubtAsync(string name = "a")
    {
        var id = await ApprovedAsync(name);
        World.OnExecute = _ => throw new IOException("lost");
        Assert.Equal("in_doubt", (await Inner.ExecuteAsync(id)).Text("halt_code"));
        World.OnExecute = _ => Task.FromResult<StageOutcome?>(null);
        return id;
    }

    public static Statement Read(JsonObject json) => Bench.Must(Statement.TryRead(CanonicalJson.Write(json)));

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    public ValueTask DisposeAsync() => Inner.DisposeAsync();
}
