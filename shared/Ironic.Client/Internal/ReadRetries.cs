using Google.Api;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client.Configuration;
using Ironic.Api.V1;

namespace Ironic.Client.Internal;

/// <summary>Lets the channel repeat calls that only read while no server can be reached.</summary>
internal static class ReadRetries
{
    private static readonly FileDescriptor[] Files = [NodeReflection.Descriptor, DriverReflection.Descriptor, ConductorReflection.Descriptor];

    /// <param name="attempts">How often a call is tried in all.</param>
    public static ServiceConfig? CreateServiceConfig(int attempts)
    {
        if (attempts < 2)
            return null;
        var reads = new MethodConfig
        {
            RetryPolicy = new RetryPolicy
            {
                MaxAttempts = attempts,
                InitialBackoff = TimeSpan.FromMilliseconds(100),
                MaxBackoff = TimeSpan.FromSeconds(2),
                BackoffMultiplier = 3,
                RetryableStatusCodes = { StatusCode.Unavailable },
            },
        };
        foreach (var method in Files.SelectMany(file => file.Services).SelectMany(service => service.Methods).Where(IsRead))
            reads.Names.Add(new MethodName { Service = method.Service.FullName, Method = method.Name });
        return new ServiceConfig { MethodConfigs = { reads } };
    }

    // What is a GET over REST, in the first place, changes nothing.
    internal static bool IsRead(MethodDescriptor method) =>
        !method.IsClientStreaming && !method.IsServerStreaming &&
        method.GetOptions()?.GetExtension(AnnotationsExtensions.Http)?.PatternCase == HttpRule.PatternOneofCase.Get;
}
