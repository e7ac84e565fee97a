using Interlock.Canonical;

namespace Interlock.Schema;

/// <summary>Equality of JSON values (Core section 4.2.2), paid for step by step.</summary>
internal static class JsonEquality
{
    /// <summary>Deeper than the reader reads: only a value made by code gets here.</summary>
    private const int MaxDepth = 1_024;

    public static bool Equal(JsonValue left, JsonValue right, Evaluation run) => Equal(left, right, run, 0);

    /// <summary>
    /// A hash that agrees with equality. Seeded anew in each process (by <see cref="HashCode"/> and string hashing), so
    /// that colliding items cannot be prepared; and equality is paid for, should somebody still find some.
    /// </summary>
    public static int Hash(JsonValue value, Evaluation run)
    {
        var hash = default(HashCode);
        Add(value, ref hash, run, 0);
        return hash.ToHashCode();
    }

    private static bool Equal(JsonValue left, JsonValue right, Evaluation run, int depth)
    {
        if (ReferenceEquals(left, right))
        {
            return true;
        }

        if (!Affords(run, depth))
        {
            return false;
        }

        return (left, right) switch
        {
            (JsonString one, JsonString other) => one.Value.Length == other.Value.Length
                && run.Charge(one.Value.Length >> 6) && string.Equals(one.Value, other.Value, StringComparison.Ordinal),
            (JsonNumber one, JsonNumber other) => one.Value.Equals(other.Value),
            (JsonBoolean one, JsonBoolean other) => one.Value == other.Value,
            (JsonNull, JsonNull) => true,
            (JsonArray one, JsonArray other) => Equal(one, other, run, depth),
            (JsonObject one, JsonObject other) => Equal(one, other, run, depth),
            _ => false,
        };
    }

    private static bool Equal(JsonArray left, JsonArray right, Evaluation run, int depth)
    {
        if (left.Items.Length != right.Items.Length)
        {
            return false;
        }

        for (var i = 0; i < left.Items.Length; i++)
        {
            if (!Equal(left.Items[i], right.Items[i], run, depth + 1))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Equal(JsonObject left, JsonObject right, Evaluation run, int depth)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        // members are sorted, so equal objects are equal place by place
        for (var i = 0; i < left.Count; i++)
        {
            var one = left.Members[i];
            var other = right.Members[i];
            if (!string.Equals(one.Name, other.Name, StringComparison.Ordinal) || !Equal(one.Value, other.Value, run, depth + 1))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Affords(Evaluation run, int depth) =>
        depth > MaxDepth || !Evaluation.HasStack(depth) ? run.ExceedDepth() : run.Charge(1);

    private static void Add(JsonValue value, ref HashCode hash, Evaluation run, int depth)
    {
        if (!Affords(run, depth))
        {
            return;
        }

        hash.Add((int)JsonKindOf.Value(value));
        switch (value)
        {
            case JsonString text:
                _ = run.Charge(text.Value.Length >> 6);
                hash.Add(text.Value, StringComparer.Ordinal);
                break;
            case JsonNumber number:
                // both halves apart: folding them, as double does, is a collision that anyone can prepare
                var bits = BitConverter.DoubleToUInt64Bits(number.Value);
                hash.Add((uint)(bits >> 32));
                hash.Add((uint)(bits & uint.MaxValue));
                break;
            case JsonBoolean boolean:
                hash.Add(boolean.Value);
                break;
            case JsonArray array:
                hash.Add(array.Items.Length);
                foreach (var item in array.Items)
                {
                    Add(item, ref hash, run, depth + 1);
                }

                break;
            case JsonObject obj:
                hash.Add(obj.Count);
                foreach (var member in obj.Members)
                {
                    hash.Add(member.Name, StringComparer.Ordinal);
                    Add(member.Value, ref hash, run, depth + 1);
                }

                break;
            default:
                break;
        }
    }
}
