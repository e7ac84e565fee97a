using System.Text;
using Interlock.Canonical;
using Interlock.Plans;

namespace Interlock.Actions;

/// <summary>
/// Names one effect of one stage of one plan of one instance, for ever:
/// <c>SHA-256("interlock-idem-v1\n" instance "\n" plan_id "\n" plan_hash "\n" stage_id "\n" target)</c>.
/// </summary>
public readonly record struct IdempotencyKey
{
    private IdempotencyKey(Sha256Digest digest) => Digest = digest;

    /// <summary>The digest.</summary>
    public Sha256Digest Digest { get; }

    /// <summary>Computes the key.</summary>
    /// <param name="instance">The digest of the ledger's genesis entry.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="hash">The hash of its body.</param>
    /// <param name="stageId">The stage; holds no line feed.</param>
    /// <param name="target">The effect's target within the stage.</param>
    public static IdempotencyKey For(Sha256Digest instance, PlanId plan, PlanHash hash, string stageId, string target) =>
        new(Sha256Digest.Of(Encoding.UTF8.GetBytes($"interlock-idem-v1\n{instance}\n{plan}\n{hash}\n{stageId}\n{target}")));

    /// <summary>Reads 64 lower-case hexadecimal digits; anything else is refused.</summary>
    /// <param name="text">The text.</param>
    /// <param name="key">The key.</param>
    public static bool TryParse(string? text, out IdempotencyKey key)
    {
        var ok = Sha256Digest.TryParse(text, out var digest);
        key = new IdempotencyKey(digest);
        return ok;
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Digest.ToString();
}
