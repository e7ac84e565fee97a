using System.Text;

namespace Interlock.Plans;

/// <summary>
/// The rule for stage ids and action names: at most 128 bytes of UTF-8 without a line feed, because both stand on a line of
/// their own in what an idempotency key hashes.
/// </summary>
internal static class NameRule
{
    /// <summary>What is wrong with a name, or null.</summary>
    public static string? Fault(string name)
    {
        // no text of up to 42 UTF-16 units takes more than 128 bytes
        if (name.Length > PlanLimits.MaxNameBytes / 3 && Encoding.UTF8.GetByteCount(name) > PlanLimits.MaxNameBytes)
        {
            return $"longer than {PlanLimits.MaxNameBytes} bytes; shorten it";
        }

        return name.Contains('\n', StringComparison.Ordinal) ? "holds a line feed; write it on one line" : null;
    }
}
