using Interlock.Ledger;

namespace Interlock.Storage;

/// <summary>An append that waits for the writer, and its caller who waits for the answer.</summary>
internal sealed class PendingAppend : IDisposable
{
    private readonly TaskCompletionSource<AppendAnswer> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration registration;
    private int taken;

    public PendingAppend(Append append, CancellationToken cancellationToken)
    {
        Append = append;
        registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((PendingAppend?)state)?.Cancel(token), this);
    }

    public Append Append { get; }

    public Task<AppendAnswer> Answer => answer.Task;

    /// <summary>Takes it for writing; from here on its cancellation is no longer heard.</summary>
    /// <returns>False where its caller has left.</returns>
    public bool TryTake() => Interlocked.CompareExchange(ref taken, 1, 0) is 0 or 1;

    public void Complete(AppendAnswer value) => answer.TrySetResult(value);

    public void Fail(Exception error) => answer.TrySetException(error);

    public void Dispose() => registration.Dispose();

    private void Cancel(CancellationToken token)
    {
        if (Interlocked.CompareExchange(ref taken, 2, 0) == 0)
        {
            answer.TrySetCanceled(token);
        }
    }
}
