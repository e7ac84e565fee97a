using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Interlock.Actions;

namespace Interlock.Sessions;

/// <summary>
/// Asks an executor what the world looks like to its effects. A preview is for the eye: without one, whatever the reason, the
/// reviewer is told so and can still decide.
/// </summary>
internal static class Previews
{
    /// <summary>The longest text of one preview, in UTF-16 units; a reviewer reads no more, and a surface must hold it.</summary>
    public const int LongestText = 1 << 18;

    public static async Task<ImmutableArray<Preview>> OfAsync(
        StageEffects stage, TimeSpan bound, TimeProvider clock, TaskScheduler scheduler, CancellationToken cancellationToken)
    {
        var previews = ImmutableArray.CreateBuilder<Preview>(stage.Effects.Length);
        foreach (var effect in stage.Effects)
        {
            previews.Add(await OfAsync(stage.Definition.Executor, effect, bound, clock, scheduler, cancellationToken));
        }

        return previews.MoveToImmutable();
    }

    [SuppressMessage(
        "Design", "CA1031", Justification = "an executor is somebody else's code: whatever it throws is `no preview`, and a person can still decide")]
    private static async Task<Preview> OfAsync(
        IExecutor executor, Effect effect, TimeSpan bound, TimeProvider clock, TaskScheduler scheduler, CancellationToken cancellationToken)
    {
        using var bounded = new CancellationTokenSource(bound, clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, bounded.Token);
        var token = linked.Token;
        try
        {
            // on the pool: one that blocks before its first await must not keep the reviewer waiting for ever
            var preview = await Task.Factory.StartNew(
                    () => executor.PreviewAsync(effect, token), token, TaskCreationOptions.DenyChildAttach, scheduler)
                .Unwrap()
                .WaitAsync(bound, clock, cancellationToken);
            return preview?.Text is { } text ? preview with { Text = Shorten(text) } : new Preview(false, "the adapter gave no preview");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (exception is TimeoutException || bounded.IsCancellationRequested)
        {
            return new Preview(false, "the preview did not come in time");
        }
        catch (Exception exception)
        {
            // a stranger's code: whatever it throws, there is no preview and the reviewer is told
            return new Preview(false, $"the preview failed with {exception.GetType().Name}: {ShortText.Of(exception.Message)}");
        }
    }

    /// <summary>Bounded, and well-formed: half of a surrogate pair could be written by no surface.</summary>
    private static string Shorten(string text) => Encoding.UTF8.GetString(
        Encoding.UTF8.GetBytes(text.Length <= LongestText ? text : string.Concat(text.AsSpan(0, LongestText), "…")));
}
