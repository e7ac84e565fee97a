namespace Interlock.Canonical;

/// <content>
/// Straight from the tokens of a document: the same bytes as by way of its values, and nothing is allocated. What is canonical as it
/// stands is copied.
/// </content>
internal ref partial struct CanonicalWriter
{
    /// <summary>Puts bytes before what is written next, as they are.</summary>
    public void WriteRaw(scoped ReadOnlySpan<byte> bytes) => Append(bytes);

    public void Write(in JsonTape tape, int index)
    {
        ref readonly var token = ref tape[index];
        if (token.Verbatim)
        {
            Append(tape.Text(index));
            return;
        }

        switch (token.Kind)
        {
            case JsonKind.String:
                WriteEscaped(tape.Quoted(index));
                break;
            case JsonKind.Object:
                WriteObject(tape, index);
                break;
            case JsonKind.Array:
                WriteArray(tape, index, token.Count);
                break;
            case JsonKind.Number:
                Write(JsonTree.Number(tape.Text(index)));
                break;
            default:
                throw new InvalidOperationException($"no canonical form for {token.Kind}");
        }
    }

    private void WriteArray(in JsonTape tape, int index, int count)
    {
        Append((byte)'[');
        var item = index + 1;
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
            {
                Append((byte)',');
            }

            Write(tape, item);
            item = tape[item].Next;
        }

        Append((byte)']');
    }

    private void WriteObject(in JsonTape tape, int index)
    {
        Append((byte)'{');
        var first = true;
        foreach (var name in tape.MembersOf(index))
        {
            if (!first)
            {
                Append((byte)',');
            }

            first = false;
            if (tape[name].Verbatim && tape[name + 1].Verbatim && tape.IsClose(name))
            {
                Append(tape.Text(name, name + 1));
                continue;
            }

            Write(tape, name);
            Append((byte)':');
            Write(tape, name + 1);
        }

        Append((byte)'}');
    }

    /// <summary>Decodes each escape and writes it as the canonical form has it.</summary>
    private void WriteEscaped(ReadOnlySpan<byte> raw)
    {
        Append((byte)'"');
        while (raw.IndexOf((byte)'\\') is >= 0 and var next)
        {
            Append(raw[..next]);
            var rune = JsonEscape.Decode(raw, ref next);
            if (rune.Value < 0x20 || rune.Value is '"' or '\\')
            {
                Escape((char)rune.Value);
            }
            else
            {
                output.Advance(rune.EncodeToUtf8(output.Space(4)));
            }

            raw = raw[next..];
        }

        Append(raw);
        Append((byte)'"');
    }
}
