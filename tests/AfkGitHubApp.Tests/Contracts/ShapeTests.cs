using System.Text.Json;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>The validator itself: every keyword lets the right value pass, and says where and why a wrong one does not.</summary>
public sealed class ShapeTests
{
    [Theory]
    [InlineData("""{"type":"string"}""", "\"a\"", null)]
    [InlineData("""{"type":"string"}""", "5", ": 5 is no string")]
    [InlineData("""{"type":"string"}""", "null", ": null is no string")]
    [InlineData("""{"type":"string","nullable":true}""", "null", null)]
    [InlineData("""{"nullable":true,"allOf":[{"type":"object"}]}""", "null", null)]
    [InlineData("""{"nullable":true,"type":"string","enum":["a"]}""", "null", null)]
    [InlineData("""{"nullable":false,"type":"string"}""", "null", ": null is no string")]
    [InlineData("""{"type":["string","null"]}""", "null", null)]
    [InlineData("""{"type":["string","null"]}""", "5", ": 5 is no string and no null")]
    [InlineData("""{"type":"integer"}""", "5000000017", null)]
    [InlineData("""{"type":"integer"}""", "5.5", ": 5.5 is no integer")]
    [InlineData("""{"type":"integer"}""", "\"5\"", ": \"5\" is no integer")]
    [InlineData("""{"type":"number"}""", "5.5", null)]
    [InlineData("""{"type":"boolean"}""", "false", null)]
    [InlineData("""{"type":"boolean"}""", "\"false\"", ": \"false\" is no boolean")]
    [InlineData("""{"type":"object","required":["a"]}""", """{"a":null}""", null)]
    [InlineData("""{"type":"object","required":["a"]}""", "{}", "/a: is missing")]
    [InlineData("""{"type":"object","required":["a"]}""", "[]", ": [] is no object")]
    [InlineData("""{"properties":{"a":{"properties":{"b":{"type":"string"}}}}}""", """{"a":{"b":5}}""", "/a/b: 5 is no string")]
    [InlineData("""{"properties":{"a/b":{"type":"string"}}}""", """{"a/b":5}""", "/a~1b: 5 is no string")]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":false}""", """{"a":1,"b":2}""", "/b: is not described")]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":true}""", """{"a":1,"b":2}""", null)]
    [InlineData("""{"additionalProperties":{"type":"string"}}""", """{"b":2}""", "/b: 2 is no string")]
    [InlineData("""{"type":"array","items":{"type":"string"}}""", """["a",5]""", "/1: 5 is no string")]
    [InlineData("""{"type":"array","items":{"type":"string"}}""", "{}", ": {} is no array")]
    [InlineData("""{"minItems":1}""", "[]", ": 0 is beyond minItems 1")]
    [InlineData("""{"maxItems":1}""", "[1,2]", ": 2 is beyond maxItems 1")]
    [InlineData("""{"maxProperties":1}""", """{"a":1,"b":2}""", ": 2 is beyond maxProperties 1")]
    [InlineData("""{"minLength":2}""", "\"a\"", ": 1 is beyond minLength 2")]
    [InlineData("""{"maxLength":2}""", "\"abc\"", ": 3 is beyond maxLength 2")]
    [InlineData("""{"minimum":0}""", "-1", ": -1 is beyond minimum 0")]
    [InlineData("""{"maximum":0}""", "1", ": 1 is beyond maximum 0")]
    [InlineData("""{"enum":["open","closed"]}""", "\"closed\"", null)]
    [InlineData("""{"enum":["open","closed"]}""", "\"ajar\"", ": \"ajar\" is none of open, closed")]
    [InlineData("""{"const":"a"}""", "\"b\"", ": \"b\" is none of a")]
    [InlineData("""{"pattern":"^[0-9a-f]{6}$"}""", "\"ededed\"", null)]
    [InlineData("""{"pattern":"^[0-9a-f]{6}$"}""", "\"red\"", ": \"red\" does not match ^[0-9a-f]{6}$")]
    [InlineData("""{"format":"date-time"}""", "\"2026-03-01T10:00:00Z\"", null)]
    [InlineData("""{"format":"date-time"}""", "\"2026-03-01T10:00:00.123+01:00\"", null)]
    [InlineData("""{"format":"date-time"}""", "\"2026-03-01\"", ": \"2026-03-01\" is no date-time")]
    [InlineData("""{"format":"date-time"}""", "\"Tuesday\"", ": \"Tuesday\" is no date-time")]
    [InlineData("""{"format":"date"}""", "\"2026-03-01\"", null)]
    [InlineData("""{"format":"date"}""", "\"1 March\"", ": \"1 March\" is no date")]
    [InlineData("""{"format":"uri"}""", "\"https://api.github.com/x\"", null)]
    [InlineData("""{"format":"uri"}""", "\"\"", ": \"\" is no uri")]
    [InlineData("""{"oneOf":[{"type":"string"},{"type":"integer"}]}""", "5", null)]
    [InlineData("""{"oneOf":[{"type":"string"},{"type":"integer"}]}""", "true", ": true is no string (nearest of 2 alternatives)")]
    [InlineData("""{"anyOf":[{"type":"string"},{"type":"object","required":["name"]}]}""", "{}", "/name: is missing (nearest of 2 alternatives)")]
    [InlineData("""{"oneOf":[{"type":"object"},{"required":["a"]}]}""", """{"a":1}""", null)]
    [InlineData("""{"allOf":[{"required":["a"]},{"required":["b"]}]}""", """{"a":1}""", "/b: is missing")]
    [InlineData("""{"$ref":"#/named"}""", "\"a\"", null)]
    [InlineData("""{"$ref":"#/named"}""", "5", ": 5 is no string")]
    [InlineData("""{"$ref":"#/tree"}""", """{"child":{"child":5}}""", "/child/child: 5 is no object")]
    public void A_value_fits_its_schema_or_is_told_where_it_does_not(string schema, string value, string? problem) =>
        string.Join("; ", Read(schema).Problems(JsonElement.Parse(value))).ShouldBe(problem ?? "");

    [Fact]
    public void Everything_that_is_wrong_is_told() =>
        Read("""{"type":"object","required":["a","b"],"properties":{"c":{"type":"string"}}}""").Problems(JsonElement.Parse("""{"c":1}"""))
            .ShouldBe(["/c: 1 is no string", "/a: is missing", "/b: is missing"]);

    [Fact]
    public void A_keyword_that_the_reader_does_not_know_is_not_passed_over() =>
        Should.Throw<FormatException>(() => Read("""{"type":"object","if":{}}""")).Message.ShouldBe("The keyword 'if' is not known.");

    private static Shape Read(string schema)
    {
        var named = JsonElement.Parse("""{"named":{"type":"string"},"tree":{"type":"object","properties":{"child":{"$ref":"#/tree"}}}}""");
        return new ShapeBook(reference => named.GetProperty(reference[2..])).Of(JsonElement.Parse(schema));
    }
}
