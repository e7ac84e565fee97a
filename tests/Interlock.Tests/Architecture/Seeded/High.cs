using Interlock.Tests.Architecture.Seeded.Low;

namespace Interlock.Tests.Architecture.Seeded.High;

// Uses what is below it, as it may.
internal sealed class Top
{
    public Base Below { get; } = new();
}
