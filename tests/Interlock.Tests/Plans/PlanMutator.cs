using Interlock.Canonical;

namespace Interlock.Tests.Plans;

/// <summary>Changes one place of a value: another type, another text, a member less, a member more, an item twice.</summary>
internal static class PlanMutator
{
    private static readonly JsonValue[] Strangers =
    [
        JsonNull.Instance, true, false, 0, 1, -1, "", "x", "s1", "restart", "\u202e", "\ud800", "AKIAABCDEFGHIJKLMNOP", "line\nfeed",
        new string('é', 300), JsonArray.Empty, JsonObject.Empty, new JsonNumber(1e300), new JsonArray([JsonNull.Instance]),
        JsonObject.Of(("action", "restart")), JsonObject.Of(("kind", "service"), ("id", "web-1")),
    ];

    private static readonly string[] Names =
        ["id", "action", "intent", "stages", "params", "probe", "expect", "op", "rollback", "irreversible", "zz", "\u001b", "\udfff", ""];

    public static JsonValue Mutate(Random random, JsonValue value)
    {
        if (random.Next(6) == 0)
        {
            return Strangers[random.Next(Strangers.Length)];
        }

        switch (value)
        {
            case JsonObject { Count: > 0 } obj:
                var member = obj.Members[random.Next(obj.Count)];
                return random.Next(8) switch
                {
                    0 => obj.Without(member.Name),
                    1 => obj.With(Names[random.Next(Names.Length)], Strangers[random.Next(Strangers.Length)]),
                    _ => obj.With(member.Name, Mutate(random, member.Value)),
                };
            case JsonArray { Items.Length: > 0 } array:
                var at = random.Next(array.Items.Length);
                return random.Next(6) switch
                {
                    0 => new JsonArray(array.Items.RemoveAt(at)),
                    1 => new JsonArray(array.Items.Add(array.Items[at])),
                    _ => new JsonArray(array.Items.SetItem(at, Mutate(random, array.Items[at]))),
                };
            default:
                return Strangers[random.Next(Strangers.Length)];
        }
    }
}
