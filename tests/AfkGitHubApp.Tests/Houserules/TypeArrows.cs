using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace AfkGitHubApp.Tests.Houserules;

/// <summary>A type as it is named in compiled code: by its namespace and its outermost type; members of generic types and arrays are their parts.</summary>
/// <param name="Assembly">Simple name of the assembly it lives in.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">The outermost type's name.</param>
internal sealed record NamedType(string Assembly, string Namespace, string Name);

/// <summary>
/// Which type uses which, read from a compiled assembly: base types, fields, signatures, attributes, locals and every token of every method
/// body. Constants are copied into their users by the compiler and leave no trace.
/// </summary>
internal sealed class TypeArrows : IDisposable
{
    private static readonly Dictionary<short, OperandType> Operands =
        typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value, code => code.OperandType);

    private readonly PEReader file;
    private readonly MetadataReader reader;
    private readonly SignatureParts parts;
    private readonly string assembly;

    public TypeArrows(Assembly assembly)
    {
        file = new PEReader(File.OpenRead(assembly.Location));
        reader = file.GetMetadataReader();
        this.assembly = assembly.GetName().Name!;
        parts = new SignatureParts(this);
    }

    /// <summary>Simple names of the assemblies it was compiled against.</summary>
    public IEnumerable<string> ReferencedAssemblies => reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name));

    /// <summary>All methods and fields of other assemblies that it uses, as <c>Namespace.Type.Member</c>.</summary>
    public IEnumerable<string> ForeignMembers => reader.MemberReferences.Select(reader.GetMemberReference)
        .SelectMany(member => Parts(member.Parent).Take(1).Select(type => $"{type.Namespace}.{type.Name}.{reader.GetString(member.Name)}"));

    /// <summary>All types of other assemblies that it uses.</summary>
    public IEnumerable<NamedType> ForeignTypes => reader.TypeReferences.Select(handle => Named(handle));

    /// <summary>Each user and what it uses, without itself.</summary>
    public IEnumerable<(NamedType User, NamedType Used)> All() =>
        reader.TypeDefinitions.SelectMany(handle => Uses(reader.GetTypeDefinition(handle)).Distinct().Select(used => (User: Named(handle), Used: used))).Where(arrow => arrow.User != arrow.Used).Distinct();

    public void Dispose() => file.Dispose();

    private IEnumerable<NamedType> Uses(TypeDefinition type) =>
    [
        .. Parts(type.BaseType),
        .. Attributes(type.GetCustomAttributes()),
        .. type.GetInterfaceImplementations().SelectMany(handle => Parts(reader.GetInterfaceImplementation(handle).Interface)),
        .. type.GetGenericParameters().SelectMany(Constraints),
        .. type.GetFields().Select(reader.GetFieldDefinition).SelectMany(field => field.DecodeSignature(parts, null).AddRange(Attributes(field.GetCustomAttributes()))),
        .. type.GetProperties().Select(reader.GetPropertyDefinition).SelectMany(property => Attributes(property.GetCustomAttributes())),
        .. type.GetMethods().SelectMany(handle => Uses(reader.GetMethodDefinition(handle))),
    ];

    private IEnumerable<NamedType> Uses(MethodDefinition method)
    {
        IEnumerable<NamedType> signature =
        [
            .. Parts(method.DecodeSignature(parts, null)),
            .. method.GetGenericParameters().SelectMany(Constraints),
            .. Attributes(method.GetCustomAttributes()),
            .. method.GetParameters().SelectMany(handle => Attributes(reader.GetParameter(handle).GetCustomAttributes())),
        ];
        if (method.RelativeVirtualAddress == 0)
        {
            return signature;
        }

        var body = file.GetMethodBody(method.RelativeVirtualAddress);
        return
        [
            .. signature,
            .. body.LocalSignature.IsNil ? [] : reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(parts, null).SelectMany(local => local),
            .. body.ExceptionRegions.SelectMany(region => Parts(region.CatchType)),
            .. Tokens(body).SelectMany(Parts),
        ];
    }

    private IEnumerable<NamedType> Attributes(CustomAttributeHandleCollection attributes) => attributes.SelectMany(handle => Parts(reader.GetCustomAttribute(handle).Constructor));

    private IEnumerable<NamedType> Constraints(GenericParameterHandle handle) =>
        reader.GetGenericParameter(handle).GetConstraints().SelectMany(constraint => Parts(reader.GetGenericParameterConstraint(constraint).Type));

    private static IEnumerable<EntityHandle> Tokens(MethodBodyBlock body)
    {
        var code = body.GetILReader();
        var tokens = new List<EntityHandle>();
        while (code.RemainingBytes > 0)
        {
            int value = code.ReadByte();
            value = value == 0xFE ? (value << 8) | code.ReadByte() : value;
            switch (Operands[unchecked((short)value)])
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType or OperandType.InlineSig:
                    tokens.Add(MetadataTokens.EntityHandle(code.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    var targets = code.ReadInt32();
                    code.Offset += 4 * targets;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    code.Offset += 8;
                    break;
                case OperandType.InlineBrTarget or OperandType.InlineI or OperandType.InlineString or OperandType.ShortInlineR:
                    code.Offset += 4;
                    break;
                case OperandType.InlineVar:
                    code.Offset += 2;
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    code.Offset += 1;
                    break;
            }
        }

        return tokens;
    }

    private IEnumerable<NamedType> Parts(EntityHandle handle) => handle.IsNil ? [] : handle.Kind switch
    {
        HandleKind.TypeDefinition => [Named((TypeDefinitionHandle)handle)],
        HandleKind.TypeReference => [Named((TypeReferenceHandle)handle)],
        HandleKind.TypeSpecification => reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(parts, null),
        HandleKind.MethodDefinition => Parts(reader.GetMethodDefinition((MethodDefinitionHandle)handle)),
        HandleKind.FieldDefinition => Parts(reader.GetFieldDefinition((FieldDefinitionHandle)handle)),
        HandleKind.MemberReference => Parts(reader.GetMemberReference((MemberReferenceHandle)handle)),
        HandleKind.MethodSpecification => Parts(reader.GetMethodSpecification((MethodSpecificationHandle)handle)),
        _ => [],
    };

    private IEnumerable<NamedType> Parts(MethodDefinition method) => [Named(method.GetDeclaringType()), .. Parts(method.DecodeSignature(parts, null))];

    private IEnumerable<NamedType> Parts(FieldDefinition field) => [Named(field.GetDeclaringType()), .. field.DecodeSignature(parts, null)];

    private IEnumerable<NamedType> Parts(MemberReference member) =>
        [.. Parts(member.Parent), .. member.GetKind() == MemberReferenceKind.Field ? member.DecodeFieldSignature(parts, null) : Parts(member.DecodeMethodSignature(parts, null))];

    private IEnumerable<NamedType> Parts(MethodSpecification method) => [.. Parts(method.Method), .. method.DecodeSignature(parts, null).SelectMany(argument => argument)];

    private static IEnumerable<NamedType> Parts(MethodSignature<ImmutableArray<NamedType>> signature) => [.. signature.ReturnType, .. signature.ParameterTypes.SelectMany(parameter => parameter)];

    private NamedType Named(TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        return type.GetDeclaringType() is { IsNil: false } outer ? Named(outer) : new(assembly, reader.GetString(type.Namespace), reader.GetString(type.Name));
    }

    private NamedType Named(TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        return type.ResolutionScope.Kind switch
        {
            HandleKind.TypeReference => Named((TypeReferenceHandle)type.ResolutionScope),
            HandleKind.AssemblyReference => new(reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name), reader.GetString(type.Namespace), reader.GetString(type.Name)),
            _ => new(assembly, reader.GetString(type.Namespace), reader.GetString(type.Name)),
        };
    }

    /// <summary>Takes a signature apart into the named types in it.</summary>
    private sealed class SignatureParts(TypeArrows arrows) : ISignatureTypeProvider<ImmutableArray<NamedType>, object?>
    {
        public ImmutableArray<NamedType> GetPrimitiveType(PrimitiveTypeCode typeCode) => [];

        public ImmutableArray<NamedType> GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => [arrows.Named(handle)];

        public ImmutableArray<NamedType> GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => [arrows.Named(handle)];

        public ImmutableArray<NamedType> GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public ImmutableArray<NamedType> GetSZArrayType(ImmutableArray<NamedType> elementType) => elementType;

        public ImmutableArray<NamedType> GetArrayType(ImmutableArray<NamedType> elementType, ArrayShape shape) => elementType;

        public ImmutableArray<NamedType> GetByReferenceType(ImmutableArray<NamedType> elementType) => elementType;

        public ImmutableArray<NamedType> GetPointerType(ImmutableArray<NamedType> elementType) => elementType;

        public ImmutableArray<NamedType> GetPinnedType(ImmutableArray<NamedType> elementType) => elementType;

        public ImmutableArray<NamedType> GetGenericInstantiation(ImmutableArray<NamedType> genericType, ImmutableArray<ImmutableArray<NamedType>> typeArguments) =>
            [.. genericType, .. typeArguments.SelectMany(argument => argument)];

        public ImmutableArray<NamedType> GetGenericMethodParameter(object? genericContext, int index) => [];

        public ImmutableArray<NamedType> GetGenericTypeParameter(object? genericContext, int index) => [];

        public ImmutableArray<NamedType> GetModifiedType(ImmutableArray<NamedType> modifier, ImmutableArray<NamedType> unmodifiedType, bool isRequired) => unmodifiedType.AddRange(modifier);

        public ImmutableArray<NamedType> GetFunctionPointerType(MethodSignature<ImmutableArray<NamedType>> signature) => [.. Parts(signature)];
    }
}
