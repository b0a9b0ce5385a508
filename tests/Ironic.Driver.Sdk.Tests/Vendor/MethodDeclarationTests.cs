using System.Text.Json.Nodes;
using Ironic.Driver.Sdk.Vendor;

namespace Ironic.Driver.Sdk.Tests.Vendor;

/// <summary>What an author may not write is refused when the process starts, with a message that names the method and the reason.</summary>
public sealed class MethodDeclarationTests
{
    [Theory]
    [InlineData(typeof(PrivateMethod), "must be public")]
    [InlineData(typeof(DerivedOfPrivateMethod), "must be public")]
    [InlineData(typeof(GenericMethod), "must not be generic")]
    [InlineData(typeof(AsyncVoid), "async void")]
    [InlineData(typeof(BothKinds), "both [Passthru] and [DriverPassthru]")]
    [InlineData(typeof(NodeInDriverMethod), "a driver method has no NodeContext (parameter 'node')")]
    [InlineData(typeof(DriverInNodeMethod), "a node method has no DriverContext (parameter 'driver')")]
    [InlineData(typeof(TwoBodies), "two parameters take the whole body")]
    [InlineData(typeof(SameParameterTwice), "two parameters are bound from 'raw_bytes'")]
    [InlineData(typeof(ReservedParameter), "'http_method' is no name for a parameter")]
    [InlineData(typeof(RefParameter), "parameter 'value' is ref, in or out")]
    [InlineData(typeof(StreamParameter), "parameter 'value' is of type Stream")]
    [InlineData(typeof(DelegateParameter), "parameter 'value' is of type Action")]
    [InlineData(typeof(AbstractParameter), "parameter 'value' is of type IFormattable")]
    [InlineData(typeof(ObjectParameter), "take a JsonNode")]
    [InlineData(typeof(SdkParameter), "parameter 'progress' is of type IOperationProgress")]
    [InlineData(typeof(BytesWithoutAttach), "need Attach = true")]
    [InlineData(typeof(AttachWithoutBytes), "returns byte[] or ReadOnlyMemory<byte>")]
    [InlineData(typeof(NestedTask), "it returns Task")]
    [InlineData(typeof(StreamResult), "it returns Stream")]
    [InlineData(typeof(AsyncSequence), "it returns IAsyncEnumerable")]
    public void A_method_that_cannot_be_called_is_refused(Type vendor, string reason) => IsRefused(vendor, reason);

    [Theory]
    [InlineData(typeof(BadName), "'power cycle!' is no public name")]
    [InlineData(typeof(EmptyName), "'' is no public name")]
    public void R012_a_name_that_is_none_is_refused(Type vendor, string reason) => IsRefused(vendor, reason);

    [Theory]
    [InlineData(typeof(Overloads), "its public name 'run' is that of Overloads.Run as well")]
    [InlineData(typeof(SameName), "its public name 'run' is that of")]
    [InlineData(typeof(Listing), "'methods' is the listing of methods")]
    public void R017_a_name_that_is_taken_is_refused(Type vendor, string reason) => IsRefused(vendor, reason);

    [Theory]
    [InlineData(typeof(NoVerb), "it has no HTTP verbs")]
    [InlineData(typeof(BadVerb), "'HEAD' is none of the HTTP verbs")]
    [InlineData(typeof(VerbTwice), "the HTTP verb POST is given twice")]
    public void R018_verbs_that_are_none_or_given_twice_are_refused(Type vendor, string reason) => IsRefused(vendor, reason);

    [Fact]
    public void R019_an_attachment_of_an_asynchronous_method_is_refused() => IsRefused(typeof(AsyncAttach), "Attach needs Async = false");

    private static void IsRefused(Type vendor, string reason)
    {
        var exception = Assert.Throws<DriverDeclarationException>(() => VendorMethodTable.Create((VendorInterface)Activator.CreateInstance(vendor)!));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be a vendor method", exception.Message, StringComparison.Ordinal);
    }

#pragma warning disable CA1822, CA1801, IDE0060, IDE0051 // The methods' shapes are what is tested.

    private abstract class Empty : VendorInterface
    {
        public override IReadOnlyList<DriverProperty> GetProperties() => [];
    }

    private class PrivateMethod : Empty
    {
        [Passthru("POST")]
        private void Hidden()
        {
        }
    }

    private sealed class DerivedOfPrivateMethod : PrivateMethod;

    private sealed class GenericMethod : Empty
    {
        [Passthru("POST")]
        public void Run<T>(T value)
        {
        }
    }

    private sealed class AsyncVoid : Empty
    {
        [Passthru("POST")]
        public async void Run() => await Task.Yield();
    }

    private sealed class BothKinds : Empty
    {
        [Passthru("POST")]
        [DriverPassthru("POST")]
        public void Run()
        {
        }
    }

    private sealed class NodeInDriverMethod : Empty
    {
        [DriverPassthru("POST")]
        public void Run(NodeContext node)
        {
        }
    }

    private sealed class DriverInNodeMethod : Empty
    {
        [Passthru("POST")]
        public void Run(DriverContext driver)
        {
        }
    }

    private sealed class TwoBodies : Empty
    {
        [Passthru("POST")]
        public void Run(JsonObject one, JsonObject other)
        {
        }
    }

    private sealed class SameParameterTwice : Empty
    {
        [Passthru("POST")]
        public void Run(string rawBytes, string raw_bytes)
        {
        }
    }

    private sealed class ReservedParameter : Empty
    {
        [Passthru("POST")]
        public void Run(string httpMethod)
        {
        }
    }

    private sealed class RefParameter : Empty
    {
        [Passthru("POST")]
        public void Run(ref int value)
        {
        }
    }

    private sealed class StreamParameter : Empty
    {
        [Passthru("POST")]
        public void Run(Stream value)
        {
        }
    }

    private sealed class DelegateParameter : Empty
    {
        [Passthru("POST")]
        public void Run(Action value)
        {
        }
    }

    private sealed class AbstractParameter : Empty
    {
        [Passthru("POST")]
        public void Run(IFormattable value)
        {
        }
    }

    private sealed class ObjectParameter : Empty
    {
        [Passthru("POST")]
        public void Run(object value)
        {
        }
    }

    private sealed class SdkParameter : Empty
    {
        [Passthru("POST")]
        public void Run(IOperationProgress progress)
        {
        }
    }

    private sealed class BytesWithoutAttach : Empty
    {
        [Passthru("GET", Async = false)]
        public byte[] Run() => [];
    }

    private sealed class AttachWithoutBytes : Empty
    {
        [Passthru("GET", Async = false, Attach = true)]
        public string Run() => "";
    }

    private sealed class NestedTask : Empty
    {
        [Passthru("GET", Async = false)]
        public Task<Task> Run() => Task.FromResult(Task.CompletedTask);
    }

    private sealed class StreamResult : Empty
    {
        [Passthru("GET", Async = false)]
        public Stream Run() => Stream.Null;
    }

    private sealed class AsyncSequence : Empty
    {
        [Passthru("GET", Async = false)]
        public IAsyncEnumerable<int> Run() => AsyncEnumerable.Empty<int>();
    }

    private sealed class BadName : Empty
    {
        [Passthru("POST", Method = "power cycle!")]
        public void Run()
        {
        }
    }

    private sealed class EmptyName : Empty
    {
        [Passthru("POST", Method = "")]
        public void Run()
        {
        }
    }

    private sealed class Overloads : Empty
    {
        [Passthru("POST")]
        public void Run()
        {
        }

        [Passthru("GET")]
        public void Run(int value)
        {
        }
    }

    private sealed class SameName : Empty
    {
        [Passthru("POST")]
        public void Run()
        {
        }

        [Passthru("POST", Method = "run")]
        public void Go()
        {
        }
    }

    private sealed class Listing : Empty
    {
        [Passthru("GET")]
        public void Methods()
        {
        }
    }

    private sealed class NoVerb : Empty
    {
        [Passthru]
        public void Run()
        {
        }
    }

    private sealed class BadVerb : Empty
    {
        [Passthru("HEAD")]
        public void Run()
        {
        }
    }

    private sealed class VerbTwice : Empty
    {
        [Passthru("POST", "post")]
        public void Run()
        {
        }
    }

    private sealed class AsyncAttach : Empty
    {
        [Passthru("GET", Attach = true)]
        public byte[] Run() => [];
    }
}
