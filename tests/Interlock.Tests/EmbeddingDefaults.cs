using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Plans;

namespace Interlock.Tests;

/// <summary>What a program that embeds the engine need not write itself.</summary>
public sealed class EmbeddingDefaults
{
    [Fact]
    public void A_value_is_taken_out_and_a_refusal_throws_with_place_and_mend()
    {
        Result<string> given = "yes";
        Result<string> refused = new Refusal(RefusalCode.Invalid, "stages/0", "name the action");

        Assert.Equal("yes", given.OrThrow());
        var thrown = Assert.Throws<InvalidOperationException>(() => refused.OrThrow());
        Assert.Equal("stages/0: name the action", thrown.Message);
        Assert.Throws<InvalidOperationException>(() => default(Result<string>).OrThrow());
    }

    [Fact]
    public async Task An_executor_without_a_preview_says_that_there_is_none()
    {
        IExecutor executor = new Blind();
        var preview = await executor.PreviewAsync(new Effect("a", "b", "", JsonObject.Empty, [], "c"), default);
        Assert.False(preview.Available);
        Assert.Equal(Preview.None, preview);
    }

    private sealed class Blind : IExecutor
    {
        public Result<ImmutableArray<Effect>> Describe(Stage stage) => ImmutableArray<Effect>.Empty;

        public Task<StageOutcome> ExecuteAsync(Effect effect, IdempotencyKey key, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("nothing is executed here");
    }
}
