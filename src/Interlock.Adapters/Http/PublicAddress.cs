using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Interlock.Adapters.Http;

/// <summary>
/// Tells public addresses from those of this machine and its networks: loopback, private, link-local (cloud metadata lives
/// there), shared, multicast, documentation and translation ranges of the IANA special-purpose registries.
/// </summary>
internal static class PublicAddress
{
    private static readonly ImmutableArray<IPNetwork> Special4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    /// <summary>Global unicast; what translates to or tunnels IPv4 is outside it or excluded, so no private address hides in one.</summary>
    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    private static readonly ImmutableArray<IPNetwork> Special6 =
        [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(text => IPNetwork.Parse(text))];

    /// <summary>
    /// Whether a host, as a URL has it, can only be an inside one: a literal address that is not public, or a name that means this
    /// machine (RFC 6761). What other names mean is known when they are looked up.
    /// </summary>
    public static bool IsInside(string host) => IPAddress.TryParse(host.Trim('[', ']'), out var literal)
        ? !Is(literal)
        : host == "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal);

    /// <summary>Whether an address is one of the public internet.</summary>
    public static bool Is(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily switch
        {
            AddressFamily.InterNetwork => !Special4.Any(network => network.Contains(plain)),
            AddressFamily.InterNetworkV6 => Global6.Contains(plain) && !Special6.Any(network => network.Contains(plain)),
            _ => false,
        };
    }
}
