namespace Interlock.Bench;

/// <summary>
/// Times several things in turn, round after round, so that whatever else the machine does meets all of them alike; a ratio of two
/// medians from one run means something where two runs do not.
/// </summary>
internal static class Rounds
{
    /// <summary>The median time of each, in seconds.</summary>
    /// <param name="rounds">How often each is timed, after one round that is not.</param>
    /// <param name="work">What is timed.</param>
    public static double[] Medians(int rounds, params ReadOnlySpan<Action> work)
    {
        var times = new double[work.Length][];
        for (var i = 0; i < work.Length; i++)
        {
            times[i] = new double[rounds];
            work[i]();
        }

        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < work.Length; i++)
            {
                times[i][round] = Seconds(work[i]);
            }
        }

        return [.. times.Select(Median)];
    }

    public static double Seconds(Action work)
    {
        var start = TimeProvider.System.GetTimestamp();
        work();
        return TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    public static async Task<double> SecondsAsync(Func<Task> work)
    {
        var start = TimeProvider.System.GetTimestamp();
        await work();
        return TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    public static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    /// <summary>So many calls in a row, as one piece of work.</summary>
    public static Action Times(int count, Action once) => () =>
    {
        for (var i = 0; i < count; i++)
        {
            once();
        }
    };
}
