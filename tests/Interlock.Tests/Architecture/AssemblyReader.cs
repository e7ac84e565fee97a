using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Interlock.Tests.Architecture;

/// <summary>That a type of the assembly, somewhere in its shape or its code, names another type or one of its members.</summary>
/// <param name="From">The full name of the outermost type that holds the use.</param>
/// <param name="To">The full name of the type that is named; nested types by their outermost one.</param>
/// <param name="Member">The member that is used, or null where the type itself is named.</param>
/// <param name="Signature">The member's parameter types, joined by commas.</param>
internal sealed record Use(string From, string To, string? Member = null, string Signature = "")
{
    public string Target => Member is null ? To : $"{To}.{Member}({Signature})";
}

/// <summary>
/// What a compiled assembly refers to, read from its metadata and its IL. Sources are not enough: <c>var</c>, implicit usings and
/// inherited members name types that no text shows.
/// </summary>
internal static class AssemblyReader
{
    private static readonly Dictionary<int, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => field.GetValue(null)).OfType<OpCode>().ToDictionary(code => (int)(ushort)code.Value);

    public static IReadOnlyList<string> References(string path) => Read(path, (reader, _) => reader.AssemblyReferences
        .Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name))
        .Order(StringComparer.Ordinal).ToList());

    public static IReadOnlyCollection<Use> Uses(string path) => Read(path, (reader, image) =>
    {
        var uses = new HashSet<Use>();
        foreach (var handle in reader.TypeDefinitions)
        {
            var type = reader.GetTypeDefinition(handle);
            var from = TypeNames.Outermost(reader, handle);
            var names = new TypeNames(reader, name => uses.Add(new Use(from, name)));
            names.Take(type.BaseType);
            foreach (var contract in type.GetInterfaceImplementations())
            {
                names.Take(reader.GetInterfaceImplementation(contract).Interface);
            }

            foreach (var field in type.GetFields())
            {
                reader.GetFieldDefinition(field).DecodeSignature(names, null);
            }

            foreach (var method in type.GetMethods())
            {
                TakeMethod(reader, image, reader.GetMethodDefinition(method), names, uses, from);
            }
        }

        return uses;
    });

    private static T Read<T>(string path, Func<MetadataReader, PEReader, T> read)
    {
        using var image = new PEReader(File.OpenRead(path));
        return read(image.GetMetadataReader(), image);
    }

    private static void TakeMethod(
        MetadataReader reader, PEReader image, MethodDefinition method, TypeNames names, HashSet<Use> uses, string from)
    {
        method.DecodeSignature(names, null);
        if (method.RelativeVirtualAddress == 0)
        {
            return;
        }

        var body = image.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
        {
            reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(names, null);
        }

        foreach (var region in body.ExceptionRegions)
        {
            names.Take(region.CatchType);
        }

        foreach (var token in Tokens(body.GetILReader()))
        {
            TakeToken(reader, token, names, uses, from);
        }
    }

    private static void TakeToken(MetadataReader reader, EntityHandle token, TypeNames names, HashSet<Use> uses, string from)
    {
        switch (token.Kind)
        {
            case HandleKind.MemberReference:
                var member = reader.GetMemberReference((MemberReferenceHandle)token);
                var owner = names.Take(member.Parent);
                var signature = member.GetKind() == MemberReferenceKind.Method
                    ? string.Join(',', member.DecodeMethodSignature(names, null).ParameterTypes)
                    : member.DecodeFieldSignature(names, null)[..0];
                uses.Add(new Use(from, owner, reader.GetString(member.Name), signature));
                break;
            case HandleKind.MethodSpecification:
                var generic = reader.GetMethodSpecification((MethodSpecificationHandle)token);
                generic.DecodeSignature(names, null);
                TakeToken(reader, generic.Method, names, uses, from);
                break;
            case HandleKind.MethodDefinition:
                names.Take(reader.GetMethodDefinition((MethodDefinitionHandle)token).GetDeclaringType());
                break;
            case HandleKind.FieldDefinition:
                names.Take(reader.GetFieldDefinition((FieldDefinitionHandle)token).GetDeclaringType());
                break;
            case HandleKind.TypeDefinition or HandleKind.TypeReference or HandleKind.TypeSpecification:
                names.Take(token);
                break;
        }
    }

    private static List<EntityHandle> Tokens(BlobReader il)
    {
        var tokens = new List<EntityHandle>();
        while (il.RemainingBytes > 0)
        {
            int value = il.ReadByte();
            var code = Codes[value == 0xFE ? 0xFE00 | il.ReadByte() : value];
            switch (code.OperandType)
            {
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    il.ReadByte();
                    break;
                case OperandType.InlineVar:
                    il.ReadInt16();
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    il.ReadInt64();
                    break;
                case OperandType.InlineSwitch:
                    var targets = il.ReadInt32();
                    il.Offset += checked(sizeof(int) * targets);
                    break;
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    tokens.Add(MetadataTokens.EntityHandle(il.ReadInt32()));
                    break;
                default:
                    il.ReadInt32();
                    break;
            }
        }

        return tokens;
    }
}
