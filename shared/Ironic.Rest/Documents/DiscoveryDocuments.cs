using Ironic.Rest.Responses;
using Ironic.Rest.V1;
using Ironic.Rest.Versions;
using Ironic.Rest.Wire;

namespace Ironic.Rest.Documents;

/// <summary>The documents that clients discover the API by: <c>/</c> and <c>/v1</c>.</summary>
internal sealed class DiscoveryDocuments(RestOptions options, IReadOnlyList<RootLink> links)
{
    /// <summary>Writes the root document: which versions there are.</summary>
    public void WriteRoot(PooledBuffer output, ReadOnlySpan<byte> baseUrl)
    {
        output.Write("{\"name\":"u8);
        output.WriteText(options.ServiceName);
        output.Write(",\"description\":"u8);
        output.WriteText(options.ServiceDescription);
        output.Write(",\"default_version\":"u8);
        WriteVersionSummary(output, baseUrl);
        output.Write(",\"versions\":["u8);
        WriteVersionSummary(output, baseUrl);
        output.Write("]}"u8);
    }

    /// <summary>Writes the document of version 1: which collections a microversion has.</summary>
    public void WriteVersion(PooledBuffer output, int version, ReadOnlySpan<byte> baseUrl)
    {
        output.Write("{\"id\":\"v1\",\"links\":["u8);
        WriteLink(output, baseUrl, "/v1/", "self");
        output.Write(",{\"href\":"u8);
        output.WriteText(options.DocumentationUrl);
        output.Write(",\"rel\":\"describedby\",\"type\":\"text/html\"}],\"media_types\":"u8);
        output.Write("{\"base\":\"application/json\",\"type\":\"application/vnd.openstack.ironic.v1+json\"},\"version\":"u8);
        WriteVersionSummary(output, baseUrl);
        foreach (var link in links)
        {
            if (version >= link.Since)
                WriteCollection(output, link, baseUrl);
        }

        output.WriteByte((byte)'}');
    }

    private static void WriteCollection(PooledBuffer output, RootLink link, ReadOnlySpan<byte> baseUrl)
    {
        output.WriteByte((byte)',');
        output.WriteText(link.Name);
        output.Write(":["u8);
        if (link.BookmarkFirst)
        {
            WriteLink(output, baseUrl, $"/{link.Name}/", "bookmark");
            output.WriteByte((byte)',');
            WriteLink(output, baseUrl, $"/v1/{link.Name}/", "self");
        }
        else
        {
            WriteLink(output, baseUrl, $"/v1/{link.Name}/", "self");
            output.WriteByte((byte)',');
            WriteLink(output, baseUrl, $"/{link.Name}/", "bookmark");
        }

        output.WriteByte((byte)']');
    }

    private void WriteVersionSummary(PooledBuffer output, ReadOnlySpan<byte> baseUrl)
    {
        output.Write("{\"id\":\"v1\",\"links\":["u8);
        WriteLink(output, baseUrl, "/v1/", "self");
        output.Write("],\"status\":\"CURRENT\",\"min_version\":"u8);
        output.WriteText(Microversion.Text(Microversion.Minimum));
        output.Write(",\"version\":"u8);
        output.WriteText(Microversion.Text(options.MaximumVersion));
        output.WriteByte((byte)'}');
    }

    private static void WriteLink(PooledBuffer output, ReadOnlySpan<byte> baseUrl, string path, string relation)
    {
        output.Write("{\"href\":\""u8);
        output.Write(baseUrl);
        output.WriteTextPart(path);
        output.Write("\",\"rel\":"u8);
        output.WriteText(relation);
        output.WriteByte((byte)'}');
    }
}
