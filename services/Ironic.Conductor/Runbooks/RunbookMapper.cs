using Ironic.Api.V1;
using Ironic.Conductor.Contracts;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Runbooks;

/// <summary>Runbooks as callers see them: secrets masked.</summary>
internal static class RunbookMapper
{
    public static Runbook ToApi(RunbookRow row)
    {
        var runbook = new Runbook
        {
            Uuid = row.Uuid,
            CreatedAt = ApiValues.Time(row.CreatedAt),
            UpdatedAt = ApiValues.Time(row.UpdatedAt),
            Name = row.Name,
            Extra = ApiValues.Json(row.Extra),
            Public = row.Public,
            DisableRamdisk = row.DisableRamdisk,
        };
        foreach (var step in MessageJson.ReadList<RunbookStep>(row.Steps))
        {
            if (step.Args is not null)
                step.Args.Text = SecretMask.Mask(step.Args.Text);
            runbook.Steps.Add(step);
        }

        if (row.Owner is not null)
            runbook.Owner = row.Owner;
        if (row.Description is not null)
            runbook.Description = row.Description;
        if (row.Traits is not null)
            runbook.Traits.AddRange(row.Traits.Split(','));
        return runbook;
    }
}
