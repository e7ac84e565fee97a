using System.Text;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Release;
using Interlock.Signing.Signers;
using Interlock.Signing.Sshsig;
using Interlock.Storage;

namespace Interlock.Bench;

/// <summary>
/// A whole audit of a ledger in which one entry in six is a signed approval, the first time and when the same was found sound before: every
/// row, every blob, the lifecycle of every plan, every signature by stock <c>ssh-keygen</c>.
/// </summary>
internal static class FsckBench
{
    private const int Approvals = 10_000;
    private const int AtOnce = 64;
    private const int PerCall = 1_000;
    private const string Person = "alice";

    private static readonly (string Type, string[] Arguments)[] Kinds =
    [
        ("ssh-ed25519", ["-t", "ed25519"]),
        ("ecdsa-sha2-nistp256", ["-t", "ecdsa", "-b", "256"]),
    ];

    public static async IAsyncEnumerable<Row> RunAsync()
    {
        foreach (var (type, arguments) in Kinds)
        {
            foreach (var row in await OfAsync(type, arguments))
            {
                yield return row;
            }
        }
    }

    /// <summary>Whether a few approvals are signed, stored and found sound at all.</summary>
    public static async Task CheckAsync()
    {
        using var folder = new Scratch();
        foreach (var (type, arguments) in Kinds)
        {
            var (store, _, _, _) = await OpenAsync(folder, type, arguments, approvals: 8);
            await store.DisposeAsync();
        }
    }

    private static async Task<Row[]> OfAsync(string type, string[] arguments)
    {
        using var folder = new Scratch();
        var (store, signers, signed, mark) = await OpenAsync(folder, type, arguments, Approvals);
        await using var open = store;
        var entries = mark.Head.Size;

        var times = Rounds.Medians(
            3,
            () => AuditAsync(store, null).GetAwaiter().GetResult(),
            () => Parallel.ForEach(signed, one => Verify(signers, one)),
            () => AuditAsync(store, mark).GetAwaiter().GetResult());
        return
        [
            Measured($"`fsck`, {entries:#,0} entries, {Approvals:#,0} approvals by {type}", entries, times[0], times[1], "the signatures alone, on all cores", 60_000),
            Measured("… found sound before, the same ledger", entries, times[2], times[0], "the first time", 300_000),
        ];
    }

    /// <summary>A ledger with approvals, and what an audit of it came to.</summary>
    private static async Task<(SqliteLedgerStore Store, ISignatureVerifier Signers, List<Signed> Signed, AuditMark Mark)> OpenAsync(
        Scratch folder, string type, string[] arguments, int approvals)
    {
        var path = folder.File($"{type}.db");
        var key = folder.File(type);
        SigningBench.Run("ssh-keygen", ["-q", "-N", "", "-C", "bench", "-f", key, .. arguments]);
        var signers = Read(Encoding.UTF8.GetBytes($"{Person} {await File.ReadAllTextAsync(key + ".pub")}"), default, JsonObject.Empty).OrThrow();
        var signed = await FillAsync(path, key, signers, folder, approvals);
        var store = (await SqliteLedgerStore.OpenAsync(path, TimeProvider.System, new SqliteOptions(), CancellationToken.None)).OrThrow();
        var audited = await AuditAsync(store, null);
        return audited.Judged == approvals && audited.Mark is { } mark
            ? (store, signers, signed, mark)
            : throw new InvalidOperationException($"{audited.Judged} of {approvals} approvals were verified: {string.Join("; ", audited.Findings)}");
    }

    private static Row Measured(string work, long entries, double seconds, double other, string limit, double bar) => new(
        work,
        "–",
        $"{Row.Number(bar)} entries/s",
        $"{Row.Number(entries / seconds)} entries/s",
        $"{limit}, {Row.Number(entries / other)}/s",
        $"{other / seconds:0.00}",
        entries / seconds >= bar);

    private static Result<ISignatureVerifier> Read(ReadOnlyMemory<byte> allowed, ReadOnlyMemory<byte> revoked, JsonObject policy) =>
        SignerSet.Read(new SignerFile("allowed_signers", allowed), null, WebAuthnOptions.None).OrThrow();

    private static async Task<AuditedLedger> AuditAsync(SqliteLedgerStore store, AuditMark? mark) =>
        (await new LedgerAudit(store, Read).RunAsync(mark, CancellationToken.None)).OrThrow();

    private static void Verify(ISignatureVerifier signers, Signed one) =>
        _ = signers.Verify(one.Signature, one.Statement.Bytes.Span, one.Statement.Type.Namespace, Person, TimeProvider.System.GetUtcNow()).OrThrow();

    /// <summary>Six entries for each approval: proposed, issued, countersigned, approved, withdrawn; and another plan that waits.</summary>
    private static async Task<List<Signed>> FillAsync(string path, string key, ISignatureVerifier signers, Scratch folder, int approvals)
    {
        await using var rig = await PlanRig.OpenAsync(path, (signers, Read));
        var issued = new List<(PlanId Plan, Statement Statement, string File)>();
        await PlanRig.InTurnAsync(approvals, AtOnce, async () =>
        {
            var plan = await rig.NewAsync();
            var review = (await rig.Sessions.Person.ReviewAsync(plan, CancellationToken.None)).OrThrow();
            var statement = rig.Sessions.Person.StatementFor(review, Person, "the night is quiet").OrThrow();
            _ = (await rig.Sessions.Person.IssueAsync(plan, review.Document ?? throw new InvalidOperationException("no document"), statement, CancellationToken.None)).OrThrow();
            _ = await rig.NewAsync();
            var file = folder.File(plan.ToString());
            await File.WriteAllBytesAsync(file, statement.Bytes);
            lock (issued)
            {
                issued.Add((plan, statement, file));
            }
        });
        foreach (var part in issued.Chunk(PerCall))
        {
            SigningBench.Run("ssh-keygen", ["-q", "-Y", "sign", "-n", StatementType.Approval.Namespace, "-f", key, .. part.Select(one => one.File)]);
        }

        var signed = new List<Signed>();
        var next = -1;
        await PlanRig.InTurnAsync(approvals, AtOnce, async () =>
        {
            var (plan, statement, file) = issued[Interlocked.Increment(ref next)];
            var signature = await File.ReadAllBytesAsync(file + ".sig");
            _ = (await rig.Sessions.Person.CountersignAsync(plan, statement.Digest, signature, CancellationToken.None)).OrThrow();
            _ = (await rig.Sessions.Agent.WithdrawAsync(plan, CancellationToken.None)).OrThrow();
            lock (signed)
            {
                signed.Add(new Signed(statement, signature));
            }
        });
        return signed;
    }

    private sealed record Signed(Statement Statement, byte[] Signature);
}
