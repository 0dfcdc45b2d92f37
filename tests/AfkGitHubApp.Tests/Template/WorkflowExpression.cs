using System.Globalization;
using System.Text.RegularExpressions;

namespace AfkGitHubApp.Tests.Template;

/// <summary>
/// Expressions of workflows as GitHub evaluates them, as far as the template uses them: https://docs.github.com/actions/reference/workflows-and-actions/expressions.
/// Unlike there, a name that nobody has set is an error and not empty.
/// </summary>
/// <param name="value">What stands behind a name such as <c>inputs.issue</c>.</param>
/// <param name="failed">Whether a step or job before has failed.</param>
/// <param name="cancelled">Whether the run was cancelled.</param>
internal sealed partial class WorkflowExpression(Func<string, string> value, bool failed = false, bool cancelled = false)
{
    private readonly Queue<string> ahead = new();

    /// <summary>The text with each <c>${{ }}</c> in it evaluated.</summary>
    public string Fill(string text) => Placeholder().Replace(text, match => Evaluate(match.Groups["inner"].Value));

    /// <summary>Whether what it stands at is run; one that does not ask for the state asks for success.</summary>
    public bool Holds(string? condition)
    {
        var inner = condition is null ? "success()" : Placeholder().Match(condition) is { Success: true } match ? match.Groups["inner"].Value : condition;
        return (StatusFunction().IsMatch(inner) || !failed) && IsTrue(Evaluate(inner));
    }

    private static bool IsTrue(string text) => text is not ("" or "false");

    private string Evaluate(string expression)
    {
        ahead.Clear();
        foreach (Match token in Token().Matches(expression))
        {
            ahead.Enqueue(token.Value);
        }

        var outcome = Or();
        ahead.ShouldBeEmpty($"{expression} is read to its end");
        return outcome;
    }

    private string Or()
    {
        var left = And();
        while (Takes("||"))
        {
            var right = And();
            left = IsTrue(left) ? left : right;
        }

        return left;
    }

    private string And()
    {
        var left = Equal();
        while (Takes("&&"))
        {
            var right = Equal();
            left = IsTrue(left) ? right : left;
        }

        return left;
    }

    private string Equal()
    {
        var left = Unary();
        return Takes("==") ? Word(string.Equals(left, Unary(), StringComparison.OrdinalIgnoreCase))
            : Takes("!=") ? Word(!string.Equals(left, Unary(), StringComparison.OrdinalIgnoreCase))
            : left;
    }

    private string Unary() => Takes("!") ? Word(!IsTrue(Unary())) : Primary();

    private string Primary()
    {
        var token = ahead.Dequeue();
        if (token[0] == '\'')
        {
            return token[1..^1];
        }

        if (!Takes("("))
        {
            return value(token);
        }

        List<string> arguments = [];
        while (!Takes(")"))
        {
            arguments.Add(Or());
            Takes(",");
        }

        return token switch
        {
            "always" => "true",
            "success" => Word(!failed && !cancelled),
            "cancelled" => Word(cancelled),
            "format" => string.Format(CultureInfo.InvariantCulture, arguments[0], [.. arguments.Skip(1)]),
            _ => throw new InvalidOperationException($"The function {token} is not known here."),
        };
    }

    private static string Word(bool truth) => truth ? "true" : "false";

    private bool Takes(string token)
    {
        var taken = ahead.TryPeek(out var next) && next == token;
        if (taken)
        {
            ahead.Dequeue();
        }

        return taken;
    }

    [GeneratedRegex(@"\$\{\{(?<inner>.*?)\}\}", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"'[^']*'|&&|\|\||==|!=|!|\(|\)|,|[\w.-]+", RegexOptions.None, 1000)]
    private static partial Regex Token();

    [GeneratedRegex(@"\b(always|success|failure|cancelled)\(\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex StatusFunction();
}
