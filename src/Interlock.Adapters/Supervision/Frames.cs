using System.Buffers.Binary;

namespace Interlock.Adapters.Supervision;

/// <summary>What a frame between the engine and a supervisor says. The values are the bytes on the pipe.</summary>
internal enum FrameKind : byte
{
    /// <summary>No frame: the pipe ended.</summary>
    Unknown = 0,

    /// <summary>Engine: what to run, as JSON. The only frame towards the supervisor.</summary>
    Run = (byte)'R',

    /// <summary>Supervisor: ready; nothing was started yet.</summary>
    Hello = (byte)'H',

    /// <summary>The child runs; its number.</summary>
    Spawned = (byte)'S',

    /// <summary>The child could not be started; why.</summary>
    SpawnFailed = (byte)'F',

    /// <summary>Bytes of the child's standard output.</summary>
    Output = (byte)'O',

    /// <summary>Bytes of the child's standard error.</summary>
    ErrorOutput = (byte)'E',

    /// <summary>All is over and no process of the tree is alive; how it ended, as JSON.</summary>
    Done = (byte)'X',
}

/// <summary>One frame: a kind in one byte, a length in four (big-endian), the payload.</summary>
internal readonly record struct Frame(FrameKind Kind, byte[] Payload)
{
    /// <summary>A larger payload is no frame of ours.</summary>
    public const int MaxPayload = 8 << 20;

    private const int HeaderSize = 5;

    private static Frame Ended => new(FrameKind.Unknown, []);

    /// <summary>Writes one frame in one call, so that frames of several threads do not mix under the caller's lock.</summary>
    public static void Write(Stream stream, FrameKind kind, ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[HeaderSize + payload.Length];
        bytes[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), payload.Length);
        payload.CopyTo(bytes.AsSpan(HeaderSize));
        stream.Write(bytes);
        stream.Flush();
    }

    /// <summary>Reads one frame; <see cref="FrameKind.Unknown"/> where the pipe ends, in the middle of a frame too.</summary>
    public static Frame Read(Stream stream)
    {
        var header = new byte[HeaderSize];
        if (stream.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false) < HeaderSize
            || Room(header) is not { } payload
            || stream.ReadAtLeast(payload, payload.Length, throwOnEndOfStream: false) < payload.Length)
        {
            return Ended;
        }

        return new Frame((FrameKind)header[0], payload);
    }

    /// <summary>Reads one frame; <see cref="FrameKind.Unknown"/> where the pipe ends, in the middle of a frame too.</summary>
    public static async Task<Frame> ReadAsync(Stream stream)
    {
        var header = new byte[HeaderSize];
        if (await stream.ReadAtLeastAsync(header, HeaderSize, throwOnEndOfStream: false) < HeaderSize
            || Room(header) is not { } payload
            || await stream.ReadAtLeastAsync(payload, payload.Length, throwOnEndOfStream: false) < payload.Length)
        {
            return Ended;
        }

        return new Frame((FrameKind)header[0], payload);
    }

    /// <summary>Room for the payload that a header announces; null where it is no header of ours.</summary>
    private static byte[]? Room(byte[] header) =>
        BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1)) is >= 0 and <= MaxPayload and var length ? new byte[length] : null;
}
