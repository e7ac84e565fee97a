using System.Text;
using Interlock.Cli.Terminal;

namespace Interlock.Cli.Composition;

/// <summary>
/// The executor's log, <c>executor.log</c> in the data folder: for people who ask why a run did not start. What happened to
/// plans is in the ledger. At most 1 MiB and the one before it; a log that cannot be written is done without.
/// </summary>
internal sealed class ExecutorLog(string folder, TimeProvider clock)
{
    private const long MaxBytes = 1 << 20;

    private readonly Lock turn = new();

    /// <summary>The file.</summary>
    public string Path { get; } = System.IO.Path.Combine(folder, "executor.log");

    /// <summary>Appends one line.</summary>
    public void Write(string message)
    {
        lock (turn)
        {
            try
            {
                if (new FileInfo(Path) is { Exists: true, Length: > MaxBytes })
                {
                    File.Move(Path, $"{Path}.1", overwrite: true);
                }

                var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite };
                if (!OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                }

                using var file = new FileStream(Path, options);
                file.Write(Encoding.UTF8.GetBytes(
                    $"{UtcTime.Format(clock.GetUtcNow())} [{System.Environment.ProcessId}] {Escape.Line(message)}\n"));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // a full disk must not end a run: the ledger decides whether it goes on
            }
        }
    }
}
