using System.Text;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>What every port method puts on the wire, against GitHub's published description of its REST API.</summary>
public sealed class DescribedRequestTests(ContractServer server) : ContractTest(server)
{
    public static TheoryData<string> Calls => PortCall.Names;

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Every_request_is_one_that_GitHub_describes(string name)
    {
        var call = PortCall.Named(name);
        GivenAllBut(call, -1);

        await call.Invoke(GitHub, Cancel);

        var seen = Server.Log.Concat(Server.Mints).Where(entry => entry.Url != "/graphql").ToList();
        foreach (var entry in seen)
        {
            var url = entry.Url.Split('?', 2);
            var operation = Operation(entry).ShouldNotBeNull(entry.Url);
            operation.RequestProblems(url[0], url.ElementAtOrDefault(1) ?? "", entry.Header("Content-Type"), Encoding.UTF8.GetBytes(entry.Body ?? "")).ShouldBeEmpty($"{operation}: {entry.Url}");
        }
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Every_request_is_one_that_its_identity_may_send(string name)
    {
        var call = PortCall.Named(name);
        GivenAllBut(call, -1);

        await call.Invoke(GitHub, Cancel);

        foreach (var entry in Server.Log.Concat(Server.Mints).Where(entry => entry.Url != "/graphql"))
        {
            var operation = Operation(entry).ShouldNotBeNull();
            if (Jwt.IsOurs(entry.Authorization))
            {
                operation.Category.ShouldBe("apps", entry.Url);
            }
            else
            {
                operation.ForApps.ShouldBeTrue(entry.Url);
            }
        }
    }

    private static DescribedOperation? Operation(Seen entry) => RestDescription.Published.Find(entry.Method, entry.Url.Split('?')[0], entry.Header("X-GitHub-Api-Version")!);
}
