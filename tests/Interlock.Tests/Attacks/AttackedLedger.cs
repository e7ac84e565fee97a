using System.Text;
using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Ledger;
using Interlock.Release;
using Interlock.Storage;
using Interlock.Tests.Execution;
using Interlock.Tests.Ledger;
using Interlock.Tests.Ledger.Checkpoints;
using Interlock.Tests.Storage;

namespace Interlock.Tests.Attacks;

/// <summary>Who notices an attack.</summary>
[Flags]
public enum Seen
{
    /// <summary>Nobody: nothing was attacked.</summary>
    Nothing = 0,

    /// <summary>Opening the ledger, before anything is done with it.</summary>
    Start = 1,

    /// <summary>The check of everything that follows from the chain, and of the anchor.</summary>
    Fsck = 2,

    /// <summary>The release gate's look at the ledger, in a process that opened it before or did not look at the anchor.</summary>
    Gate = 4,
}

/// <summary>
/// A ledger in a file with an anchor elsewhere, an engine that counts signatures, and an attacker at the file. After an attack it tells who
/// noticed; nothing may ever be dispatched.
/// </summary>
internal sealed class AttackedLedger : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly World world = new();
    private readonly string rules;
    private SignedBench? running;
    private AuditMark? remembered;

    private AttackedLedger(string rules)
    {
        this.rules = rules;
        Hand = new Attacker(LedgerFile);
    }

    public string LedgerFile => folder.File("ledger.db");

    public string AnchorPath => folder.File("away/anchor");

    public TestClock Clock { get; } = new();

    public Attacker Hand { get; }

    /// <summary>The engine that runs; started again where it was stopped.</summary>
    public SignedBench Running => running ?? throw new InvalidOperationException("the engine does not run");

    public static async Task<AttackedLedger> OpenAsync(string rules = "")
    {
        var attacked = new AttackedLedger(rules);
        await attacked.StartAsync();
        return attacked;
    }

    /// <summary>Ends the process that runs, as at night.</summary>
    public async Task StopAsync()
    {
        await Running.DisposeAsync();
        running = null;

        // what a nightly check remembers
        remembered = (await AuditAsync(null))?.Mark ?? remembered;
    }

    public async Task StartAsync() => running = await EngineAsync((await TryOpenAsync(anchored: true)).Value());

    /// <summary>Copies the ledger, without the anchor.</summary>
    public async Task<string> SnapshotAsync()
    {
        await StopAsync();
        var copy = folder.File("snapshot.db");
        File.Copy(LedgerFile, copy, overwrite: true);
        await StartAsync();
        return copy;
    }

    public void Restore(string copy)
    {
        foreach (var beside in (string[])["-wal", "-shm"])
        {
            File.Delete(LedgerFile + beside);
        }

        File.Copy(copy, LedgerFile, overwrite: true);
    }

    /// <summary>Who notices, from the outside in; asks for the plan in the engine that runs, or else in one that is started now.</summary>
    public async Task<Seen> WhoSeesAsync(PlanId id)
    {
        var before = world.Dispatched.Count;
        var seen = Seen.Nothing;
        if (running is not null)
        {
            seen |= await AsksInVainAsync(Running, id) ? Seen.Gate : Seen.Nothing;
            await StopAsync();
        }

        if ((await TryOpenAsync(anchored: true)).TryGet(out var opened, out var refusal))
        {
            await using var engine = await EngineAsync(opened);
            seen |= await AsksInVainAsync(engine, id) ? Seen.Gate : Seen.Nothing;
        }
        else
        {
            Assert.Equal(RefusalCode.Corrupt, refusal.Code);
            seen |= Seen.Start;
        }

        seen |= await FsckAsync() ? Seen.Fsck : Seen.Nothing;
        Assert.Equal(before, world.Dispatched.Count);
        return seen;
    }

    /// <summary>The entry of a configuration under which one person of the attacker's choice decides.</summary>
    public static JsonObject Configured(string person) => JsonObject.Of(
        (EventKinds.KindField, EventKinds.Configured),
        ("old", "code"),
        ("configuration", "code"),
        ("policy_digest", Sha256Digest.Of("{}"u8).ToString()),
        ("signers_digest", SignedBench.Signers(Registration(person)).Digest.ToString()),
        ("policy", Sha256Digest.Of("{}"u8).ToString()),
        ("allowed_signers", Sha256Digest.Of(Encoding.UTF8.GetBytes(Registration(person))).ToString()),
        ("revoked_keys", Sha256Digest.Of([]).ToString()));

    /// <summary>What that entry names.</summary>
    public static ReadOnlyMemory<byte>[] ConfiguredBlobs(string person) =>
        [Encoding.UTF8.GetBytes(Registration(person)), "{}"u8.ToArray(), ReadOnlyMemory<byte>.Empty];

    public async ValueTask DisposeAsync()
    {
        if (running is not null)
        {
            await running.DisposeAsync();
        }

        folder.Dispose();
    }

    /// <summary>Asks for the run until there is an answer or the executor gives up.</summary>
    private static async Task<bool> AsksInVainAsync(SignedBench bench, PlanId id)
    {
        using var patience = new CancellationTokenSource();
        var asked = bench.Person.ExecuteAsync(id, "alice", null, patience.Token);
        Refusal? ended = null;
        while (!asked.IsCompleted && ended is null)
        {
            ended = await bench.Inner.Engine.RunExecutorAsync(TimeSpan.Zero, default);
            await Task.WhenAny(asked, Task.Delay(20));
        }

        await patience.CancelAsync();
        try
        {
            var answer = await asked;
            Assert.NotEqual("executed", answer.Text("status"));
        }
        catch (OperationCanceledException)
        {
            // the wait was ended: the executor refuses to go on, and nobody answers
        }

        return true;
    }

    /// <summary>What <c>fsck</c> looks at: all of the ledger, and the anchor. What it remembers of the night before hides nothing.</summary>
    private async Task<bool> FsckAsync()
    {
        var found = await AuditAsync(null) is not { Findings.IsEmpty: true };
        Assert.Equal(found, await AuditAsync(remembered) is not { Findings.IsEmpty: true });
        if (found || !(await TryOpenAsync(anchored: false)).TryGet(out var store, out _))
        {
            return true;
        }

        await using (store)
        {
            return await store.CheckAnchorAsync(Reader(), default) is not null;
        }
    }

    private async Task<AuditedLedger?> AuditAsync(AuditMark? mark)
    {
        if (!(await TryOpenAsync(anchored: false)).TryGet(out var store, out _))
        {
            return null;
        }

        await using (store)
        {
            return (await new LedgerAudit(store, RegisteredSigners.ReadArchived).RunAsync(mark, default)).TryGet(out var audited, out _) ? audited : null;
        }
    }

    private static string Registration(string person) => SignedBench.Line(person, SignedBench.KeyOf(person));

    private AnchorFile Reader() => new(AnchorPath, TestLog.Verifier);

    private Task<Result<SqliteLedgerStore>> TryOpenAsync(bool anchored) => SqliteLedgerStore.OpenAsync(
        LedgerFile, Clock, new SqliteOptions { Anchor = anchored ? new AnchorFile(AnchorPath, TestLog.Verifier, TestLog.Signer) : null }, default);

    private async Task<SignedBench> EngineAsync(SqliteLedgerStore store)
    {
        Directory.CreateDirectory(folder.File("away"));
        return await SignedBench.OpenAsync(
            rules, store: store, world: world, clock: Clock, change: options => options with { Anchor = Reader(), LogKey = TestLog.Key.VerifierKey });
    }
}
