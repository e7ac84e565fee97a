using System.Runtime.InteropServices;
using Interlock.Canonical;

namespace Interlock.Plans;

/// <summary>
/// Walks a value without recursion, so that a value of any depth costs memory and never the stack. It knows where it is.
/// </summary>
internal struct BodyWalk(JsonValue root)
{
    /// <summary>What the canonical writer's recursion can take for certain.</summary>
    private const int DeepestHashable = 512;

    private readonly List<Frame> frames = [];
    private JsonValue? pending = root;

    /// <summary>The value just reached.</summary>
    public JsonValue Current { get; private set; } = root;

    /// <summary>The name under which <see cref="Current"/> stands in its object, if it does.</summary>
    public string? Name { get; private set; }

    /// <summary>How many arrays and objects are around <see cref="Current"/>, itself included.</summary>
    public readonly int Depth => frames.Count;

    /// <summary>The first reason why a value cannot be hashed: too deep, or not Unicode.</summary>
    public static Refusal? Fault(JsonValue value)
    {
        var walk = new BodyWalk(value);
        while (walk.MoveNext())
        {
            if (walk.Depth > DeepestHashable)
            {
                return Refusal.Of(RefusalCode.Malformed, "nested too deeply; flatten the document");
            }

            if ((walk.Current is JsonString text && TextHygiene.IndexOfLoneSurrogate(text.Value) >= 0)
                || (walk.Name is { } name && TextHygiene.IndexOfLoneSurrogate(name) >= 0))
            {
                return new Refusal(
                    RefusalCode.Malformed, walk.Path(null), "holds half of a surrogate pair, which is not Unicode text; remove it");
            }
        }

        return null;
    }

    /// <summary>Goes to the next value, parents before children.</summary>
    public bool MoveNext()
    {
        if (pending is { } first)
        {
            pending = null;
            Name = null;
            Enter(first);
            return true;
        }

        while (frames.Count > 0)
        {
            ref var frame = ref CollectionsMarshal.AsSpan(frames)[^1];
            if (frame.Node is JsonObject obj)
            {
                if (frame.Next < obj.Count)
                {
                    var member = obj.Members[frame.Next++];
                    Name = member.Name;
                    Enter(member.Value);
                    return true;
                }
            }
            else if (frame.Node is JsonArray array && frame.Next < array.Items.Length)
            {
                Name = null;
                Enter(array.Items[frame.Next++]);
                return true;
            }

            frames.RemoveAt(frames.Count - 1);
        }

        return false;
    }

    /// <summary>Where <see cref="Current"/> is.</summary>
    /// <param name="isSecret">Which names are not to be told.</param>
    public readonly string Path(Func<string, bool>? isSecret)
    {
        var parts = new List<string>();
        foreach (var frame in CollectionsMarshal.AsSpan(frames))
        {
            // the frame of the current value itself has given out no child yet
            if (frame.Next > 0)
            {
                parts.Add(frame.Node is JsonObject obj
                    ? Shown(obj.Members[frame.Next - 1].Name, isSecret)
                    : (frame.Next - 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return parts.Count == 0 ? JsonError.Root : string.Join('/', parts);
    }

    /// <summary>
    /// Whether <see cref="Current"/> is a parameter of a stage or of a rollback, and not something inside of one; then also
    /// the stage or rollback, and the parameter's name.
    /// </summary>
    public readonly bool IsParameter(out JsonObject? holder, out string name)
    {
        holder = null;
        name = Name ?? "";
        var span = CollectionsMarshal.AsSpan(frames);

        // body / stages / stage / params, or body / stages / stage / rollback / params
        if (Current is JsonArray or JsonObject || Name is null || span.Length is not (4 or 5)
            || StepName(span[0]) != "stages"
            || StepName(span[^2]) != "params"
            || (span.Length == 5 && StepName(span[2]) != "rollback"))
        {
            return false;
        }

        holder = span[^2].Node as JsonObject;
        return holder is not null;
    }

    /// <summary>The place of the stage in which <see cref="Current"/> stands; null where it stands in none.</summary>
    public readonly int? Stage
    {
        get
        {
            var span = CollectionsMarshal.AsSpan(frames);
            return span.Length >= 2 && StepName(span[0]) == "stages" && span[1].Node is JsonArray && span[1].Next > 0 ? span[1].Next - 1 : null;
        }
    }

    /// <summary>A name as a path shows it: masked where it is a secret, else shortened and escaped.</summary>
    public static string Shown(string name, Func<string, bool>? isSecret) =>
        isSecret is not null && isSecret(name) ? Masked : SafeText.Escape(name, SafeText.LongestStep);

    /// <summary>What stands in place of a secret.</summary>
    public const string Masked = "***";

    private static string? StepName(in Frame frame) =>
        frame.Node is JsonObject obj && frame.Next > 0 ? obj.Members[frame.Next - 1].Name : null;

    private void Enter(JsonValue value)
    {
        Current = value;
        if (value is JsonArray or JsonObject)
        {
            frames.Add(new Frame { Node = value });
        }
    }

    private struct Frame
    {
        public required JsonValue Node { get; init; }

        public int Next { get; set; }
    }
}
