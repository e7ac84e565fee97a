using System.Diagnostics.CodeAnalysis;
using Interlock.Canonical;
using YamlDotNet.Core;

namespace Interlock.Cli.Yaml;

/// <summary>
/// The one reader of YAML: one document of YAML 1.2 under its core schema, as the JSON value that it stands for. Built on the
/// events of YamlDotNet; its serializer, which knows types, YAML 1.1 and merge keys, is not used.
/// </summary>
internal static class YamlReader
{
    /// <summary>Reads one document.</summary>
    /// <param name="utf8">The document, the whole of it; a leading byte order mark is skipped.</param>
    /// <param name="options">The caps.</param>
    /// <param name="document">The value, and where its parts stand.</param>
    /// <param name="error">Where and why it was refused.</param>
    /// <returns>Whether the document was accepted.</returns>
    public static bool TryRead(
        ReadOnlySpan<byte> utf8,
        YamlReadOptions options,
        [NotNullWhen(true)] out YamlDocument? document,
        [NotNullWhen(false)] out JsonError? error)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(options.MaxDepth is >= 1 and <= 512, true, nameof(options));
        document = null;
        if (!YamlText.TryDecode(utf8, options.MaxBytes, out var text, out error))
        {
            return false;
        }

        var scanner = new CheckedScanner(text.Value);
        var parser = new Parser(scanner);
        var builder = new YamlBuilder(text, options);
        while (true)
        {
            var fault = Advance(parser, out var moved);
            if (fault is not null)
            {
                var (offset, message) = YamlFault.Explain(fault, text.Value, scanner);
                error = text.Error(offset, builder.Path(), message);
                return false;
            }

            if (!moved)
            {
                document = builder.Document() ?? throw new InvalidOperationException("the parser ended without a document");
                return true;
            }

            if (parser.Current is { } next && !builder.Take(next))
            {
                error = builder.Failure ?? throw new InvalidOperationException("refused without a reason");
                return false;
            }
        }
    }

    /// <summary>
    /// One step of the parser. On hostile text it throws more than its own exception (<c>[1, {c]</c> is an
    /// InvalidOperationException without a position), and each of those is a refusal of that text. Our own building happens
    /// outside, so that a bug of ours is not taken for one.
    /// </summary>
    private static Exception? Advance(Parser parser, out bool moved)
    {
        moved = false;
        try
        {
            moved = parser.MoveNext();
            return null;
        }
        catch (Exception fault) when (fault is YamlException or InvalidOperationException or ArgumentException
            or NullReferenceException or IndexOutOfRangeException or OverflowException or FormatException or InvalidCastException)
        {
            return fault;
        }
    }
}
