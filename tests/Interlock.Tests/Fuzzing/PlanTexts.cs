using System.Globalization;
using Interlock.Tests.Fuzzing.Reference;

namespace Interlock.Tests.Fuzzing;

/// <summary>A line with a policy and a line with a plan; most plans are nearly right, each in its own way.</summary>
internal static class PlanTexts
{
    /// <summary>How many policies there are; reading one costs more than a plan does.</summary>
    private const int Policies = 300;

    private static readonly string[] Actions = ["look", "restart", "create", "nuke", "stranger", "\u00e9tat", ""];

    private static readonly string[] Operators = ["equals", "not_equals", "at_least", "at_most", "contains", "equals_exact", "matches"];

    private static readonly string[] Unclean =
        ["\u0007", "\u001b[2J", "\u007f", "\u0085", "\u200b", "\u202e", "\ufeff", "\u2028", "\u2029", "\u00ad", "\uffff", "\ufdd0", "\u3164", "\ufe00", "\u115f", "\u2800", "\U000e0041", "\r"];

    private static readonly string[] Clean =
        ["", "x", "web", "a b", "line\nfeed", "tab\t", "\u00e9", "\U0001f600", "\ufe0f", "\u3000", "\u00a0", "None", "True", "true", "105", "web-1", "hunter", "e\u0301", "\ue000"];

    private static readonly string[] Secrets =
    [
        "eyJhbGciOiJ9.eyJzdWIi9", "eyJabcdefg.abcdefgh", "eyJabcdefgh.abcdefgh", "sk-abcdefghijklmnop", "sk-abcdefghijklmno", "xsk-abcdefghijklmnop", " sk-abcdefghijklmnop",
        "-sk-abcdefghijklmnop", "ghp_abcdefghijklmnopqrst", "ghp_abcdefghijklmnopqrs", "xghp_abcdefghijklmnopqrst", "AKIAABCDEFGHIJKLMNOP", "AKIAABCDEFGHIJKLMNO",
        "xAKIAABCDEFGHIJKLMNOP", "AKIAABCDEFGHIJKLMNOPQ", "0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcde", "0123456789ABCDEF0123456789ABCDEF",
        "sha256:0123456789abcdef0123456789abcdef", "sha512:0123456789abcdef0123456789abcdef", "sha1:0123456789abcdef0123456789abcdef",
        "x0123456789abcdef0123456789abcdef", "_0123456789abcdef0123456789abcdef", "(0123456789abcdef0123456789abcdef)", "0123456789abcdef0123456789abcdef0123456789abcdef",
        "sha256:x 0123456789abcdef0123456789abcdef", "hunter7", "tok-x", "\u00e90123456789abcdef0123456789abcdef",
    ];

    public static byte[] Any(Random random) =>
        [.. Policy(random.Next(Policies)), (byte)'\n', .. ReferenceJson.Write(Envelope(random))];

    private static byte[] Policy(int number)
    {
        var random = new Random(number);
        var policy = Members();
        if (!random.OneIn(12))
        {
            policy["action_registry"] = Members(
                ("look", Members()), ("restart", Members(("mutating", true))), ("create", Members(("creating", true), ("mutating", random.OneIn(2)))),
                ("nuke", Members(("mutating", true))), ("\u00e9tat", Members(("mutating", false))));
        }

        Maybe("forbidden_actions", () => List("nuke", random.Pick("absent", "create")));
        Maybe("forbidden_targets", () => List(
            Members(("kind", "vm"), ("id", random.Pick<object?>("105", 105.0))),
            random.Pick<object?>(Members(("kind", "gpu")), Members(("zone", null)), Members(("zone", "None"), ("kind", "vm")), Members(("live", true)), Members(("live", "TRUE")),
                Members(("kind", "service"), ("size", 1.5)), Members(("id", "web"), ("kind", "service")))));
        Maybe("secret_patterns", () => List(random.Pick("hunter[0-9]+", "^tok-", "x$"), "[0-9]{40}"));
        Maybe("unknown_action", () => random.Pick("reject", "mutating", "read"));
        Maybe("require_preconditions_for_mutating", () => random.OneIn(2));
        Maybe("schema_extension", () =>
        {
            var extension = Members();
            if (random.OneIn(2))
            {
                extension["stage_properties"] = Members(("owner", Members(("type", "string"))), ("weight", Members(("type", "integer"))));
            }

            if (random.OneIn(2))
            {
                extension["body_properties"] = Members(("ticket", Members(("type", "string"), ("minLength", 1.0))));
            }

            if (random.OneIn(3))
            {
                extension["target_schema"] = random.Pick<object?>(
                    Members(("type", "object"), ("required", List("id"))), Members(("type", "string")), Members(("enum", List("web", Members(("kind", "service"))))), true);
            }

            return extension;
        });
        return ReferenceJson.Write(policy);

        void Maybe(string name, Func<object?> value)
        {
            if (random.OneIn(2))
            {
                policy[name] = value();
            }
        }
    }

    private static SortedDictionary<string, object?> Envelope(Random random)
    {
        var body = Body(random);
        for (var changes = random.Next(4) - 1; changes > 0; changes--)
        {
            Change(random, body);
        }

        var hash = ReferenceJson.Hash(body);
        var envelope = Members(
            ("schema_version", "1"), ("plan_id", "p1"), ("status", random.Pick("draft", "proposed", "approved")), ("body", body), ("plan_hash", hash));
        switch (random.Next(24))
        {
            case 0:
                envelope["plan_hash"] = random.Pick<object?>(
                    hash.ToUpperInvariant(), hash[1..], hash + "\n", hash + " ", new string('0', 64), null, 1.0, "0" + hash[1..]);
                break;
            case 1:
                envelope["plan_hash"] = ReferenceJson.Hash("another");
                break;
            case 2:
                envelope.Remove(random.Pick("schema_version", "plan_id", "status", "body", "plan_hash"));
                break;
            case 3:
                envelope[random.Pick("schema_version", "plan_id", "status", "proposed_at", "approval", "execution_result", "more")] =
                    random.Pick<object?>(null, "", "1", 1.0, Members(), "draft", "later");
                break;
            case 4:
                envelope["body"] = random.Pick<object?>(null, "x", List(), Members());
                break;
            default:
                break;
        }

        return envelope;
    }

    private static SortedDictionary<string, object?> Body(Random random)
    {
        var body = Members(
            ("intent", Word(random, "demo")),
            ("stages", Enumerable.Range(0, random.Next(1, 4)).Select(object? (i) => Stage(random, i)).ToList()));
        Some(random, 6, () => body["note"] = Word(random, "noted"));
        Some(random, 10, () => body["ticket"] = random.Pick<object?>("T-1", "", 1.0));
        return body;
    }

    private static SortedDictionary<string, object?> Stage(Random random, int index)
    {
        var id = random.OneIn(25) ? "s0" : string.Create(CultureInfo.InvariantCulture, $"s{index}");
        var stage = Members(("id", id), ("action", Action(random)));
        Some(random, 2, () => stage["params"] = Members((random.Pick("replicas", "name"), Word(random, "3"))));
        Some(random, 2, () => stage["target"] = Target(random));
        Some(random, 12, () => stage["note"] = Word(random, "noted"));
        Some(random, 10, () => stage[random.Pick("owner", "weight")] = random.Pick<object?>("me", 2.0, 1.5));
        if (!random.OneIn(5))
        {
            stage["preconditions"] = Enumerable.Range(0, random.Next(12) == 0 ? 0 : random.Next(1, 3)).Select(object? (_) => Check(random)).ToList();
        }

        Some(random, 3, () => stage["verify"] = List(Check(random)));
        if (!random.OneIn(5))
        {
            stage["rollback"] = Rollback(random);
        }

        return stage;
    }

    private static SortedDictionary<string, object?> Rollback(Random random)
    {
        if (random.OneIn(4))
        {
            return Members(("irreversible", !random.OneIn(6)), ("justification", random.OneIn(6) ? "" : "gone is gone"));
        }

        var rollback = Members(("action", Action(random)));
        Some(random, 2, () => rollback["params"] = Members(("replicas", Word(random, "1"))));
        Some(random, 3, () => rollback["target"] = Target(random));
        return rollback;
    }

    private static string Action(Random random) => random.OneIn(8) ? random.Pick(Actions) : random.Pick("look", "restart", "restart", "create");

    private static SortedDictionary<string, object?> Target(Random random)
    {
        var target = Members(("kind", random.Pick("service", "vm", "gpu", "service", "service")), ("id", random.Pick("web", "105", "db", "api")));
        Some(random, 6, () => target["zone"] = random.Pick<object?>(null, "None", "a", 1.0));
        Some(random, 8, () => target["live"] = random.Pick<object?>(true, false, "true", "True", "TRUE"));
        Some(random, 8, () => target["size"] = random.Pick<object?>(1.5, "1.5", 2.0, List()));
        return target;
    }

    private static SortedDictionary<string, object?> Check(Random random)
    {
        var op = random.Pick(Operators);
        var value = op == "matches" ? random.OneIn(8) ? random.Pick(ReferencePlans.UnusablePatterns) : random.Pick("up", "^a+$", "[0-9]{1,3}", ".*", "a|b", "\\d+") : Word(random, "1");
        var check = Members(("check", "up"), ("expect", Members(("op", op), ("value", value))));
        Some(random, 2, () => check["probe"] = Members(("unit", Word(random, "web"))));
        Some(random, 12, () => check["note"] = Word(random, "noted"));
        return check;
    }

    /// <summary>Mostly a usual word; now and then one that is a secret, unclean or empty.</summary>
    private static string Word(Random random, string usual) => random.Next(60) switch
    {
        0 => random.Pick(Secrets),
        1 => usual + random.Pick(Unclean),
        2 or 3 or 4 => random.Pick(Clean),
        _ => usual,
    };

    /// <summary>Another value, name, member or item somewhere below.</summary>
    private static void Change(Random random, object? value)
    {
        switch (value)
        {
            case SortedDictionary<string, object?> { Count: > 0 } members:
                var name = members.Keys.ElementAt(random.Next(members.Count));
                switch (random.Next(9))
                {
                    case 0:
                        members.Remove(name);
                        break;
                    case 1:
                        members[random.Pick(
                            "id", "action", "target", "note", "irreversible", "zz", "", "\u202e", "ghp_abcdefghijklmnopqrst", "kind", "params", "owner")] = Stranger(random);
                        break;
                    case 2:
                        members[name] = Stranger(random);
                        break;
                    default:
                        Change(random, members[name]);
                        break;
                }

                break;
            case List<object?> { Count: > 0 } items:
                var at = random.Next(items.Count);
                switch (random.Next(8))
                {
                    case 0:
                        items.RemoveAt(at);
                        break;
                    case 1:
                        items.Add(items[at]);
                        break;
                    case 2:
                        items[at] = Stranger(random);
                        break;
                    default:
                        Change(random, items[at]);
                        break;
                }

                break;
            default:
                break;
        }
    }

    private static object? Stranger(Random random) => random.Next(14) switch
    {
        0 => null,
        1 => true,
        2 => random.Pick(0.0, 1.0, -1.5, 1e300),
        3 => "",
        4 => List(),
        5 => Members(),
        6 => random.Pick(Secrets),
        7 => random.Pick(Clean) + random.Pick(Unclean),
        8 => Enumerable.Range(0, 12).Aggregate((object?)"deep", (inner, _) => List(inner)),
        9 => new string('\u00e9', random.Next(60, 70)),
        10 => random.Pick(Actions),
        11 => "s0",
        12 => Target(random),
        _ => random.Pick(Clean),
    };

    private static void Some(Random random, int oneIn, Action action)
    {
        if (random.OneIn(oneIn))
        {
            action();
        }
    }

    private static SortedDictionary<string, object?> Members(params (string Name, object? Value)[] members) =>
        new(members.ToDictionary(member => member.Name, member => member.Value), StringComparer.Ordinal);

    private static List<object?> List(params object?[] items) => [.. items];
}
