using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>The traits of the rows of a table, each a row of a table of their own. What checks and holds their owner is the caller's.</summary>
/// <param name="table">Its name.</param>
/// <param name="owner">The column with the <c>id</c> of the row that has the trait.</param>
internal sealed class TraitRows(string table, string owner)
{
    // A statement has a limited number of parameters.
    private const int Batch = 500;

    /// <summary>Replaces all.</summary>
    /// <param name="traits">Each once.</param>
    public async Task ReplaceAsync(WriteTransaction write, long id, IEnumerable<string> traits)
    {
        await write.Connection.ExecuteAsync($"DELETE FROM {table} WHERE {owner} = @id", new { id }, write.Transaction);
        foreach (var batch in traits.Chunk(Batch))
        {
            var values = new DynamicParameters(new { id });
            for (var index = 0; index < batch.Length; index++)
                values.Add("trait" + index, batch[index]);
            var rows = string.Join(", ", batch.Select((_, index) => $"(@id, @trait{index})"));
            await write.Connection.ExecuteAsync($"INSERT INTO {table} ({owner}, trait) VALUES {rows}", values, write.Transaction);
        }
    }

    /// <summary>Adds one. False when it is there already.</summary>
    public async Task<bool> AddAsync(WriteTransaction write, long id, string trait) =>
        await write.Connection.ExecuteAsync(
            $"INSERT INTO {table} ({owner}, trait) VALUES (@id, @trait) ON CONFLICT ({owner}, trait) DO NOTHING", new { id, trait }, write.Transaction) > 0;

    /// <summary>Removes one. False when it is not there.</summary>
    public async Task<bool> RemoveAsync(WriteTransaction write, long id, string trait) =>
        await write.Connection.ExecuteAsync($"DELETE FROM {table} WHERE {owner} = @id AND trait = @trait", new { id, trait }, write.Transaction) > 0;

    public Task<int> CountAsync(WriteTransaction write, long id) =>
        write.Connection.ExecuteScalarAsync<int>($"SELECT count(*) FROM {table} WHERE {owner} = @id", new { id }, write.Transaction);

    /// <summary>
    /// What a SELECT names: all traits of its row in order, separated by commas, as <c>traits</c>; null when there are none. They are found through the
    /// primary key, without a look at the table.
    /// </summary>
    /// <param name="alias">Of the owners' table.</param>
    public string Select(string alias) => $"(SELECT string_agg(t.trait, ',' ORDER BY t.trait) FROM {table} t WHERE t.{owner} = {alias}.id) AS traits";
}
