namespace Interlock.Adapters.Http;

/// <summary>What is known after a request. Closed.</summary>
internal abstract class HttpAnswer
{
    private HttpAnswer()
    {
    }

    /// <summary>No byte of the request left this machine.</summary>
    public sealed class NotSent(string reason) : HttpAnswer
    {
        public string Reason { get; } = reason;
    }

    /// <summary>The request may have been sent, and no whole answer came back.</summary>
    public sealed class Lost(string reason) : HttpAnswer
    {
        public string Reason { get; } = reason;
    }

    /// <summary>A whole answer, its body up to the limit.</summary>
    public sealed class Received(int status, byte[] body, bool cut, Func<string, string?> header) : HttpAnswer
    {
        public int Status { get; } = status;

        public byte[] Body { get; } = body;

        /// <summary>Whether the body is longer than what was kept.</summary>
        public bool Cut { get; } = cut;

        /// <summary>The value of a header, secrets taken out; null where there is none.</summary>
        public string? Header(string name) => header(name);
    }
}
