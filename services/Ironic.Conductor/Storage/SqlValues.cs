using System.Data;
using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>
/// Values of a command's parameters, each with its type. A null without a type makes a statement of its own of what is otherwise the same, and
/// PostgreSQL plans it anew each time; and Dapper's own collection asks Npgsql for the type of each value before it sets it, which takes longer than the rest of the call.
/// </summary>
internal sealed class SqlValues : SqlMapper.IDynamicParameters
{
    private readonly List<(string Name, object? Value, DbType Type)> _values = [];

    public void Add(string name, object? value, DbType type) => _values.Add((name, value, type));

    void SqlMapper.IDynamicParameters.AddParameters(IDbCommand command, SqlMapper.Identity identity)
    {
        foreach (var (name, value, type) in _values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.DbType, parameter.Value) = (name, type, value ?? DBNull.Value);
            command.Parameters.Add(parameter);
        }
    }
}
