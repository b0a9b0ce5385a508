using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Storage;

/// <summary>Reads and writes runbooks.</summary>
internal sealed class RunbookStore(Database database, Clock clock) : ResourceStore<RunbookRow>(database, clock, Columns, Traits.Select("r"))
{
    private static readonly TraitRows Traits = new("runbook_traits", "runbook_id");

    public static RowColumns<RunbookRow> Columns { get; } = new("runbooks", nameof(RunbookRow.Traits));

    public Task<RunbookRow?> FindByNameAsync(string name, CancellationToken cancellationToken) => FindAsync("name", name, cancellationToken);

    /// <summary>The page, or null when there is no runbook with the UUID of the marker.</summary>
    /// <param name="project">Only those that the project owns, and the public ones; null for all.</param>
    public Task<IReadOnlyList<RunbookRow>?> ListAsync(string? project, PageQuery page, CancellationToken cancellationToken) => ReadPageAsync(
        page,
        select =>
        {
            if (project is not null)
                select.Where("(r.owner = @project OR r.public)", "project", project);
        },
        cancellationToken);

    /// <summary>Replaces all traits. False when there is no such runbook.</summary>
    /// <param name="traits">Each once.</param>
    public Task<bool> SetTraitsAsync(string uuid, IReadOnlyCollection<string> traits, CancellationToken cancellationToken) =>
        WriteTraitsAsync(uuid, (write, id) => Traits.ReplaceAsync(write, id, traits), cancellationToken);

    /// <summary>Adds a trait, unless the runbook has it. False when there is no such runbook.</summary>
    public Task<bool> AddTraitAsync(string uuid, string trait, CancellationToken cancellationToken) =>
        WriteTraitsAsync(uuid, (write, id) => Traits.AddAsync(write, id, trait), cancellationToken);

    /// <summary>Removes a trait, if the runbook has it. False when there is no such runbook.</summary>
    public Task<bool> RemoveTraitAsync(string uuid, string trait, CancellationToken cancellationToken) =>
        WriteTraitsAsync(uuid, (write, id) => Traits.RemoveAsync(write, id, trait), cancellationToken);

    protected override IronicException Duplicate(RunbookRow row, string column) => column == "runbooks.name"
        ? new IronicException(ErrorReason.DuplicateName, $"A runbook with name {row.Name} already exists.")
        : new IronicException(ErrorReason.RunbookAlreadyExists, $"A runbook with UUID {row.Uuid} already exists.");

    private async Task<bool> WriteTraitsAsync(string uuid, Func<WriteTransaction, long, Task> work, CancellationToken cancellationToken)
    {
        await using var write = await Database.BeginWriteAsync(cancellationToken);
        if (await HoldAsync(write, uuid) is not { } id)
            return false;
        await work(write, id);
        await write.CommitAsync();
        return true;
    }
}
