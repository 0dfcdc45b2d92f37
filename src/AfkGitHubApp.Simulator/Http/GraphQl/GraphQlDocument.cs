namespace AfkGitHubApp.Simulator.Http.GraphQl;

/// <summary>A parsed document: its operations and named fragments.</summary>
internal sealed record GraphQlDocument(IReadOnlyList<Operation> Operations, IReadOnlyDictionary<string, Fragment> Fragments);

internal sealed record Operation(string Kind, string? Name, IReadOnlyList<VariableDefinition> Variables, IReadOnlyList<Selection> Selections);

internal sealed record VariableDefinition(string Name, string Type, bool Required, object? Default, bool HasDefault);

internal abstract record Selection(int Line, int Column);

internal sealed record FieldSelection(string Name, string? Alias, IReadOnlyDictionary<string, object?> Arguments, IReadOnlyList<Selection> Selections, int Line, int Column) : Selection(Line, Column)
{
    public string Key => Alias ?? Name;
}

/// <summary>An inline fragment (with or without a type) or, by <paramref name="Spread"/>, a named one.</summary>
internal sealed record Fragment(string? Type, string? Spread, IReadOnlyList<Selection> Selections, int Line, int Column) : Selection(Line, Column);

/// <summary>A variable or an enum word in the place of a value.</summary>
internal sealed record Variable(string Name);

internal sealed record EnumWord(string Name);

/// <summary>A document that is not GraphQL.</summary>
internal sealed class GraphQlSyntaxException(string message, int line, int column) : Exception(message)
{
    public int Line => line;

    public int Column => column;
}
