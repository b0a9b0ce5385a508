using System.Collections.Frozen;
using System.Linq.Expressions;
using System.Reflection;
using System.Text;

namespace Ironic.Conductor.Storage;

/// <summary>The columns of <c>nodes</c>, taken from the properties of <see cref="NodeRow"/>.</summary>
internal static class NodeColumns
{
    private static readonly FrozenSet<string> NotOfTheTable = FrozenSet.Create(
        nameof(NodeRow.Id), nameof(NodeRow.LockEpoch), nameof(NodeRow.Reservation));

    /// <summary>Every column but <c>id</c>.</summary>
    public static IReadOnlyList<NodeColumn> All { get; } =
    [
        .. from property in typeof(NodeRow).GetProperties()
           where !NotOfTheTable.Contains(property.Name)
           select new NodeColumn(ColumnName(property.Name), Getter(property)),
    ];

    /// <summary>What a SELECT of whole nodes names, joined with the lock as <c>l</c>.</summary>
    public static string SelectAll { get; } =
        "n.id, " + string.Join(", ", All.Select(c => "n." + c.Name)) + ", l.epoch AS lock_epoch, l.reservation";

    /// <summary>The columns of a list's summary.</summary>
    public static string SelectSummary { get; } =
        "n.id, n.uuid, n.name, n.instance_uuid, n.maintenance, n.power_state, n.provision_state, n.driver, n.conductor_group, n.resource_class, n.owner, n.lessee, n.created_at";

    private static string ColumnName(string property)
    {
        var name = new StringBuilder();
        foreach (var c in property)
        {
            if (char.IsUpper(c) && name.Length > 0)
                name.Append('_');
            name.Append(char.ToLowerInvariant(c));
        }

        return name.ToString();
    }

    private static Func<NodeRow, object?> Getter(PropertyInfo property)
    {
        var row = Expression.Parameter(typeof(NodeRow));
        return Expression.Lambda<Func<NodeRow, object?>>(Expression.Convert(Expression.Property(row, property), typeof(object)), row).Compile();
    }
}

/// <param name="Name">The column.</param>
/// <param name="Get">Its value in a row.</param>
internal sealed record NodeColumn(string Name, Func<NodeRow, object?> Get);
