using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.Driver.Sdk.Vendor;

namespace Ironic.Driver.Sdk.Tests.Vendor;

/// <summary>How the members of a body become a method's arguments.</summary>
public sealed class ArgumentBindingTests
{
    private static readonly VendorMethodTable Methods = VendorMethodTable.Create(new Binding());

    [Theory]
    [InlineData("text", """{"raw_bytes": "0x01"}""", "\"0x01\"")]
    [InlineData("numbers", """{"small": 255, "large": -9223372036854775808, "real": 1.5, "exact": 0.1}""", "\"255 -9223372036854775808 1.5 0.1\"")]
    [InlineData("flags", """{"is_on": true, "maybe": null}""", "\"True \"")]
    [InlineData("flags", """{"is_on": false, "maybe": true}""", "\"False True\"")]
    [InlineData("color", """{"color": "dark_red"}""", "\"dark_red\"")]
    [InlineData("list", """{"items": [1, 2, 3]}""", "[3,2,1]")]
    [InlineData("map", """{"items": {"a": 1}}""", """{"a":1}""")]
    [InlineData("record", """{"point": {"x_axis": 1, "y_axis": 2}}""", """{"x_axis":2,"y_axis":1}""")]
    [InlineData("raw", """{"value": 123456789012345678901234567890}""", "123456789012345678901234567890")]
    [InlineData("raw", """{"value": [{"k": null}]}""", """[{"k":null}]""")]
    [InlineData("times", """{"since": "2026-01-31T12:00:00Z", "id": "11111111-2222-3333-4444-555555555555"}""", "\"2026 11111111-2222-3333-4444-555555555555\"")]
    [InlineData("optional", "{}", "\"warm 5 light_blue -\"")]
    [InlineData("optional", """{"mode": "cold", "count": 1, "color": "dark_red", "note": "x"}""", "\"cold 1 dark_red x\"")]
    [InlineData("optional", """{"mode": null, "count": null, "color": null, "note": null}""", "\"warm 5 light_blue -\"")]
    [InlineData("everything", """{"any": 1, "thing": []}""", """{"any":1,"thing":[]}""")]
    [InlineData("everything", "{}", "{}")]
    [InlineData("everything_and_one", """{"any": 1, "known": "k"}""", """["k",2]""")]
    [InlineData("call", """{"any": 1}""", "\"call POST 1\"")]
    public async Task An_argument_is_bound_by_its_name_in_snake_case_to_its_type(string method, string body, string expected) =>
        Assert.Equal(expected, await InvokeAsync(method, body));

    [Theory]
    [InlineData("text", "{}", "raw_bytes")]
    [InlineData("text", """{"rawBytes": "0x01"}""", "raw_bytes")]
    [InlineData("text", """{"raw_bytes": null}""", "raw_bytes")]
    [InlineData("required", """{"value": ""}""", "value")]
    [InlineData("required", """{"value": null}""", "value")]
    [InlineData("flags", "{}", "is_on")]
    public void R083_a_missing_argument_is_missing(string method, string body, string parameter)
    {
        var exception = Assert.Throws<MissingParameterException>(() => Check(method, body));
        Assert.Equal($"Parameter '{parameter}' not passed to method '{method}'.", exception.Message);
    }

    [Theory]
    [InlineData("text", """{"raw_bytes": 1}""", "Parameter 'raw_bytes' of method 'text' must be a string, not this number.")]
    [InlineData("text", """{"raw_bytes": ["s3cret"]}""", "must be a string, not an array.")]
    [InlineData("numbers", """{"small": 256, "large": 0, "real": 0, "exact": 0}""", "Parameter 'small' of method 'numbers' must be an integer from 0 to 255, not this number.")]
    [InlineData("numbers", """{"small": "1", "large": 0, "real": 0, "exact": 0}""", "must be an integer from 0 to 255, not this string.")]
    [InlineData("numbers", """{"small": 1, "large": 1.5, "real": 0, "exact": 0}""", "must be an integer, not this number.")]
    [InlineData("flags", """{"is_on": "true"}""", "must be a boolean, not this string.")]
    [InlineData("flags", """{"is_on": true, "maybe": 1}""", "Parameter 'maybe' of method 'flags' must be a boolean, not this number.")]
    [InlineData("color", """{"color": "purple"}""", "must be one of 'dark_red', 'light_blue', not this string.")]
    [InlineData("color", """{"color": 1}""", "must be one of 'dark_red', 'light_blue', not this number.")]
    [InlineData("list", """{"items": 1}""", "must be an array whose items are each an integer from -2147483648 to 2147483647, not this number.")]
    [InlineData("list", """{"items": [1, "s3cret"]}""", "must be an array whose items are each an integer")]
    [InlineData("record", """{"point": {"x_axis": 1}}""", "must be an object of the documented form, not an object.")]
    [InlineData("record", """{"point": {"x_axis": 1, "y_axis": 2, "z_axis": 3}}""", "must be an object of the documented form")]
    [InlineData("times", """{"since": "yesterday", "id": "11111111-2222-3333-4444-555555555555"}""", "must be a time, not this string.")]
    [InlineData("times", """{"since": "2026-01-31T12:00:00Z", "id": "7"}""", "must be a UUID, not this string.")]
    public void R083_an_argument_of_another_type_is_wrong_and_its_value_is_not_told(string method, string body, string message)
    {
        var exception = Assert.Throws<InvalidParameterException>(() => Check(method, body));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text", """{"raw_bytes": "0x01", "surprise": 1}""")]
    [InlineData("call_and_one", """{"known": "k", "surprise": 1}""")]
    public async Task R083_an_unknown_argument_passes_the_validation_and_fails_the_call(string method, string body)
    {
        Check(method, body);
        var exception = await Assert.ThrowsAsync<InvalidParameterException>(() => InvokeAsync(method, body));
        Assert.Equal($"Method '{method}' got an unexpected argument 'surprise'.", exception.Message);
    }

    [Fact]
    public void Names_are_told_apart_by_case() => Assert.Throws<MissingParameterException>(() => Check("text", """{"RAW_BYTES": "0x01"}"""));

    [Fact]
    public async Task A_method_that_changes_the_body_it_was_given_changes_its_own_copy()
    {
        var body = JsonMap.Parse("""{"a": 1}""");
        await Methods.NodeMethods["clear"].InvokeAsync(new VendorInvocation(Call("clear", body), null, null, default));
        Assert.Equal(["a"], body.Keys);
    }

    [Fact]
    public async Task A_map_can_be_read_first_by_many_at_once()
    {
        for (var round = 0; round < 200; round++)
        {
            var map = new JsonMap("""{"a": 1, "b": "two"}""", JsonMapSource.Plain);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Assert.Equal("two", map.Get<string>("b")))));
        }
    }

    private static VendorCall Call(string method, JsonMap body) => new() { Method = method, HttpMethod = "POST", Parameters = body };

    private static void Check(string method, string body) => Methods.NodeMethods[method].CheckParameters(Call(method, JsonMap.Parse(body)));

    private static async Task<string> InvokeAsync(string method, string body)
    {
        var result = await Methods.NodeMethods[method].InvokeAsync(new VendorInvocation(Call(method, JsonMap.Parse(body)), null, null, default));
        return result.Json.Text;
    }

    private enum Color
    {
        DarkRed,
        LightBlue,
    }

    private sealed record Point(int XAxis, int YAxis);

    private sealed class Binding : VendorInterface
    {
        public override IReadOnlyList<DriverProperty> GetProperties() => [];

        [Passthru("POST")]
        public static string Text(string rawBytes) => rawBytes;

        [Passthru("POST")]
        public static string Required([Required] string? value) => value ?? "null";

        [Passthru("POST")]
        public static string Numbers(byte small, long large, double real, decimal exact) => FormattableString.Invariant($"{small} {large} {real} {exact}");

        [Passthru("POST")]
        public static string Flags(bool isOn, bool? maybe) => $"{isOn} {maybe}";

        [Passthru("POST")]
        public static string Color(Color color) => Write(color);

        [Passthru("POST")]
        public static IEnumerable<int> List(IReadOnlyList<int> items) => items.Reverse();

        [Passthru("POST")]
        public static Dictionary<string, int> Map(Dictionary<string, int> items) => items;

        [Passthru("POST")]
        public static Point Record(Point point) => new(point.YAxis, point.XAxis);

        [Passthru("POST")]
        public static JsonElement Raw(JsonElement value) => value;

        [Passthru("POST")]
        public static string Times(DateTimeOffset since, Guid id) => $"{since.Year} {id}";

        [Passthru("POST")]
        public static string Optional(string mode = "warm", int count = 5, Color? color = ArgumentBindingTests.Color.LightBlue, string? note = null) =>
            FormattableString.Invariant($"{mode} {count} {(color is { } given ? Write(given) : "none")} {note ?? "-"}");

        [Passthru("POST")]
        public static JsonObject Everything(JsonObject body) => body;

        [Passthru("POST")]
        public static object[] EverythingAndOne(JsonObject body, string known) => [known, body.Count];

        [Passthru("POST")]
        public static string Call(VendorCall call) => $"{call.Method} {call.HttpMethod} {call.Parameters.Get<int>("any")}";

        [Passthru("POST")]
        public static string CallAndOne(VendorCall call, string known) => call.Method + known;

        [Passthru("POST")]
        public static void Clear(JsonObject body) => body.Clear();

        private static string Write(Color color) => color switch
        {
            ArgumentBindingTests.Color.DarkRed => "dark_red",
            _ => "light_blue",
        };
    }
}
