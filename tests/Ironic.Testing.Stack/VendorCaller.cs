using System.Net.Http.Headers;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Protos;
using Ironic.Rest.V1;
using Ironic.Types.V1;

namespace Ironic.Testing.Stack;

/// <summary>How a vendor method is called.</summary>
public enum Form
{
    /// <summary>REST, <c>vendor_passthru/METHOD</c>: ironicclient and openstacksdk.</summary>
    Path,

    /// <summary>REST, <c>vendor_passthru?method=METHOD</c>: gophercloud.</summary>
    Query,

    /// <summary>gRPC.</summary>
    Grpc,
}

/// <summary>What came back, in the terms of REST: a gRPC error has the HTTP status that its reason stands for.</summary>
/// <param name="Text">The result as JSON text; null when there is none.</param>
/// <param name="Attachment">The result of a method with attach.</param>
/// <param name="Error">The text of an error.</param>
/// <param name="Reason">The reason of a gRPC error: <c>NODE_LOCKED</c>.</param>
public sealed record VendorAnswer(int Status, string? Text = null, byte[]? Attachment = null, string? Error = null, string? Reason = null)
{
    /// <summary>Fails when the status is another.</summary>
    /// <returns>The error's text, or the result.</returns>
    public string AssertStatus(int status)
    {
        Assert.True(Status == status, $"{Status} instead of {status}: {Error ?? Text}");
        return Error ?? Text ?? "";
    }
}

/// <summary>Calls vendor methods by all forms there are.</summary>
/// <param name="stack">The system.</param>
public sealed class VendorCaller(TestStack stack)
{
    public static TheoryData<Form> Forms { get; } = new(Enum.GetValues<Form>());

    /// <summary>Every form with every one of <paramref name="values"/>.</summary>
    public static TheoryData<Form, string> FormsAnd(params string[] values)
    {
        var data = new TheoryData<Form, string>();
        foreach (var form in Enum.GetValues<Form>())
        {
            foreach (var value in values)
                data.Add(form, value);
        }

        return data;
    }

    /// <summary>Calls a node's method.</summary>
    /// <param name="body">JSON text; null: none.</param>
    public async Task<VendorAnswer> CallNodeAsync(Form form, string node, string method, string? body = null, string verb = "POST")
    {
        if (form != Form.Grpc)
            return await CallRestAsync($"/v1/nodes/{node}", form, method, body, verb);
        return await CallGrpcAsync(async () =>
        {
            var answer = await stack.Nodes.CallNodeVendorMethodAsync(
                new CallNodeVendorMethodRequest { Node = node, Method = method, HttpMethod = verb, Body = body is null ? null : new Json { Text = body } });
            return (answer.Accepted, answer.Result, answer.HasAttachment ? answer.Attachment.ToByteArray() : null);
        });
    }

    /// <summary>Calls a hardware type's method.</summary>
    /// <param name="body">JSON text; null: none.</param>
    public async Task<VendorAnswer> CallDriverAsync(Form form, string driver, string method, string? body = null, string verb = "POST")
    {
        if (form != Form.Grpc)
            return await CallRestAsync($"/v1/drivers/{driver}", form, method, body, verb);
        return await CallGrpcAsync(async () =>
        {
            var answer = await stack.Drivers.CallDriverVendorMethodAsync(
                new CallDriverVendorMethodRequest { Driver = driver, Method = method, HttpMethod = verb, Body = body is null ? null : new Json { Text = body } });
            return (answer.Accepted, answer.Result, answer.HasAttachment ? answer.Attachment.ToByteArray() : null);
        });
    }

    /// <summary>Lets those go on who wait at a gate of the fake driver.</summary>
    public async Task OpenGateAsync(string gate) =>
        (await CallDriverAsync(Form.Path, "fake-hardware", "fake_driver_open", $$"""{"gate": "{{gate}}"}""")).AssertStatus(200);

    private async Task<VendorAnswer> CallRestAsync(string resource, Form form, string method, string? body, string verb)
    {
        var answer = await stack.Rest.SendAsync(verb, resource + (form == Form.Path ? $"/vendor_passthru/{method}" : $"/vendor_passthru?method={method}"), body);
        switch (answer.Status)
        {
            case >= 400:
                return new VendorAnswer(answer.Status, Error: answer.AssertError(answer.Status));
            case 202:
                Assert.Equal("", answer.Body);
                Assert.Null(answer.Header("Content-Type"));
                return new VendorAnswer(202);
            default:
                var type = MediaTypeHeaderValue.Parse(answer.Header("Content-Type")!).MediaType;
                if (type != "application/json")
                    return new VendorAnswer(answer.Status, Attachment: answer.Bytes);
                // Never an empty body: a method that returns nothing is answered with null.
                Assert.NotEmpty(answer.Body);
                return new VendorAnswer(answer.Status, Text: answer.Body);
        }
    }

    private static async Task<VendorAnswer> CallGrpcAsync(Func<Task<(bool Accepted, Json? Result, byte[]? Attachment)>> call)
    {
        try
        {
            var (accepted, result, attachment) = await call();
            if (!accepted)
                return new VendorAnswer(200, result?.Text, attachment);
            Assert.Null(result);
            Assert.Null(attachment);
            return new VendorAnswer(202);
        }
        catch (RpcException exception)
        {
            var reason = StatusDetails.FindReason(exception, StatusDetails.ApiDomain)
                ?? throw new InvalidOperationException($"A gRPC error without reason: {exception.Status}", exception);
            var rule = RuleOf(reason);
            Assert.Equal((StatusCode)rule.Grpc, exception.StatusCode);
            return new VendorAnswer((int)rule.Http, Error: exception.Status.Detail, Reason: reason);
        }
    }

    private static ErrorRule RuleOf(string reason) =>
        ErrorsReflection.Descriptor.FindTypeByName<EnumDescriptor>(nameof(ErrorReason)).FindValueByName("ERROR_REASON_" + reason).GetOptions().GetExtension(RestExtensions.Error);
}
