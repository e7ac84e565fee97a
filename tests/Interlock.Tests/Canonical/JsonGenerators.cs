using FsCheck;
using FsCheck.Fluent;
using Interlock.Canonical;

namespace Interlock.Tests.Canonical;

/// <summary>Values that the model can hold, leaning towards those where two writers disagree.</summary>
internal static class JsonGenerators
{
    private static readonly double[] Boundaries =
    [
        0, -0.0, 1e20, 1e21, 9.999999999999999e20, 1e-6, 1e-7, 9.999999999999999e-7, double.MaxValue, double.Epsilon,
        -double.Epsilon, 2.2250738585072014e-308, 2.225073858507201e-308, 9007199254740991, 9007199254740992, 9007199254740994,
        -9007199254740991, -9007199254740992, 1e23, 0.1, -0.5, 1e15, 1e16, 123456789012345680000.0, 5e-324, 2.9802322387695312e-8,
    ];

    // UTF-16 order and code point order differ between U+E000..U+FFFF and all that is beyond U+FFFF
    private static readonly string[] Pieces =
    [
        "a", "b", "A", "0", "/", "\"", "\\", "\0", "\u001f", "\u007f", "\u0080", "\t", "\n", "é", "e\u0301", "\u2028", "\ud7ff",
        "\ue000", "\uff61", "\ufffd", "\uffff", "\U00010000", "\U0001f600", "\U0010ffff", "\u202e", "가", "K", "\u212a",
    ];

    public static Gen<double> Double { get; } = Gen.OneOf(
        Gen.Elements(Boundaries),
        ArbMap.Default.GeneratorFor<long>().Select(BitConverter.Int64BitsToDouble).Where(double.IsFinite),
        Gen.Choose(int.MinValue, int.MaxValue).Two()
            .Select(pair => BitConverter.UInt64BitsToDouble(((ulong)(uint)pair.Item1 << 32) | (uint)pair.Item2))
            .Where(double.IsFinite),
        Gen.Choose(int.MinValue, int.MaxValue).Select(bits => BitConverter.UInt64BitsToDouble((uint)bits)),
        Gen.Choose(-1074, 1023).Select(power => Math.ScaleB(1, power)),
        Gen.Choose(-1000000, 1000000).Select(number => number / 1000.0));

    public static Gen<string> Text { get; } = Gen.Choose(0, 6).SelectMany(
        length => Gen.Elements(Pieces).ArrayOf(length).Select(string.Concat));

    public static Gen<JsonValue> Value { get; } = Gen.Sized(size => Sized(Math.Min(size, 40)));

    private static Gen<JsonValue> Sized(int size)
    {
        var leaf = Gen.OneOf(
            Gen.Constant<JsonValue>(JsonNull.Instance),
            Gen.Elements<JsonValue>(JsonBoolean.True, JsonBoolean.False),
            Double.Select(JsonValue (number) => new JsonNumber(number)),
            Text.Select(JsonValue (text) => new JsonString(text)));
        if (size == 0)
        {
            return leaf;
        }

        var inner = Sized(size / 4);
        return Gen.OneOf(
            leaf,
            Gen.Choose(0, 5).SelectMany(count => inner.ArrayOf(count)).Select(JsonValue (items) => new JsonArray(items)),
            Gen.Choose(0, 6).SelectMany(count => Text.Zip(inner).ArrayOf(count)).Select(Object));
    }

    private static JsonValue Object((string Name, JsonValue Value)[] members) =>
        JsonObject.Of(members.DistinctBy(member => member.Name).Select(member => new JsonMember(member.Name, member.Value)));
}
