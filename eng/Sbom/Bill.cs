using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Interlock.Sbom;

/// <summary>
/// A bill of materials in CycloneDX 1.6, <see href="https://cyclonedx.org/docs/1.6/json/"/>. The same lock file gives the same bytes:
/// there is no time in it, and its serial number is derived from the rest.
/// </summary>
internal static class Bill
{
    private const string Own = "Apache-2.0";

    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the bill of a package.</summary>
    /// <param name="name">The package's id.</param>
    /// <param name="version">Its version, and that of the projects that it bundles.</param>
    /// <param name="isProgram">Whether it is a program and not a library.</param>
    /// <param name="locked">What it is built from.</param>
    /// <param name="licence">What a locked package says about its licence.</param>
    /// <returns>The text, with a line feed at its end.</returns>
    public static string Write(string name, string version, bool isProgram, LockFile locked, Func<LockedPackage, JsonObject?> licence)
    {
        var root = Purl(name, version);
        var shipped = locked.Entries.Values.ToDictionary(entry => entry.Name, entry => Reference(entry, version), StringComparer.OrdinalIgnoreCase);
        var asked = locked.Entries.Values.Where(entry => entry.IsProject).SelectMany(entry => entry.Needs).Concat(locked.Direct)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var bill = new JsonObject
        {
            ["$schema"] = "http://cyclonedx.org/schema/bom-1.6.schema.json",
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["component"] = new JsonObject
                {
                    ["type"] = isProgram ? "application" : "library",
                    ["bom-ref"] = root,
                    ["name"] = name,
                    ["version"] = version,
                    ["licenses"] = Licences(Own),
                    ["purl"] = root,
                },
            },
            ["components"] = new JsonArray([.. locked.Entries.Values
                .OrderBy(entry => shipped[entry.Name], StringComparer.Ordinal)
                .Select(entry => Component(entry, version, asked.Contains(entry.Name), licence))]),
            ["dependencies"] = new JsonArray([
                Needs(root, locked.Direct, shipped),
                .. locked.Entries.Values.OrderBy(entry => shipped[entry.Name], StringComparer.Ordinal)
                    .Select(entry => Needs(shipped[entry.Name], entry.Needs, shipped))]),
        };
        bill.Insert(3, "serialNumber", Serial(bill.ToJsonString(Layout)));
        return bill.ToJsonString(Layout) + "\n";
    }

    private static JsonObject Component(LockedPackage entry, string version, bool direct, Func<LockedPackage, JsonObject?> licence)
    {
        var component = new JsonObject
        {
            ["type"] = "library",
            ["bom-ref"] = Reference(entry, version),
            ["name"] = entry.Name,
            ["version"] = entry.Version ?? version,
        };
        if (entry is { Version: { } locked, ContentHash: { } hash })
        {
            component["hashes"] = new JsonArray(
                new JsonObject { ["alg"] = "SHA-512", ["content"] = Convert.ToHexStringLower(Convert.FromBase64String(hash)) });
            if (licence(entry) is { } said)
            {
                component["licenses"] = new JsonArray(said);
            }

            component["purl"] = Purl(entry.Name, locked);
        }
        else
        {
            component["licenses"] = Licences(Own);
        }

        component["properties"] = new JsonArray(
            new JsonObject { ["name"] = "interlock:dependency", ["value"] = entry.IsProject ? "project" : direct ? "direct" : "transitive" });
        return component;
    }

    private static JsonObject Needs(string reference, IEnumerable<string> names, Dictionary<string, string> shipped) => new()
    {
        ["ref"] = reference,

        // a name without an entry is part of the runtime, or was left out
        ["dependsOn"] = new JsonArray([.. names
            .Select(name => shipped.GetValueOrDefault(name)).OfType<string>().Order(StringComparer.Ordinal).Select(one => JsonValue.Create(one))]),
    };

    private static JsonArray Licences(string id) => new(new JsonObject { ["license"] = new JsonObject { ["id"] = id } });

    private static string Reference(LockedPackage entry, string version) =>
        entry.Version is { } locked ? Purl(entry.Name, locked) : $"project:{entry.Name}@{version}";

    private static string Purl(string name, string version) => $"pkg:nuget/{Uri.EscapeDataString(name)}@{Uri.EscapeDataString(version)}";

    /// <summary>A UUID of version 8 (RFC 9562 §5.8), whose bits are of our own making: the first 122 of a digest.</summary>
    private static string Serial(string text)
    {
        Span<byte> bytes = SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16);
        var version = (BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) & 0x0FFF) | 0x8000;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)version);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return $"urn:uuid:{new Guid(bytes, bigEndian: true)}";
    }
}
