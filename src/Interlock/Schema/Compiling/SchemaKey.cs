using System.Runtime.CompilerServices;
using Interlock.Canonical;

namespace Interlock.Schema.Compiling;

/// <summary>One schema object in one resource. By identity: code may put one object in two places, and that is one schema.</summary>
internal readonly struct SchemaKey(SchemaResource resource, JsonObject schema) : IEquatable<SchemaKey>
{
    private readonly SchemaResource resource = resource;
    private readonly JsonObject schema = schema;

    public bool Equals(SchemaKey other) => ReferenceEquals(resource, other.resource) && ReferenceEquals(schema, other.schema);

    public override bool Equals(object? obj) => obj is SchemaKey other && Equals(other);

    public override int GetHashCode() =>
        HashCode.Combine(RuntimeHelpers.GetHashCode(resource), RuntimeHelpers.GetHashCode(schema));
}
