using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Ironic.Api.V1;
using Ironic.Conductor.Locks;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Ironic.Rest.V1;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Idempotency;

/// <summary>
/// Creations with a key: the first request creates, and every further one with the same key and the same content gets the first one's answer.
/// Those at the same time come one after the other, whichever conductors they reach.
/// </summary>
internal sealed partial class KeyedCreationInterceptor(
    IdempotencyStore store, ILockManager locks, ConductorIdentity self, IOptions<IdempotencyOptions> options, ILogger<KeyedCreationInterceptor> logger) : Interceptor
{
    private const int MaximumKeyLength = 255;

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        Method<TRequest>.IsCreation && context.RequestHeaders.GetAll(RequestHeaders.IdempotencyKey).ToList() is { Count: > 0 } keys
            ? CreateAsync(request, (IMessage)request, Check(keys), context, continuation)
            : continuation(request, context);

    private static CreationKey Check(List<Metadata.Entry> keys)
    {
        if (keys.Count > 1 || keys[0].Value is not { Length: > 0 and <= MaximumKeyLength } key || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new IronicException(ErrorReason.InvalidParameterValue, $"Idempotency-Key must be one text of 1 to {MaximumKeyLength} visible ASCII characters without blanks.");
        return new CreationKey(RequestContext.Current?.ProjectId ?? "", key);
    }

    private async Task<TResponse> CreateAsync<TRequest, TResponse>(
        TRequest request, IMessage message, CreationKey key, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
    {
        var fingerprint = Fingerprint(context.Method, message);
        await using var turn = await locks.AcquireAsync(LockKey(key), self.Hostname, options.Value.Patience, context.CancellationToken)
            ?? throw new IronicException(ErrorReason.IdempotencyKeyInUse, "Another request with the same Idempotency-Key is under way. Please try again later.");
        if (await FindAsync<TResponse>(key, fingerprint, context.CancellationToken) is { } answered)
            return answered;
        var creation = new KeyedCreation(store, key, fingerprint);
        KeyedCreation.Current = creation;
        try
        {
            var response = await continuation(request, context);
            // Not everything that is created knows its answer before it is stored.
            if (!creation.IsRecorded && !await store.PutAsync(key, fingerprint, ((IMessage)response).ToByteArray()))
                LogCreatedTwice(context.Method);
            return response;
        }
        catch (Exception e) when (e is KeyTakenException or IronicException)
        {
            // The lock may have been lost; the database tells who was the first.
            if (await FindAsync<TResponse>(key, fingerprint, context.CancellationToken) is { } first)
                return first;
            throw;
        }
        finally
        {
            creation.Close();
            KeyedCreation.Current = null;
        }
    }

    private async Task<TResponse?> FindAsync<TResponse>(CreationKey key, byte[] fingerprint, CancellationToken cancellationToken)
        where TResponse : class
    {
        if (await store.FindAsync(key, cancellationToken) is not { } recorded)
            return null;
        if (!recorded.Fingerprint.AsSpan().SequenceEqual(fingerprint))
            throw new IronicException(ErrorReason.IdempotencyKeyReused, "The Idempotency-Key was used before for another request. A key is for one request and its repetitions.");
        var response = Activator.CreateInstance<TResponse>();
        ((IMessage)response).MergeFrom(recorded.Answer);
        return response;
    }

    // The microversion is a part of the request: what is created, and what is answered, may depend on it.
    private static byte[] Fingerprint(string method, IMessage request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, Encoding.UTF8.GetBytes(method));
        Append(hash, Encoding.UTF8.GetBytes((RequestContext.Current?.Version ?? Microversion.Newest).ToString()));
        Append(hash, request.ToByteArray());
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, byte[] part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }

    private static string LockKey(CreationKey key) => "create:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Project}\n{key.Key}")));

    [LoggerMessage(
        EventId = 1951,
        EventName = "CreatedTwice",
        Level = LogLevel.Error,
        Message = "{Method}: the lock of an idempotency key was lost while a resource was created, and it was created twice. Remove one of them")]
    private partial void LogCreatedTwice(string method);

    private static class Method<TRequest>
        where TRequest : class
    {
        /// <summary>Whether the method creates a resource: its REST status is 201. A proto file has a service and its messages.</summary>
        public static readonly bool IsCreation = Activator.CreateInstance<TRequest>() is IMessage message &&
            message.Descriptor.File.Services.SelectMany(service => service.Methods).Any(
                method => method.InputType == message.Descriptor && method.GetOptions()?.GetExtension(RestExtensions.Method) is { Status: 201 });
    }
}
