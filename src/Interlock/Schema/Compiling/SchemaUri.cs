namespace Interlock.Schema.Compiling;

/// <summary>
/// Reference resolution of RFC 3986 section 5.2. <see cref="Uri"/> would normalise hosts and escapes, so that the text that
/// was written and the text that is compared could differ.
/// </summary>
internal static class SchemaUri
{
    /// <summary>The base of a schema without <c>$id</c>.</summary>
    public const string DefaultBase = "interlock-schema:/root";

    /// <summary>Splits a reference at its fragment, which is percent-decoded.</summary>
    public static (string Uri, string Fragment) Split(string reference)
    {
        var hash = reference.IndexOf('#', StringComparison.Ordinal);
        return hash < 0 ? (reference, string.Empty) : (reference[..hash], Uri.UnescapeDataString(reference[(hash + 1)..]));
    }

    /// <summary>Resolves a reference without fragment against an absolute base.</summary>
    public static string Resolve(string absolute, string reference)
    {
        if (reference.Length == 0)
        {
            return absolute;
        }

        var target = Parts.Of(reference);
        if (target.Scheme is not null)
        {
            return (target with { Path = RemoveDots(target.Path) }).ToString();
        }

        var source = Parts.Of(absolute);
        if (target.Authority is not null)
        {
            return (target with { Scheme = source.Scheme, Path = RemoveDots(target.Path) }).ToString();
        }

        var path = target.Path switch
        {
            "" => source.Path,
            ['/', ..] => RemoveDots(target.Path),
            _ when source.Authority is not null && source.Path.Length == 0 => RemoveDots("/" + target.Path),
            _ => RemoveDots(source.Path[..(source.Path.LastIndexOf('/') + 1)] + target.Path),
        };
        return new Parts(source.Scheme, source.Authority, path, target.Query ?? (target.Path.Length == 0 ? source.Query : null)).ToString();
    }

    private static int SchemeLength(string reference)
    {
        var end = reference.AsSpan().IndexOfAny(":/?#");
        if (end <= 0 || reference[end] != ':' || !char.IsAsciiLetter(reference[0]))
        {
            return 0;
        }

        foreach (var unit in reference.AsSpan(0, end))
        {
            if (!char.IsAsciiLetterOrDigit(unit) && unit is not ('+' or '-' or '.'))
            {
                return 0;
            }
        }

        return end;
    }

    /// <summary>RFC 3986 section 5.2.4.</summary>
    private static string RemoveDots(string path)
    {
        if (!path.Contains('.', StringComparison.Ordinal))
        {
            return path;
        }

        var rooted = path.StartsWith('/');
        var segments = path.Split('/');
        var kept = new List<string>(segments.Length);
        for (var i = rooted ? 1 : 0; i < segments.Length; i++)
        {
            var last = i == segments.Length - 1;
            switch (segments[i])
            {
                case "..":
                    if (kept.Count > 0)
                    {
                        kept.RemoveAt(kept.Count - 1);
                    }

                    break;
                case ".":
                    break;
                default:
                    kept.Add(segments[i]);
                    continue;
            }

            if (last)
            {
                kept.Add(string.Empty);
            }
        }

        return (rooted ? "/" : string.Empty) + string.Join('/', kept);
    }

    private readonly record struct Parts(string? Scheme, string? Authority, string Path, string? Query)
    {
        public static Parts Of(string reference)
        {
            var length = SchemeLength(reference);
            var scheme = length > 0 ? reference[..length] : null;
            var rest = length > 0 ? reference[(length + 1)..] : reference;
            string? query = null;
            var mark = rest.IndexOf('?', StringComparison.Ordinal);
            if (mark >= 0)
            {
                query = rest[(mark + 1)..];
                rest = rest[..mark];
            }

            if (!rest.StartsWith("//", StringComparison.Ordinal))
            {
                return new Parts(scheme, null, rest, query);
            }

            var slash = rest.IndexOf('/', 2);
            return slash < 0
                ? new Parts(scheme, rest[2..], string.Empty, query)
                : new Parts(scheme, rest[2..slash], rest[slash..], query);
        }

        public override string ToString() =>
            (Scheme is null ? string.Empty : Scheme + ":")
            + (Authority is null ? string.Empty : "//" + Authority)
            + Path
            + (Query is null ? string.Empty : "?" + Query);
    }
}
