using Interlock.Canonical;

namespace Interlock.Approvals;

/// <summary>A countersignature that the ledger holds and that counts for nothing: something that it was signed under is another by now.</summary>
/// <param name="Approver">Whose.</param>
/// <param name="Why">Why it does not hold, and what to do.</param>
public sealed record VoidCountersignature(string Approver, Refusal Why)
{
    /// <summary>It in words, one line.</summary>
    public override string ToString() => $"what {SafeText.Quote(Approver, 128)} signed is void: {Why.Message}";

    /// <summary><c>{person, why: {code, path, message}}</c>.</summary>
    internal JsonObject ToJson() => JsonObject.Of(("person", Approver), ("why", Why.ToJson()));
}
