using System.Text;
using Interlock.Tests.Fuzzing.Reference;

namespace Interlock.Tests.Fuzzing;

/// <summary>Logs, ours and the old system's, whole and tampered with: also by somebody who seals what was changed anew.</summary>
internal static class AuditLogs
{
    private static readonly string[] Kinds = ["proposed", "approved", "execution-start", "stage-committed", "halt"];

    private static readonly string[] Times =
    [
        "2026-01-01T00:00:00.000001+00:00", "2026-01-01T00:00:00.0000001Z", "2026-01-01T00:00:00Z", "2024-02-29T23:59:59.9+00:00",
        "2026-01-01T00:00:00.123Z",
    ];

    private static readonly string[] BadTimes =
    [
        "2026-01-01 00:00:00Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00+01:00", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "", "now",
        "2026-01-01T00:00:00.12345678Z", " 2026-01-01T00:00:00Z", "2026-01-01T00:00:00z", "2026-1-1T00:00:00Z", "2026-01-01T00:00:00Z\n",
    ];

    public static byte[] Any(Random random)
    {
        var isOurs = random.OneIn(2);
        var entries = Entries(random);
        for (var changes = random.Next(3); changes > 0; changes--)
        {
            Tamper(random, entries);
        }

        // one in three seals again what he changed, from somewhere on: without a checkpoint nothing but shape can tell
        if (random.OneIn(3))
        {
            Seal(entries, random.OneIn(2) ? 0 : random.Next(entries.Count), random.OneIn(2));
        }

        var lines = entries.Select(entry => isOurs ? Encoding.UTF8.GetString(ReferenceJson.Write(entry)) : Spaced(random, entry)).ToList();
        if (lines.Count > 0 && random.OneIn(4))
        {
            Shuffle(random, lines);
        }

        var log = Encoding.UTF8.GetBytes(string.Join(random.OneIn(20) ? "\r\n" : "\n", lines) + (random.OneIn(8) ? "" : "\n"));
        return random.OneIn(2) ? random.Damage(log, JsonTexts.Bytes) : log;
    }

    private static List<SortedDictionary<string, object?>> Entries(Random random)
    {
        var entries = new List<SortedDictionary<string, object?>>();
        for (var count = random.Next(6); count > 0; count--)
        {
            entries.Add(new(StringComparer.Ordinal)
            {
                ["seq"] = (double)entries.Count,
                ["ts"] = random.Pick(Times),
                ["event"] = Event(random),
            });
        }

        Seal(entries, 0, numbers: false);
        return entries;
    }

    private static SortedDictionary<string, object?> Event(Random random)
    {
        var happened = new SortedDictionary<string, object?>(StringComparer.Ordinal)
        {
            ["kind"] = random.Pick(Kinds),
            ["plan_id"] = $"plan-{random.Next(3)}",
            ["intent"] = random.Pick("restart \"ä\"", "", "\u202e", "a\\b\n", "\U0001f600"),
        };
        if (random.OneIn(3))
        {
            happened["n"] = random.Pick(1.5, 1e20, -0.0, 5e-324, 9007199254740993, 1e21);
        }

        return happened;
    }

    private static void Seal(List<SortedDictionary<string, object?>> entries, int from, bool numbers)
    {
        for (var i = from; i < entries.Count; i++)
        {
            if (numbers)
            {
                entries[i]["seq"] = (double)i;
            }

            var prev = i == 0 ? new string('0', 64) : entries[i - 1].GetValueOrDefault("hash") as string ?? "";
            entries[i]["prev"] = prev;
            entries[i]["hash"] = ReferenceAudit.Seal(entries[i], prev);
        }
    }

    private static void Tamper(Random random, List<SortedDictionary<string, object?>> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        var at = random.Next(entries.Count);
        var entry = entries[at] = new SortedDictionary<string, object?>(entries[at], StringComparer.Ordinal);
        switch (random.Next(9))
        {
            case 0:
                entry["event"] = Event(random);
                break;
            case 1:
                entry["ts"] = random.Pick(random.OneIn(2) ? Times : BadTimes);
                break;
            case 2:
                entry["seq"] = random.Pick<object?>(0.0, 1.0, 2.5, -1.0, "0", null, at + 1e-9);
                break;
            case 3:
                entry["hash"] = random.Pick<object?>(new string('0', 64), null, "", (entry.GetValueOrDefault("hash") as string ?? "").ToUpperInvariant());
                break;
            case 4:
                entry["prev"] = random.Pick<object?>(new string('0', 64), null, "", (entry.GetValueOrDefault("prev") as string ?? "").ToUpperInvariant());
                break;
            case 5:
                entry[random.Pick("extra", "Seq", "event ", "")] = 1.0;
                break;
            case 6:
                entry.Remove(random.Pick("seq", "ts", "event", "hash", "prev"));
                break;
            case 7:
                entry["event"] = random.Pick<object?>("proposed", null, new List<object?>(), 1.0);
                break;
            default:
                entries.RemoveAt(at);
                break;
        }
    }

    private static void Shuffle(Random random, List<string> lines)
    {
        var (at, other) = (random.Next(lines.Count), random.Next(lines.Count));
        switch (random.Next(4))
        {
            case 0:
                lines.RemoveAt(at);
                break;
            case 1:
                (lines[at], lines[other]) = (lines[other], lines[at]);
                break;
            case 2:
                lines.Insert(at, lines[other]);
                break;
            default:
                lines.Insert(at, random.Pick("", "  ", "\t\r", "{}", "null", "nonsense", "\u00a0", "{"));
                break;
        }
    }

    /// <summary>Members in another order, with spaces, as the old system writes them.</summary>
    private static string Spaced(Random random, SortedDictionary<string, object?> entry)
    {
        var members = entry.Select(member =>
            $"{Encoding.UTF8.GetString(ReferenceJson.Write(member.Key))}: {Encoding.UTF8.GetString(ReferenceJson.Write(member.Value))}").ToArray();
        random.Shuffle(members);
        return $"{{{string.Join(", ", members)}}}";
    }
}
