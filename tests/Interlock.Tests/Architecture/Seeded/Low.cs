using Interlock.Tests.Architecture.Seeded.High;

namespace Interlock.Tests.Architecture.Seeded.Low;

// Uses that point upwards on purpose: the arrows test has to find each of them.

internal static class Signature
{
    public static Top? Find() => null;
}

internal static class Body
{
    public static string Name() => new Top().ToString() ?? "";
}

internal static class Argument
{
    public static int Count() => new List<Top>().Count;
}

internal sealed class Base;
