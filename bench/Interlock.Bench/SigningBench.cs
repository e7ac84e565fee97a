using System.Diagnostics;
using System.Text;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Signing.Signers;
using Interlock.Signing.Sshsig;

namespace Interlock.Bench;

/// <summary>
/// What it takes to believe an approval: the statement is read and its signature, made by stock <c>ssh-keygen</c>, verified against a set of
/// signers.
/// </summary>
internal static class SigningBench
{
    private const int Rounds = 9;
    private const int Times = 50;
    private const int Quorum = 5;

    private static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly (string Type, string[] Arguments)[] Kinds =
    [
        ("ssh-ed25519", ["-t", "ed25519"]),
        ("ecdsa-sha2-nistp256", ["-t", "ecdsa", "-b", "256"]),
        ("ecdsa-sha2-nistp384", ["-t", "ecdsa", "-b", "384"]),
        ("ecdsa-sha2-nistp521", ["-t", "ecdsa", "-b", "521"]),
        ("rsa 3072", ["-t", "rsa", "-b", "3072"]),
    ];

    public static IEnumerable<Row> Run()
    {
        using var folder = new Scratch();
        foreach (var (type, arguments) in Kinds)
        {
            var approvals = Approvals(folder, type, arguments, 1);
            yield return Measured($"verify one approval, {type}", approvals, 0.001);
        }

        yield return Measured($"verify a quorum of {Quorum}, ssh-ed25519", Approvals(folder, "quorum", ["-t", "ed25519"], Quorum), 0.003);
    }

    private static Row Measured(string name, List<Approval> approvals, double limit)
    {
        var median = Bench.Rounds.Medians(Rounds, Bench.Rounds.Times(Times, () => approvals.ForEach(static approval => approval.Verify())))[0] / Times;
        return new Row(name, "–", $"< {limit * 1000:0} ms", $"{median * 1000:0.000} ms", "–", "–", median < limit);
    }

    private static List<Approval> Approvals(Scratch folder, string label, string[] arguments, int people)
    {
        var lines = new StringBuilder();
        var files = new List<(string Key, string Person)>();
        for (var i = 0; i < people; i++)
        {
            var key = folder.File($"{label.Replace(' ', '-')}-{i}");
            Run("ssh-keygen", ["-q", "-N", "", "-C", "bench", "-f", key, .. arguments]);
            lines.Append($"person{i} {File.ReadAllText(key + ".pub")}");
            files.Add((key, $"person{i}"));
        }

        var signers = SignerSet.Read(new SignerFile("allowed_signers", Encoding.UTF8.GetBytes(lines.ToString())), null, WebAuthnOptions.None)
            .TryGet(out var set, out var refusal) ? set : throw new InvalidOperationException(refusal.Message);
        return [.. files.Select(file => Signed(file.Key, file.Person, signers))];
    }

    private static Approval Signed(string key, string person, SignerSet signers)
    {
        var statement = Statement(person);
        var file = key + ".statement";
        File.WriteAllBytes(file, statement);
        Run("ssh-keygen", ["-q", "-Y", "sign", "-n", StatementType.Approval.Namespace, "-f", key, file]);
        return new Approval(signers, person, statement, File.ReadAllBytes(file + ".sig"));
    }

    private static byte[] Statement(string person)
    {
        var digest = new string('a', 64);
        return CanonicalJson.Write(JsonObject.Of(
            ("adapter_digest", digest),
            ("agent", "assistant"),
            ("agent_owner", "olga"),
            ("approver", person),
            ("audit_head", TreeHead.Empty.ToJson()),
            ("effects_digest", digest),
            ("expires_at", UtcTime.Format(At)),
            ("instance", new InstanceId(Sha256Digest.Zero, 0).ToString()),
            ("issued_at", UtcTime.Format(At)),
            ("nonce", new string('0', 32)),
            ("observed_digest", digest),
            ("plan_hash", digest),
            ("plan_id", "00000000-0000-4000-8000-000000000001"),
            ("policy_digest", digest),
            ("reason", "the change was announced and the night is quiet"),
            ("render_digest", digest),
            ("schema_version", "1"),
            ("signers_digest", digest),
            ("type", "approval")));
    }

    public static void Run(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })
            ?? throw new InvalidOperationException($"{program} was not started");
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program}: {process.StandardError.ReadToEnd()}");
        }
    }

    private sealed record Approval(SignerSet Signers, string Person, byte[] Bytes, byte[] Signature)
    {
        public void Verify()
        {
            if (!Interlock.Approvals.Statement.TryRead(Bytes).TryGet(out var statement, out var refusal)
                || !Signers.Verify(Signature, statement.Bytes.Span, statement.Type.Namespace, Person, At).TryGet(out _, out refusal))
            {
                throw new InvalidOperationException(refusal.Message);
            }
        }
    }
}
