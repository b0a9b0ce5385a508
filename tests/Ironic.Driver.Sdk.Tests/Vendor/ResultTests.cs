using System.Text.Json.Nodes;
using Ironic.Driver.Sdk.Vendor;

namespace Ironic.Driver.Sdk.Tests.Vendor;

/// <summary>What a method returns, in the contract's terms.</summary>
public sealed class ResultTests
{
    private static readonly VendorMethodTable Methods = VendorMethodTable.Create(new Results());

    [Theory]
    [InlineData("nothing", "null")]
    [InlineData("nothing_later", "null")]
    [InlineData("nothing_at_once", "null")]
    [InlineData("null_text", "null")]
    [InlineData("number", "7")]
    [InlineData("number_later", "7")]
    [InlineData("number_at_once", "7")]
    [InlineData("text", "\"<ü>\"")]
    [InlineData("anonymous", """{"types":["NONE","MD5"],"number_of_types":2,"kind":"very_good"}""")]
    [InlineData("node", """{"As_it_is":null}""")]
    public async Task R084_a_result_is_JSON_and_nothing_is_null(string method, string expected)
    {
        var result = await InvokeAsync(method);
        Assert.Equal(expected, result.Json.Text);
    }

    [Theory]
    [InlineData("bytes")]
    [InlineData("bytes_later")]
    public async Task R084_bytes_are_an_attachment(string method)
    {
        var result = await InvokeAsync(method);
        Assert.Equal(V1.VendorResult.ResultOneofCase.Attachment, result.ResultCase);
        Assert.Equal([0, 255], result.Attachment.ToByteArray());
    }

    private static ValueTask<V1.VendorResult> InvokeAsync(string method) =>
        Methods.NodeMethods[method].InvokeAsync(new VendorInvocation(new VendorCall { Method = method, HttpMethod = "GET" }, null, null, default));

    private enum Kind
    {
        VeryGood,
    }

    private sealed class Results : VendorInterface
    {
        public override IReadOnlyList<DriverProperty> GetProperties() => [];

        [Passthru("GET")]
        public static void Nothing()
        {
        }

        [Passthru("GET")]
        public static async Task NothingLater() => await Task.Yield();

        [Passthru("GET")]
        public static ValueTask NothingAtOnce() => default;

        [Passthru("GET")]
        public static string? NullText() => null;

        [Passthru("GET")]
        public static int Number() => 7;

        [Passthru("GET")]
        public static async Task<int> NumberLaterAsync()
        {
            await Task.Yield();
            return 7;
        }

        [Passthru("GET")]
        public static ValueTask<int> NumberAtOnce() => new(7);

        [Passthru("GET")]
        public static string Text() => "<ü>";

        [Passthru("GET")]
        public static object Anonymous() => new { Types = new[] { "NONE", "MD5" }, NumberOfTypes = 2, Kind = Kind.VeryGood };

        [Passthru("GET")]
        public static JsonObject Node() => new JsonObject { ["As_it_is"] = null };

        [Passthru("GET", Async = false, Attach = true)]
        public static byte[] Bytes() => [0, 255];

        [Passthru("GET", Async = false, Attach = true)]
        public static async Task<ReadOnlyMemory<byte>> BytesLater()
        {
            await Task.Yield();
            return new byte[] { 0, 255 };
        }
    }
}
