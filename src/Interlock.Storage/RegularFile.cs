using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Interlock.Storage;

/// <summary>
/// Asks what stands at a path before it is opened or replaced. Opening a FIFO waits for ever, and a rename puts a plain file in
/// the place of a device: neither is what somebody who names a file means.
/// </summary>
public static partial class RegularFile
{
    private const int CurrentFolder = -100;
    private const int DoNotFollow = 0x100;
    private const uint TypeOnly = 1;
    private const uint LinksOnly = 4;
    private const int LinksAt = 16;
    private const int ModeAt = 28;
    private const int TypeMask = 0xf000;
    private const int Regular = 0x8000;
    private const int Link = 0xa000;

    /// <summary>Why a path cannot be read as a file; null for a regular file, behind links too, and where nothing stands.</summary>
    /// <param name="path">The path.</param>
    public static string? ReadFault(string path) =>
        Type(path, follow: true) is null or Regular ? null : "this is no regular file (a folder, a pipe, a socket or a device); name a file";

    /// <summary>Why a path cannot be replaced; null for a regular file that is no link, and where nothing stands.</summary>
    /// <param name="path">The path.</param>
    public static string? ReplaceFault(string path) => Type(path, follow: false) switch
    {
        null or Regular => null,
        Link => "this is a link; name the file itself",
        _ => "this is no regular file (a folder, a pipe, a socket or a device); name a file",
    };

    /// <summary>Whether a regular file stands there that nobody knows by another name; no where the system does not say.</summary>
    internal static bool HasOneName(string path)
    {
        Span<byte> answer = stackalloc byte[256];
        return OperatingSystem.IsLinux()
            && Type(path, follow: false) == Regular
            && StatX(CurrentFolder, path, DoNotFollow, LinksOnly, answer) == 0
            && (BitConverter.IsLittleEndian
                ? BinaryPrimitives.ReadUInt32LittleEndian(answer[LinksAt..])
                : BinaryPrimitives.ReadUInt32BigEndian(answer[LinksAt..])) == 1;
    }

    /// <summary>The type bits of the mode (inode(7)); null where nothing stands or nobody can say.</summary>
    private static int? Type(string path, bool follow)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Directory.Exists(path) ? 0 : new FileInfo(path) is { LinkTarget: not null } && !follow ? Link : null;
        }

        // struct statx has one layout on every architecture: 256 bytes, the mode at byte 28
        Span<byte> answer = stackalloc byte[256];
        return StatX(CurrentFolder, path, follow ? 0 : DoNotFollow, TypeOnly, answer) == 0
            ? (BitConverter.IsLittleEndian
                ? BinaryPrimitives.ReadUInt16LittleEndian(answer[ModeAt..])
                : BinaryPrimitives.ReadUInt16BigEndian(answer[ModeAt..])) & TypeMask
            : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(int folder, string path, int flags, uint mask, Span<byte> answer);
}
