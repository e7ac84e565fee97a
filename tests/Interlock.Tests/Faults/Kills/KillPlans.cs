namespace Interlock.Tests.Faults.Kills;

/// <summary>The plans of a <see cref="KillRun"/>: no two stages share a resource, so that one in doubt keeps no other waiting.</summary>
internal static class KillPlans
{
    /// <summary>One to four stages, most of them short. One that takes a minute is there to be killed with its executor.</summary>
    public static string Body(Random random, ref int names)
    {
        var first = names;
        var count = random.Next(1, 5);
        names += count;
        var stages = Enumerable.Range(0, count).Select(index =>
        {
            var name = $"w{first + index}";
            var seconds = random.Next(10) switch { 0 when index > 0 => "60", < 3 => "0.1", _ => "0" };
            return $$$"""
                {"id":"s{{{index}}}","action":"work","target":{"kind":"work","id":"{{{name}}}"},"params":{"name":"{{{name}}}","seconds":"{{{seconds}}}"},
                 "preconditions":[{"check":"ready","expect":{"op":"equals","value":"true"}}],"rollback":{"irreversible":true,"justification":"work done stays done"}}
                """;
        });
        return $$"""{"intent":"do some work","stages":[{{string.Join(',', stages)}}]}""".ReplaceLineEndings(" ");
    }
}
