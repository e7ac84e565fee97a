namespace Interlock.Schema;

/// <summary>
/// Which members or items of one value a schema has looked at: the annotations that <c>unevaluatedProperties</c> and
/// <c>unevaluatedItems</c> need (Core section 11). Made only under a schema that has one of the two.
/// </summary>
internal sealed class EvaluatedSet(int count)
{
    private readonly ulong[] bits = new ulong[(count + 63) / 64];

    public int Count => count;

    public bool this[int index] => (bits[index >> 6] & (1UL << (index & 63))) != 0;

    public void Mark(int index) => bits[index >> 6] |= 1UL << (index & 63);

    public void MarkFirst(int number)
    {
        for (var i = 0; i < number; i++)
        {
            Mark(i);
        }
    }

    public void MarkAll() => Array.Fill(bits, ulong.MaxValue);

    public void Merge(EvaluatedSet other)
    {
        for (var i = 0; i < bits.Length; i++)
        {
            bits[i] |= other.bits[i];
        }
    }
}
