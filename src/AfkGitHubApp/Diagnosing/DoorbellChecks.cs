namespace AfkGitHubApp.Diagnosing;

/// <summary>The operator's doorbells, where there are some.</summary>
internal static class DoorbellChecks
{
    public const string Subject = "doorbells";

    public static IEnumerable<Finding> Of(Facts facts)
    {
        foreach (var doorbell in facts.Doorbells)
        {
            yield return doorbell switch
            {
                { Rang: true } => new(Severity.Ok, "doorbell-rang", Subject, doorbell.Name, $"It took the test ({doorbell.Description})."),
                { Rang: false } => new(Severity.Error, "doorbell-silent", Subject, doorbell.Name, $"It did not take the test ({doorbell.Description}): {doorbell.Failure}.", $"Correct Afk:Doorbells:{doorbell.Name}; docs/operating.md says what each kind needs."),
                _ => new(Severity.Note, "doorbell-not-rung", Subject, doorbell.Name, $"It was not rung ({doorbell.Description}).", "doctor --ring rings it."),
            };
        }
    }
}
