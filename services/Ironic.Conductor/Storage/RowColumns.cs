using System.Data;
using System.Linq.Expressions;
using System.Reflection;
using System.Text;
using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>The columns of a table, taken from the properties of its row: <c>CreatedAt</c> is <c>created_at</c>. <c>id</c> is not among them.</summary>
internal sealed class RowColumns<TRow>
{
    /// <param name="table">Its name.</param>
    /// <param name="elsewhere">Properties that are no columns of this table.</param>
    public RowColumns(string table, params string[] elsewhere)
    {
        Table = table;
        All = [.. typeof(TRow).GetProperties().Where(p => p.Name != "Id" && !elsewhere.Contains(p.Name)).Select(CreateColumn)];
        Insert = $"INSERT INTO {table} ({Join("")}) VALUES ({Join("@")}) RETURNING id";
    }

    public string Table { get; }

    public IReadOnlyList<RowColumn<TRow>> All { get; }

    /// <summary>Inserts a row whose columns are the parameters; gives its <c>id</c>.</summary>
    public string Insert { get; }

    /// <summary>The columns with a prefix, separated by commas.</summary>
    public string Join(string prefix) => string.Join(", ", All.Select(c => prefix + c.Name));

    /// <summary>Whether a column may be null.</summary>
    public bool IsNullable(string column) => All.FirstOrDefault(c => c.Name == column)?.IsNullable ?? false;

    /// <summary>All columns' values as parameters of their names.</summary>
    public SqlValues Values(TRow row)
    {
        var values = new SqlValues();
        foreach (var column in All)
            values.Add(column.Name, column.Get(row), column.Type);
        return values;
    }

    /// <summary>Writes the columns in which a row differs from what it was.</summary>
    public async Task UpdateAsync(WriteTransaction write, long id, TRow before, TRow after)
    {
        var values = new SqlValues();
        values.Add("id", id, DbType.Int64);
        var assignments = Assign(values, before, after);
        if (assignments.Count > 0)
            await write.Connection.ExecuteAsync($"UPDATE {Table} SET {string.Join(", ", assignments)} WHERE id = @id", values, write.Transaction);
    }

    /// <summary>The columns in which a row differs from what it was, as assignments for <c>SET</c>.</summary>
    /// <param name="values">Gets their parameters.</param>
    public List<string> Assign(SqlValues values, TRow before, TRow after)
    {
        var assignments = new List<string>();
        foreach (var column in All)
        {
            var value = column.Get(after);
            if (Equals(value, column.Get(before)))
                continue;
            values.Add(column.Name, value, column.Type);
            assignments.Add($"{column.Name} = @{column.Name}");
        }

        return assignments;
    }

    private static RowColumn<TRow> CreateColumn(PropertyInfo property)
    {
        var row = Expression.Parameter(typeof(TRow));
        var get = Expression.Lambda<Func<TRow, object?>>(Expression.Convert(Expression.Property(row, property), typeof(object)), row).Compile();
        return new RowColumn<TRow>(
            ColumnName(property.Name), get, new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable, TypeOf(property.PropertyType));
    }

    private static DbType TypeOf(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        TypeCode.Boolean => DbType.Boolean,
        TypeCode.DateTime => DbType.DateTime,
        TypeCode.Int32 => DbType.Int32,
        TypeCode.Int64 => DbType.Int64,
        TypeCode.String => DbType.String,
        _ => throw new NotSupportedException($"A column of type {type}."),
    };

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
}

/// <param name="Name">The column.</param>
/// <param name="Get">Its value in a row.</param>
/// <param name="IsNullable">Whether it may be null.</param>
/// <param name="Type">Of the parameter, also where the value is null.</param>
internal sealed record RowColumn<TRow>(string Name, Func<TRow, object?> Get, bool IsNullable, DbType Type);
