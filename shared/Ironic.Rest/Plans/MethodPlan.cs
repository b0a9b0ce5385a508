using Grpc.Core;
using Ironic.Rest.Upstream;
using Ironic.Rest.V1;
using Ironic.Rest.Wire;

namespace Ironic.Rest.Plans;

/// <summary>One RPC of the contract.</summary>
internal sealed class MethodPlan
{
    public MethodPlan(Google.Protobuf.Reflection.MethodDescriptor descriptor, MessageCompiler messages)
    {
        Rule = descriptor.GetOptions()?.GetExtension(RestExtensions.Method) ?? new MethodRule();
        Name = descriptor.FullName;
        Request = messages.Compile(descriptor.InputType);
        Response = messages.Compile(descriptor.OutputType);
        Grpc = ByteMethods.Create(descriptor);
        ReadMask = FindRole(Request, Role.ReadMask);
        HttpVerb = FindRole(Request, Role.HttpVerb);
        Limit = FindRole(Request, Role.Limit);
        NextMarker = FindRole(Response, Role.NextMarker);
        Accepted = FindField(Response, Rule.AcceptedField);
        Raw = FindField(Response, Rule.RawField);
        IsStream = descriptor.IsServerStreaming;
        Cursor = FindRole(Request, Role.Cursor);
        EventId = FindRole(Response, Role.Cursor);
        List = Array.Find(Response.Fields, field => field.IsList && field.Message?.Resource is not null);
        SuccessStatus = Rule.Status != 0 ? (int)Rule.Status : Response.Fields.Length == 0 ? 204 : 200;
    }

    /// <summary>Its full name, for logs.</summary>
    public string Name { get; }

    public MethodRule Rule { get; }

    public MessagePlan Request { get; }

    public MessagePlan Response { get; }

    /// <summary>The method as a call of bytes.</summary>
    public Method<PooledBuffer, PooledBuffer> Grpc { get; }

    public FieldPlan? ReadMask { get; }

    public FieldPlan? HttpVerb { get; }

    public FieldPlan? Limit { get; }

    public FieldPlan? NextMarker { get; }

    public FieldPlan? Accepted { get; }

    public FieldPlan? Raw { get; }

    /// <summary>Whether it answers with a stream of messages: over REST, server-sent events.</summary>
    public bool IsStream { get; }

    /// <summary>The request's field that says where a stream begins.</summary>
    public FieldPlan? Cursor { get; }

    /// <summary>The field of a streamed message that says where it stands.</summary>
    public FieldPlan? EventId { get; }

    /// <summary>The resources of a list's response; null when the method is no list of resources.</summary>
    public FieldPlan? List { get; }

    public int SuccessStatus { get; }

    /// <summary>Whether it creates a resource, so that a request may have a key by which it can be repeated.</summary>
    public bool IsCreation => Rule.Status == 201;

    /// <summary>Whether a microversion has the method.</summary>
    public bool IsAvailable(int version) => version >= Rule.Since || Rule.AlsoAt.Contains((uint)version);

    private static FieldPlan? FindRole(MessagePlan message, Role role) => Array.Find(message.Fields, field => field.Rule.Role == role);

    private FieldPlan? FindField(MessagePlan message, string name) =>
        name.Length == 0 ? null : message.FindByContractName(name) ?? throw new ContractException($"{Name} names the field {name}, which its response has not.");
}
