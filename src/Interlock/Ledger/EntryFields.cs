using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>Where the five values of an entry stand on the tape of its line.</summary>
internal struct EntryFields
{
    public int Event;
    public int Hash;
    public int Prev;
    public int Seq;
    public int Ts;

    /// <summary>Finds the five members, in the order of RFC 8785, each of its kind; false where there are others.</summary>
    public static bool TryFind(in JsonTape tape, out EntryFields fields)
    {
        fields = default;
        if (tape[0] is not { Kind: JsonKind.Object, Count: 5 })
        {
            return false;
        }

        var members = tape.MembersOf(0);
        return TryFind(ref members, tape, "event"u8, JsonKind.Object, out fields.Event)
            && TryFind(ref members, tape, "hash"u8, JsonKind.String, out fields.Hash)
            && TryFind(ref members, tape, "prev"u8, JsonKind.String, out fields.Prev)
            && TryFind(ref members, tape, "seq"u8, JsonKind.Number, out fields.Seq)
            && TryFind(ref members, tape, "ts"u8, JsonKind.String, out fields.Ts);
    }

    /// <summary>The two digests that the line states.</summary>
    public readonly bool TryDigests(in JsonTape tape, out Sha256Digest prev, out Sha256Digest hash)
    {
        hash = default;
        return Sha256Digest.TryParse(tape.Quoted(Prev), out prev) && Sha256Digest.TryParse(tape.Quoted(Hash), out hash);
    }

    /// <summary>The hash that its values have: SHA-256(ASCII(prev) ‖ JCS({event, prev, seq, ts})).</summary>
    public readonly Sha256Digest HashOf(in JsonTape tape)
    {
        using var hashed = new CanonicalWriter(1024);
        hashed.WriteRaw(tape.Quoted(Prev));

        // in the order of RFC 8785
        hashed.WriteRaw("{\"event\":"u8);
        hashed.Write(tape, Event);
        hashed.WriteRaw(",\"prev\":"u8);
        hashed.Write(tape, Prev);
        hashed.WriteRaw(",\"seq\":"u8);
        hashed.Write(tape, Seq);
        hashed.WriteRaw(",\"ts\":"u8);
        hashed.Write(tape, Ts);
        hashed.WriteRaw("}"u8);
        return Sha256Digest.Of(hashed.Written);
    }

    private static bool TryFind(
        ref JsonTape.MemberEnumerator members, in JsonTape tape, ReadOnlySpan<byte> name, JsonKind kind, out int value)
    {
        value = members.MoveNext() ? members.Current + 1 : 0;
        return value > 0 && tape.Is(members.Current, name) && tape[value].Kind == kind;
    }
}
