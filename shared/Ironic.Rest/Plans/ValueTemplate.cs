using System.Text;
using Ironic.Rest.Wire;

namespace Ironic.Rest.Plans;

/// <summary>A path with {fields}, each taken from a message of the answer if it has such a field, else from the request's path.</summary>
internal sealed class ValueTemplate
{
    private readonly (string Literal, FieldPlan? Response, int PathIndex)[] _parts;

    /// <exception cref="ContractException">A field is in neither.</exception>
    public ValueTemplate(string template, MessagePlan? response, RoutePlan? route)
    {
        var parts = new List<(string, FieldPlan?, int)>();
        foreach (var piece in template.Split('{'))
        {
            var close = piece.IndexOf('}', StringComparison.Ordinal);
            if (close < 0)
            {
                parts.Add((piece, null, -1));
                continue;
            }

            var name = piece[..close];
            var field = response?.FindByContractName(name);
            var index = route is null ? -1 : Array.FindIndex(route.PathFields, path => path.ContractName == name);
            if (field is null && index < 0)
                throw new ContractException($"{route?.Method.Name ?? response?.Descriptor.FullName} has no field {name} for the path {template}.");
            parts.Add(("", field, index));
            parts.Add((piece[(close + 1)..], null, -1));
        }

        _parts = [.. parts];
    }

    /// <summary>The names of the fields in a template.</summary>
    public static IEnumerable<string> FieldsOf(string template) =>
        template.Split('{').Skip(1).Select(piece => piece[..Math.Max(piece.IndexOf('}', StringComparison.Ordinal), 0)]);

    /// <summary>Fills the template in. Values are escaped as parts of a URL.</summary>
    /// <param name="response">Wire bytes of the answer's message.</param>
    /// <param name="path">The values of the path's parameters.</param>
    public string Fill(ReadOnlySpan<byte> response, ReadOnlySpan<string> path)
    {
        var text = new StringBuilder();
        foreach (var (literal, field, index) in _parts)
        {
            if (field is not null)
                text.Append(Uri.EscapeDataString(Encoding.UTF8.GetString(WireFields.FindBytes(response, field))));
            else if (index >= 0)
                text.Append(Uri.EscapeDataString(path[index]));
            else
                text.Append(literal);
        }

        return text.ToString();
    }
}
