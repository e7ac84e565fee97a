using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Interlock.Canonical;

/// <summary>Builds the values of a document from its tokens.</summary>
internal static class JsonTree
{
    public static JsonValue Build(in JsonTape tape, int index) =>
        tape[index].Kind switch
        {
            JsonKind.Null => JsonNull.Instance,
            JsonKind.True => JsonBoolean.True,
            JsonKind.False => JsonBoolean.False,
            JsonKind.Number => new JsonNumber(Number(tape.Text(index))),
            JsonKind.String => new JsonString(Text(tape, index)),
            JsonKind.Array => Array(tape, index),
            JsonKind.Object => Object(tape, index),
            var kind => throw new InvalidOperationException($"no value for {kind}"),
        };

    /// <summary>The text of a string or name.</summary>
    public static string Text(in JsonTape tape, int index) =>
        tape[index].Plain ? Encoding.UTF8.GetString(tape.Quoted(index)) : JsonEscape.Unescape(tape.Quoted(index));

    /// <summary>The double that a literal stands for.</summary>
    public static double Number(ReadOnlySpan<byte> literal) =>
        literal.Length <= 15 && long.TryParse(literal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
            ? integer
            : double.Parse(literal, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static JsonArray Array(in JsonTape tape, int index)
    {
        var count = tape[index].Count;
        if (count == 0)
        {
            return JsonArray.Empty;
        }

        var items = new JsonValue[count];
        var at = index + 1;
        for (var i = 0; i < count; i++)
        {
            items[i] = Build(tape, at);
            at = tape[at].Next;
        }

        return new JsonArray(ImmutableCollectionsMarshal.AsImmutableArray(items));
    }

    private static JsonObject Object(in JsonTape tape, int index)
    {
        if (tape[index].Count == 0)
        {
            return JsonObject.Empty;
        }

        var members = new JsonMember[tape[index].Count];
        var i = 0;
        foreach (var name in tape.MembersOf(index))
        {
            members[i++] = new JsonMember(tape[name].Plain ? JsonNames.Text(tape.Quoted(name)) : Text(tape, name), Build(tape, name + 1));
        }

        return JsonObject.FromSorted(members);
    }
}
