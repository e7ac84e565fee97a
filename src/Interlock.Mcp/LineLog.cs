using Microsoft.Extensions.Logging;

namespace Interlock.Mcp;

/// <summary>
/// Writes what the SDK and the transport log, one line an event, to where the composing program says: standard output belongs
/// to the protocol. Text from outside is escaped, so that no client writes to a terminal through the log.
/// </summary>
internal sealed class LineLog(TextWriter? writer) : ILoggerFactory, ILogger
{
    private readonly Lock gate = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("this log has one destination");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => writer is not null && logLevel >= LogLevel.Warning && logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel) || writer is null)
        {
            return;
        }

        var text = exception is null ? formatter(state, null) : $"{formatter(state, exception)} {exception}";
        var line = string.Concat(text.Select(unit => unit == '\n' ? " | " : char.IsControl(unit) || unit > '\u007e' ? $"\\u{(int)unit:x4}" : unit.ToString()));
        lock (gate)
        {
            writer.WriteLine($"interlock mcp: {line}");
            writer.Flush();
        }
    }

    public void Dispose()
    {
    }
}
