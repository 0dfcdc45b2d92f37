using System.Collections;
using System.Reflection;
using System.Text.Json;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Tests.Scheduling;

namespace AfkGitHubApp.Tests.Remembering;

public sealed class RecordCodecTests
{
    private static readonly RepositoryKey Widgets = new(1001, "octo/widgets", 7);

    [Fact]
    public void Every_field_of_a_record_survives_the_round_trip()
    {
        var record = FullRecord.Of(Widgets);

        var read = RecordCodec.Read(RecordCodec.Write(record), out var newer).ShouldNotBeNull();

        newer.ShouldBeFalse();
        Differences(record, read, "record").ShouldBeEmpty();
        RecordCodec.Write(read).ShouldBe(RecordCodec.Write(record));
    }

    [Fact]
    public void The_round_trip_test_says_something_about_every_field() => Unsaid(FullRecord.Of(Widgets), "record").ShouldBeEmpty();

    [Fact]
    public void An_empty_record_survives_the_round_trip()
    {
        var record = new RepositoryRecord { Repository = Widgets };

        Differences(record, RecordCodec.Read(RecordCodec.Write(record), out _)!, "record").ShouldBeEmpty();
    }

    [Fact]
    public void A_run_without_anything_optional_survives_the_round_trip()
    {
        var record = Sample.With(Widgets, Sample.Run());

        Differences(record, RecordCodec.Read(RecordCodec.Write(record), out _)!, "record").ShouldBeEmpty();
    }

    [Fact]
    public void Fields_an_older_build_did_not_know_take_their_defaults()
    {
        var read = RecordCodec.Read("""{"Repository":{"Id":1001,"FullName":"octo/widgets","InstallationId":7}}""", out var newer).ShouldNotBeNull();

        newer.ShouldBeFalse();
        Differences(new RepositoryRecord { Repository = Widgets }, read, "record").ShouldBeEmpty();
    }

    [Fact]
    public void Fields_of_a_run_an_older_build_did_not_know_take_their_defaults()
    {
        var run = Sample.Run();
        var read = RecordCodec.Read(
            $$$"""
            {"Repository":{"Id":1001,"FullName":"octo/widgets","InstallationId":7},"Runs":[{
              "Id":"{{{run.Id}}}","IssueId":11,"IssueNumber":3,"AuthorisedBy":{"Id":5,"Login":"maria"},"StartedAt":"{{{Sample.At:o}}}",
              "BaseBranch":"main","BaseSha":"{{{Sample.BaseSha}}}","Turns":[{"Kind":"First","IntendedAt":"{{{Sample.At:o}}}"}],
              "Concluding":{"Ending":"Frozen","Why":"red","At":"{{{Sample.At:o}}}"}}]}
            """,
            out _).ShouldNotBeNull();

        Differences(
            run with { Turns = [new Turn(TurnKind.First, Sample.At)], Concluding = new Concluding(Ending.Frozen, null, "red", Sample.At) }, read.CurrentRun!, "run").ShouldBeEmpty();
    }

    [Fact]
    public void Fields_this_build_does_not_know_are_passed_over()
    {
        var text = RecordCodec.Write(Sample.Idle(Widgets)).Insert(1, "\"Invented\":{\"Deep\":[1,2]},");

        Differences(Sample.Idle(Widgets), RecordCodec.Read(text, out _)!, "record").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(RepositoryRecord.CurrentSchema + 1)]
    [InlineData(99999999999)]
    public void A_record_of_a_newer_build_is_not_read_whatever_it_looks_like(long schema)
    {
        RecordCodec.Read($$$"""{"Schema":{{{schema}}},"Repository":"octo/widgets","Runs":{"first":null}}""", out var newer).ShouldBeNull();

        newer.ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("{}")]
    [InlineData("""{"Schema":"one"}""")]
    [InlineData("""{"Schema":1.5}""")]
    [InlineData("""{"Schema":null}""")]
    [InlineData("""{"Repository":null}""")]
    [InlineData("""{"Repository":{"Id":1001,"FullName":"octo/widgets","InstallationId":7},"Runs":null}""")]
    public void A_damaged_text_is_told_as_such(string text) => Should.Throw<JsonException>(() => RecordCodec.Read(text, out _));

    /// <summary>Where two values differ, looked into as deep as they go: records compare their arrays by reference.</summary>
    private static IEnumerable<string> Differences(object? left, object? right, string path)
    {
        if (left is null || right is null || IsPlain(left.GetType()))
        {
            return Equals(left, right) ? [] : [$"{path}: {left ?? "null"} became {right ?? "null"}"];
        }

        if (left is IEnumerable lefts && right is IEnumerable rights)
        {
            var (all, others) = (Items(lefts), Items(rights));
            return all is null || others is null || all.Count != others.Count
                ? all == others ? [] : [$"{path}: {all?.Count.ToString() ?? "no"} items became {others?.Count.ToString() ?? "no"}"]
                : all.Zip(others).SelectMany((pair, at) => Differences(pair.First, pair.Second, $"{path}[{at}]"));
        }

        return Fields(left).SelectMany(field => Differences(field.GetValue(left), field.GetValue(right), $"{path}.{field.Name}"));
    }

    /// <summary>Fields that hold what they would hold unset, so that losing them would not be seen.</summary>
    private static IEnumerable<string> Unsaid(object value, string path)
    {
        if (value is IEnumerable and not string)
        {
            var items = Items((IEnumerable)value);
            return items is { Count: > 0 } ? items.SelectMany((item, at) => Unsaid(item!, $"{path}[{at}]")) : [path];
        }

        if (IsPlain(value.GetType()))
        {
            return [];
        }

        return Fields(value).SelectMany(field => field.GetValue(value) switch
        {
            null => [$"{path}.{field.Name}"],
            var held when field.PropertyType.IsValueType && held.Equals(Activator.CreateInstance(field.PropertyType)) => [$"{path}.{field.Name}"],
            var held => Unsaid(held, $"{path}.{field.Name}"),
        });
    }

    private static List<object?>? Items(IEnumerable values)
    {
        try
        {
            return [.. values.Cast<object?>()];
        }
        catch (InvalidOperationException)
        {
            // An immutable array that was never made.
            return null;
        }
    }

    private static IEnumerable<PropertyInfo> Fields(object value) =>
        value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite && property.GetIndexParameters().Length == 0);

    private static bool IsPlain(Type type) => type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(DateTimeOffset);
}
