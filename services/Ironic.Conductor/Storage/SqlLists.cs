using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>Lists of values in SQL, one parameter for each: Dapper's own way differs between the databases.</summary>
internal static class SqlLists
{
    /// <summary>Adds the values.</summary>
    /// <param name="name">What the parameters' names begin with.</param>
    /// <returns>The parameters, for <c>IN (...)</c>.</returns>
    public static string Add(DynamicParameters values, string name, IEnumerable<object> list) => string.Join(", ", list.Select((value, index) =>
    {
        values.Add($"{name}{index}", value);
        return $"@{name}{index}";
    }));
}
