using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>One signature line of a note, <c>— NAME BASE64</c>. It is a claim until a <see cref="NoteVerifier"/> has looked.</summary>
/// <param name="Name">The name of the key.</param>
/// <param name="KeyId">The first four bytes: which key of that name, see <see cref="NoteKey.Id"/>.</param>
/// <param name="Bytes">The bytes after these: what the key's algorithm makes them.</param>
public sealed record NoteSignature(string Name, uint KeyId, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// A text and the signatures under it (C2SP signed-note). Signatures of unknown keys are kept and prove nothing.
/// </summary>
/// <param name="Text">The text that is signed, with the line feed at its end, without the empty line after it.</param>
/// <param name="Signatures">The signatures, in order, at least one.</param>
public sealed record SignedNote(string Text, ImmutableArray<NoteSignature> Signatures)
{
    /// <summary>The largest note in bytes: 64 KiB.</summary>
    public const int MaxBytes = 64 << 10;

    /// <summary>The most signatures on one note.</summary>
    public const int MaxSignatures = 100;

    private const string LineStart = "\u2014 ";
    private const int KeyIdBytes = 4;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a note.</summary>
    /// <param name="bytes">The whole note.</param>
    /// <param name="note">The note; nothing of it is verified.</param>
    /// <param name="error">Why the bytes are none: lower case, no full stop.</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SignedNote? note, [NotNullWhen(false)] out string? error)
    {
        note = null;
        error = bytes.IsEmpty ? "it is empty"
            : bytes.Length > MaxBytes ? $"it has {bytes.Length} bytes and the limit is {MaxBytes}"
            : null;
        if (error is not null || !TryDecode(bytes, out var all, out error))
        {
            return false;
        }

        // the last empty line parts them: signature lines are never empty, the text may hold empty lines
        var end = all.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0 || !all.EndsWith('\n') || end + 2 == all.Length)
        {
            error = "it has no signature: a text, an empty line and lines of signatures, each ended by a line feed";
            return false;
        }

        var lines = all[(end + 2)..^1].Split('\n');
        if (lines.Length > MaxSignatures)
        {
            error = $"it has {lines.Length} signatures and the limit is {MaxSignatures}";
            return false;
        }

        var signatures = ImmutableArray.CreateBuilder<NoteSignature>(lines.Length);
        foreach (var line in lines)
        {
            if (ParseLine(line) is not { } signature)
            {
                error = $"its signature line {signatures.Count + 1} is not `{LineStart}NAME BASE64`";
                return false;
            }

            signatures.Add(signature);
        }

        note = new SignedNote(all[..(end + 1)], signatures.MoveToImmutable());
        return true;
    }

    /// <summary>The bytes of the note.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder(Text).Append('\n');
        foreach (var signature in Signatures)
        {
            var bytes = new byte[KeyIdBytes + signature.Bytes.Length];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, signature.KeyId);
            signature.Bytes.Span.CopyTo(bytes.AsSpan(KeyIdBytes));
            text.Append(LineStart).Append(signature.Name).Append(' ').Append(Convert.ToBase64String(bytes)).Append('\n');
        }

        return StrictUtf8.GetBytes(text.ToString());
    }

    /// <summary>The bytes that are signed.</summary>
    public byte[] TextBytes() => StrictUtf8.GetBytes(Text);

    private static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? error)
    {
        try
        {
            text = StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            // the base class library has no other way to say it
            text = null;
            error = "it is not UTF-8";
            return false;
        }

        error = text.Any(character => character < ' ' && character != '\n') ? "it holds a control character" : null;
        return error is null;
    }

    private static NoteSignature? ParseLine(string line)
    {
        if (!line.StartsWith(LineStart, StringComparison.Ordinal) || line[LineStart.Length..].Split(' ') is not [var name, var encoded])
        {
            return null;
        }

        return NoteKey.IsName(name) && StrictBase64.TryDecode(encoded, MaxBytes, out var bytes) && bytes.Length > KeyIdBytes
            ? new NoteSignature(name, BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes.AsMemory(KeyIdBytes))
            : null;
    }
}
