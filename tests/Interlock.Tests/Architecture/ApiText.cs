using System.Reflection;
using System.Runtime.CompilerServices;

namespace Interlock.Tests.Architecture;

/// <summary>The public surface of an assembly as sorted text: a type a block, a member a line, nullability included.</summary>
internal static class ApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(IEnumerable<Type> types)
    {
        var blocks = from type in types
                     where IsVisible(type)
                     orderby Name(type), type.FullName
                     select string.Join('\n', [Header(type), .. Members(type)]) + "\n";
        return string.Join('\n', blocks);
    }

    private static bool IsVisible(Type type) =>
        type.DeclaringType is null ? type.IsPublic : (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType);

    private static string Header(Type type)
    {
        var record = type.GetMethods(Declared).Any(method => method.Name == "PrintMembers" && IsWrittenByCompiler(method)) ? "record " : "";
        var kind = record + type switch
        {
            { IsInterface: true } => "interface",
            { IsEnum: true } => "enum",
            _ when typeof(Delegate).IsAssignableFrom(type) => "delegate",
            { IsValueType: true } => "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        var inherited = type.BaseType is { } parent && parent != typeof(object) && !type.IsValueType && kind != "delegate" ? [parent] : Type.EmptyTypes;
        var bases = type.IsEnum ? [] : inherited.Concat(type.GetInterfaces().Where(IsSpokenFor).OrderBy(Name, StringComparer.Ordinal)).Select(Name).ToList();
        return $"{kind} {Name(type)}{(bases.Count == 0 ? "" : " : " + string.Join(", ", bases))}";

        bool IsSpokenFor(Type contract) => contract.IsVisible
            && type.BaseType?.GetInterfaces().Contains(contract) != true
            && !type.GetInterfaces().Any(other => other != contract && other.GetInterfaces().Contains(contract));
    }

    private static IEnumerable<string> Members(Type type)
    {
        var lines = type.IsEnum
            ? type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue())}")
            : type.GetMembers(Declared).Select(Line).OfType<string>();
        return lines.Order(StringComparer.Ordinal).Select(line => "    " + line);
    }

    private static string? Line(MemberInfo member) => member switch
    {
        MethodInfo or ConstructorInfo when IsWrittenByCompiler(member) => null,
        ConstructorInfo constructor when IsReachable(constructor) => $"{Modifiers(constructor)}new({Parameters(constructor)})",
        MethodInfo method when IsReachable(method) && !IsAccessor(method) =>
            $"{Modifiers(method)}{method.Name}{Generics(method.GetGenericArguments(), method.IsGenericMethod)}({Parameters(method)}) -> {Typed(method.ReturnParameter)}",
        PropertyInfo property => Property(property),
        FieldInfo field when field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly =>
            $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{field.Name} -> {Nullable(field.FieldType, new NullabilityInfoContext().Create(field))}",
        EventInfo happening when happening.AddMethod is { } add && IsReachable(add) => $"event {happening.Name} -> {Name(happening.EventHandlerType ?? typeof(void))}",
        _ => null,
    };

    private static string? Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(IsReachable).ToList();
        if (accessors.Count == 0)
        {
            return null;
        }

        var setter = property.SetMethod is { } set && IsReachable(set)
            ? set.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit") ? "init; " : "set; "
            : "";
        var getter = property.GetMethod is { } get && IsReachable(get) ? "get; " : "";
        var index = property.GetIndexParameters() is { Length: > 0 } indices ? $"[{string.Join(", ", indices.Select(Parameter))}]" : "";
        return $"{Modifiers(accessors[0])}{property.Name}{index} -> {Nullable(property.PropertyType, new NullabilityInfoContext().Create(property))} {{ {getter}{setter}}}";
    }

    private static bool IsAccessor(MethodInfo method) => method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    // what the compiler adds to every record is not a decision of ours
    private static bool IsWrittenByCompiler(MemberInfo member) => member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);

    private static bool IsReachable(MethodBase method) =>
        (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly) && method.DeclaringType is { } owner && (method.IsPublic || !owner.IsSealed);

    private static string Modifiers(MethodBase method) =>
        (method.IsPublic ? "" : "protected ") + (method.IsStatic ? "static " : "") + (method switch
        {
            { DeclaringType.IsInterface: true } or ConstructorInfo => "",
            { IsAbstract: true } => "abstract ",
            MethodInfo overriding when overriding.GetBaseDefinition() != overriding => "override ",
            { IsVirtual: true, IsFinal: false } => "virtual ",
            _ => "",
        });

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var way = parameter switch { { IsOut: true } => "out ", { IsIn: true } => "in ", { ParameterType.IsByRef: true } => "ref ", _ => "" };
        var rest = parameter.HasDefaultValue ? " = " + (parameter.DefaultValue is string text ? $"\"{text}\"" : parameter.DefaultValue?.ToString() ?? "default") : "";
        return $"{way}{Typed(parameter)} {parameter.Name}{rest}";
    }

    private static string Typed(ParameterInfo parameter) => Nullable(parameter.ParameterType, new NullabilityInfoContext().Create(parameter));

    private static string Nullable(Type type, NullabilityInfo info)
    {
        var plain = type.IsByRef && type.GetElementType() is { } element ? element : type;
        return Name(plain) + (!plain.IsValueType && (info.ReadState == NullabilityState.Nullable || info.WriteState == NullabilityState.Nullable) ? "?" : "");
    }

    private static string Name(Type type)
    {
        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (type.HasElementType && type.GetElementType() is { } element)
        {
            return Name(element) + (type.IsArray ? "[]" : type.IsPointer ? "*" : "&");
        }

        if (System.Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying) + "?";
        }

        var simple = type.Name.Split('`')[0];
        var outer = type.DeclaringType is { } declaring ? Name(declaring) + "." : type.Namespace is { Length: > 0 } space && !IsPlain(space) ? space + "." : "";
        var own = type.GetGenericArguments().Skip(type.DeclaringType?.GetGenericArguments().Length ?? 0).ToArray();
        return outer + simple + Generics(own, own.Length > 0);
    }

    private static bool IsPlain(string space) => space == "System" || space.StartsWith("System.", StringComparison.Ordinal);

    private static string Generics(Type[] arguments, bool generic) => generic ? $"<{string.Join(", ", arguments.Select(Name))}>" : "";
}
