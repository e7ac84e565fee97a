using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// The text of a note that says how long a log is and what its root is (C2SP tlog-checkpoint): origin, size and base64 of the root, a
/// line each, and lines of others' extensions.
/// </summary>
/// <param name="Origin">Which log it is; here the name of its key.</param>
/// <param name="Head">Its size and root.</param>
public sealed record Checkpoint(string Origin, TreeHead Head)
{
    /// <summary>Lines after the third, kept as they are; nothing is decided by them.</summary>
    public ImmutableArray<string> Extensions { get; init; } = [];

    /// <summary>The text that is signed.</summary>
    public string Text
    {
        get
        {
            Span<byte> root = stackalloc byte[Sha256Digest.Size];
            Head.Root.CopyTo(root);
            var text = new StringBuilder()
                .Append(CultureInfo.InvariantCulture, $"{Origin}\n{Head.Size}\n{Convert.ToBase64String(root)}\n");
            foreach (var line in Extensions)
            {
                text.Append(line).Append('\n');
            }

            return text.ToString();
        }
    }

    /// <summary>Reads the text of a note.</summary>
    /// <param name="text">The text with its last line feed.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="error">Why the text is none: lower case, no full stop.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Checkpoint? checkpoint, [NotNullWhen(false)] out string? error)
    {
        checkpoint = null;
        var lines = text.Split('\n');
        if (lines.Length < 4 || lines[^1].Length > 0 || lines[..^1].Any(line => line.Length == 0))
        {
            error = "a checkpoint has at least three lines and none of them is empty";
            return false;
        }

        if (!long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || lines[1] != size.ToString(CultureInfo.InvariantCulture))
        {
            error = "the second line of a checkpoint is its size in decimal digits without leading zeros";
            return false;
        }

        if (!StrictBase64.TryDecode(lines[2], Sha256Digest.Size, out var root) || root.Length != Sha256Digest.Size)
        {
            error = $"the third line of a checkpoint is the base64 of a root of {Sha256Digest.Size} bytes";
            return false;
        }

        checkpoint = new Checkpoint(lines[0], new TreeHead(size, Sha256Digest.FromBytes(root))) { Extensions = [.. lines[3..^1]] };
        error = null;
        return true;
    }
}
