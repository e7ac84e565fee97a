using Interlock.Canonical;

namespace Interlock.Plans;

/// <summary>The caps of a plan body. They hold before anything that costs more than reading does.</summary>
public sealed record PlanLimits
{
    /// <summary>The longest stage id and action name: 128 bytes of UTF-8.</summary>
    public const int MaxNameBytes = 128;

    /// <summary>1 MiB, nesting of 32, 100 stages.</summary>
    public static PlanLimits Default { get; } = new();

    /// <summary>The largest body in bytes of its canonical form, 1 to 256 MiB. Default 1 MiB.</summary>
    public int MaxBytes
    {
        get;
        init => field = Within(value, 1, 256 << 20);
    } = 1 << 20;

    /// <summary>The deepest nesting of arrays and objects in a body, 4 to 500. Default 32.</summary>
    public int MaxDepth
    {
        get;
        init => field = Within(value, 4, 500);
    } = 32;

    /// <summary>The most stages, 1 to 1,000,000. Default 100.</summary>
    public int MaxStages
    {
        get;
        init => field = Within(value, 1, 1_000_000);
    } = 100;

    /// <summary>The caps as the reader of a body's text takes them.</summary>
    public JsonReadOptions ReadOptions => new() { MaxBytes = MaxBytes, MaxDepth = MaxDepth };

    private static int Within(int value, int least, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most);
        return value;
    }
}
