using System.Buffers;
using System.Text;

namespace Interlock.Canonical;

/// <summary>The order of RFC 8785 section 3.2.3, UTF-16 code units, over names as they are spelled in UTF-8.</summary>
internal static class MemberOrder
{
    /// <summary>So many are sorted by insertion, and without an array.</summary>
    private const int Few = 16;

    /// <summary>Compares two names whose spelling was accepted.</summary>
    /// <param name="left">One name between its quotation marks.</param>
    /// <param name="leftPlain">Whether it has no escape.</param>
    /// <param name="right">The other name.</param>
    /// <param name="rightPlain">Whether it has no escape.</param>
    public static int Compare(ReadOnlySpan<byte> left, bool leftPlain, ReadOnlySpan<byte> right, bool rightPlain)
    {
        if (leftPlain && rightPlain)
        {
            var same = left.CommonPrefixLength(right);
            if (same == left.Length || same == right.Length)
            {
                return left.Length - right.Length;
            }

            // as bytes, except that U+E000 to U+FFFF (from 0xEE) follow what takes two units (from 0xF0)
            var (one, other) = (left[same], right[same]);
            return one >= 0xee && other >= 0xee && (one >= 0xf0) != (other >= 0xf0) ? other - one : one - other;
        }

        return CompareUnits(left, right);
    }

    /// <summary>Compares two names of a tape.</summary>
    public static int Compare(in JsonTape tape, int left, int right) =>
        Compare(tape.Quoted(left), tape[left].Plain, tape.Quoted(right), tape[right].Plain);

    private static int CompareUnits(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var one = new Units(left);
        var other = new Units(right);
        while (true)
        {
            var leftUnit = one.Next();
            var rightUnit = other.Next();
            if (leftUnit != rightUnit || leftUnit < 0)
            {
                return leftUnit - rightUnit;
            }
        }
    }

    /// <summary>The UTF-16 code units of a name, one after another; then -1.</summary>
    private ref struct Units(ReadOnlySpan<byte> raw)
    {
        private readonly ReadOnlySpan<byte> raw = raw;
        private int at;
        private int pending = -1;

        public int Next()
        {
            if (pending >= 0)
            {
                var second = pending;
                pending = -1;
                return second;
            }

            if (at == raw.Length)
            {
                return -1;
            }

            Rune rune;
            if (raw[at] == (byte)'\\')
            {
                rune = JsonEscape.Decode(raw, ref at);
            }
            else
            {
                _ = Rune.DecodeFromUtf8(raw[at..], out rune, out var consumed);
                at += consumed;
            }

            Span<char> units = stackalloc char[2];
            if (rune.EncodeToUtf16(units) == 2)
            {
                pending = units[1];
            }

            return units[0];
        }
    }

    /// <summary>
    /// Sorts names in place and keeps the order of equal ones; a merge from the bottom up, so that no input is slow.
    /// </summary>
    /// <param name="names">The tokens of the names.</param>
    /// <param name="text">The document.</param>
    /// <param name="tape">What they are tokens of.</param>
    /// <returns>The second of two names that are the same, or -1.</returns>
    public static int SortAndFindTwin(Span<int> names, ReadOnlySpan<byte> text, in JsonTape tape)
    {
        var rented = names.Length > Few ? ArrayPool<Entry>.Shared.Rent(2 * names.Length) : null;
        var entries = rented is null ? stackalloc Entry[names.Length] : rented.AsSpan(0, names.Length);
        for (var i = 0; i < names.Length; i++)
        {
            entries[i] = new Entry(names[i], NamePrefix.Of(text, tape[names[i]]));
        }

        for (var start = 0; start < entries.Length; start += Few)
        {
            Insert(entries.Slice(start, Math.Min(Few, entries.Length - start)), tape);
        }

        if (rented is not null)
        {
            MergeRuns(entries, rented.AsSpan(names.Length, names.Length), tape);
        }

        var twin = -1;
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = entries[i].Name;
            twin = twin < 0 && i > 0 && Compare(entries[i - 1], entries[i], tape) == 0 ? entries[i].Name : twin;
        }

        if (rented is not null)
        {
            ArrayPool<Entry>.Shared.Return(rented);
        }

        return twin;
    }

    private static void Insert(Span<Entry> entries, in JsonTape tape)
    {
        for (var i = 1; i < entries.Length; i++)
        {
            var entry = entries[i];
            var to = i;
            while (to > 0 && Compare(entries[to - 1], entry, tape) > 0)
            {
                entries[to] = entries[to - 1];
                to--;
            }

            entries[to] = entry;
        }
    }

    private static void MergeRuns(Span<Entry> entries, Span<Entry> other, in JsonTape tape)
    {
        for (var width = Few; width < entries.Length; width *= 2)
        {
            for (var start = 0; start < entries.Length; start += 2 * width)
            {
                var middle = Math.Min(start + width, entries.Length);
                var end = Math.Min(start + (2 * width), entries.Length);
                Merge(entries[start..middle], entries[middle..end], other[start..end], tape);
            }

            other.CopyTo(entries);
        }
    }

    private static void Merge(ReadOnlySpan<Entry> left, ReadOnlySpan<Entry> right, Span<Entry> output, in JsonTape tape)
    {
        var (l, r) = (0, 0);
        for (var i = 0; i < output.Length; i++)
        {
            var takeLeft = r == right.Length || (l < left.Length && Compare(left[l], right[r], tape) <= 0);
            output[i] = takeLeft ? left[l++] : right[r++];
        }
    }

    private static int Compare(Entry left, Entry right, in JsonTape tape) =>
        left.Start.TryCompare(right.Start, out var order) ? order : Compare(tape, left.Name, right.Name);

    private readonly record struct Entry(int Name, NamePrefix Start);
}
