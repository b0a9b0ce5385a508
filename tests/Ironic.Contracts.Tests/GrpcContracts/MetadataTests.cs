using Grpc.Core;

namespace Ironic.Contracts.Tests.GrpcContracts;

/// <summary>The rules of headers and trailers.</summary>
public sealed class MetadataTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("x-openstack-request-id")]
    [InlineData("under_score.dot-9")]
    public void A_valid_key_is_taken(string key) => Assert.Equal(key, new Metadata.Entry(key, "value").Key);

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("colon:")]
    [InlineData(":path")]
    [InlineData("line\n")]
    [InlineData("größe")]
    [InlineData("Kelvin\u212A")]
    [InlineData("star*")]
    public void An_invalid_key_is_refused(string key)
    {
        Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "value"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry(key + Metadata.BinaryHeaderSuffix + "*", [1]));
        Assert.Throws<ArgumentException>(() => new Metadata().Add(key, "value"));
    }

    [Fact]
    public void A_key_is_stored_in_lower_case_and_found_in_any()
    {
        var metadata = new Metadata { { "X-Auth-Token", "t" }, { "Data-BIN", [1] } };

        Assert.Equal(["x-auth-token", "data-bin"], metadata.Select(entry => entry.Key));
        Assert.Equal("t", metadata.GetValue("x-AUTH-token"));
        Assert.True(metadata[1].IsBinary);
        Assert.Equal([1], metadata.GetValueBytes("DATA-bin"));
    }

    [Fact]
    public void The_suffix_of_a_key_and_the_kind_of_its_value_must_agree()
    {
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("key-bin", "text"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("key", [1]));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("key-BIN", "text"));
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry(null!, "text"));
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry("key", (string)null!));
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry("key-bin", (byte[])null!));
    }

    [Fact]
    public void A_binary_entry_has_bytes_of_its_own_and_no_text()
    {
        var bytes = new byte[] { 1, 2 };
        var entry = new Metadata.Entry("key-bin", bytes);
        bytes[0] = 9;
        entry.ValueBytes[0] = 9;

        Assert.Equal([1, 2], entry.ValueBytes);
        Assert.Throws<InvalidOperationException>(() => entry.Value);
    }

    [Fact]
    public void A_text_entry_gives_its_ascii_bytes() => Assert.Equal("text"u8.ToArray(), new Metadata.Entry("key", "text").ValueBytes);

    [Fact]
    public void The_text_of_an_entry_does_not_tell_its_value()
    {
        Assert.Equal("[Entry: key=x-auth-token]", new Metadata.Entry("X-Auth-Token", "secret").ToString());
        Assert.Equal("[Entry: key=token-bin, binary]", new Metadata.Entry("token-bin", "secret"u8.ToArray()).ToString());
    }

    [Fact]
    public void The_last_of_several_entries_of_a_key_counts()
    {
        var metadata = new Metadata { { "a", "1" }, { "b", "2" }, { "a", "3" } };

        Assert.Equal("3", metadata.GetValue("a"));
        Assert.Same(metadata[2], metadata.Get("a"));
        Assert.Equal(["1", "3"], metadata.GetAll("a").Select(entry => entry.Value));
        Assert.Null(metadata.Get("c"));
        Assert.Null(metadata.GetValue("c"));
        Assert.Null(metadata.GetValueBytes("c"));
        Assert.Empty(metadata.GetAll("c"));
    }

    [Fact]
    public void Entries_can_be_changed_as_in_any_list()
    {
        var first = new Metadata.Entry("a", "1");
        var second = new Metadata.Entry("b", "2");
        var metadata = new Metadata { first };

        metadata.Insert(0, second);
        Assert.Equal([second, first], metadata);
        metadata[0] = first;
        Assert.Equal(0, metadata.IndexOf(first));
        metadata.RemoveAt(0);
        Assert.True(metadata.Remove(first));
        Assert.DoesNotContain(first, metadata);
        metadata.Add(second);
        metadata.Clear();
        Assert.Empty(metadata);
        Assert.False(metadata.IsReadOnly);
    }

    [Fact]
    public void The_empty_metadata_cannot_be_changed()
    {
        Assert.True(Metadata.Empty.IsReadOnly);
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("a", "1"));
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Insert(0, new Metadata.Entry("a", "1")));
        Assert.Throws<InvalidOperationException>(Metadata.Empty.Clear);
        Assert.Empty(Metadata.Empty);
    }
}
