using System.Runtime.Serialization;

namespace Octokit.Webhooks.Models;

/// <summary>Who may see a repository.</summary>
public enum RepositoryVisibility
{
    [EnumMember(Value = "public")]
    Public,
    [EnumMember(Value = "private")]
    Private,
    [EnumMember(Value = "internal")]
    Internal,
}

/// <summary>What kind of account a <see cref="User"/> is.</summary>
public enum UserType
{
    [EnumMember(Value = "Bot")]
    Bot,
    [EnumMember(Value = "User")]
    User,
    [EnumMember(Value = "Organization")]
    Organization,
}
