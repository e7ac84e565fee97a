using System.Diagnostics.CodeAnalysis;

namespace Interlock;

/// <summary>A value or the <see cref="Refusal"/> that stands in its place. The default instance is neither and throws.</summary>
/// <typeparam name="T">What is answered when nothing is refused.</typeparam>
public readonly struct Result<T>
    where T : notnull
{
    private readonly T? value;
    private readonly Refusal? refusal;

    private Result(T? value, Refusal? refusal)
    {
        this.value = value;
        this.refusal = refusal;
    }

    /// <summary>A value.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>A refusal.</summary>
    /// <param name="refusal">The refusal.</param>
    public static implicit operator Result<T>(Refusal refusal) => new(default, refusal);

    /// <summary>Takes the answer apart; exactly one of the two is there.</summary>
    /// <param name="value">The value.</param>
    /// <param name="refusal">The refusal.</param>
    /// <returns>Whether there is a value.</returns>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Refusal? refusal)
    {
        value = this.value;
        refusal = this.refusal;
        if (refusal is null && value is null)
        {
            throw new InvalidOperationException("a default Result holds neither a value nor a refusal");
        }

        return refusal is null;
    }

    /// <summary>The value, where a refusal would be a bug of the program: in composition and in samples, not on input.</summary>
    /// <exception cref="InvalidOperationException">It was refused; the message says what, where and the mend.</exception>
    public T OrThrow() => TryGet(out var answer, out var refused)
        ? answer
        : throw new InvalidOperationException($"{refused.Path}: {refused.Message}");
}
