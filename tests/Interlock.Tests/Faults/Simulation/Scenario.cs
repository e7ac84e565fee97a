namespace Interlock.Tests.Faults.Simulation;

/// <summary>What comes from outside, between two steps.</summary>
internal enum Blow
{
    None = 0,
    ClockForward,
    ClockBack,
    KillAnExecutor,
    KillAnyone,
    EndAnExecutor,
    NewConfiguration,

    /// <summary>Forward, and soon back again.</summary>
    ClockAstray,
}

/// <summary>What is changed behind everybody's back as soon as a plan is approved.</summary>
internal enum Tampering
{
    None = 0,
    Body,
    Statement,
}

/// <summary>What will go wrong in a history, and when.</summary>
internal sealed class Scenario
{
    /// <summary>Two executors from the start, as no lock would ever let them; otherwise one at a time, under the lock.</summary>
    public bool Racing { get; init; }

    /// <summary>Whether effects fail, probes lie and people reject.</summary>
    public bool Mischief { get; init; }

    public required IReadOnlyDictionary<int, WriteFault> Faults { get; init; }

    public IReadOnlyList<(int Step, Blow Blow)> Blows { get; init; } = [];

    public Tampering Tampering { get; init; }

    /// <summary>The only plan there is, or null for any number of any shape.</summary>
    public Shape? Only { get; init; }

    /// <summary>The round of the person in which everything is stopped; -1 never.</summary>
    public int StopAt { get; init; } = -1;

    public int ResumeAt { get; init; } = -1;

    public static Scenario From(Dice dice)
    {
        var stop = dice.Percent(30) ? dice.Below(6) : -1;
        return new Scenario
        {
            Racing = dice.Percent(40),
            Mischief = dice.Percent(70),
            Faults = FaultsFrom(dice),
            Blows = BlowsFrom(dice),
            Tampering = dice.Percent(4) ? (Tampering)(1 + dice.Below(2)) : Tampering.None,
            StopAt = stop,
            ResumeAt = stop < 0 || dice.Percent(40) ? -1 : stop + 1 + dice.Below(4),
        };
    }

    /// <summary>A plan of two stages in an otherwise quiet world, and one fault.</summary>
    public static Scenario Quiet(int write, WriteFault fault) =>
        new() { Faults = new Dictionary<int, WriteFault> { [write] = fault }, Only = Shape.Two };

    private static int[] BlowCounts { get; } = [0, 0, 1, 1, 2, 3];

    private static int[] FaultCounts { get; } = [0, 1, 1, 1, 2, 2, 3];

    private static (int Step, Blow Blow)[] BlowsFrom(Dice dice)
    {
        var blows = new (int Step, Blow Blow)[dice.Pick(BlowCounts)];
        for (var i = 0; i < blows.Length; i++)
        {
            blows[i] = (dice.Below(400), (Blow)(1 + dice.Below(7)));
        }

        Array.Sort(blows);
        return blows;
    }

    private static Dictionary<int, WriteFault> FaultsFrom(Dice dice)
    {
        var faults = new Dictionary<int, WriteFault>();
        for (var i = dice.Pick(FaultCounts); i > 0; i--)
        {
            var at = dice.Below(30);
            var fault = (WriteFault)(1 + dice.Below(7));

            // a disk that is full is full for longer than one write
            var length = fault is WriteFault.Refused or WriteFault.UnknownLost && dice.Percent(30) ? 2 + dice.Below(7) : 1;
            for (var j = 0; j < length; j++)
            {
                faults[at + j] = fault;
            }
        }

        return faults;
    }
}
