using Ironic.Api.V1;
using Ironic.Conductor.Contracts;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.DeployTemplates;

/// <summary>Deploy templates as callers see them: secrets masked.</summary>
internal static class DeployTemplateMapper
{
    public static DeployTemplate ToApi(DeployTemplateRow row)
    {
        var template = new DeployTemplate
        {
            Uuid = row.Uuid,
            CreatedAt = ApiValues.Time(row.CreatedAt),
            UpdatedAt = ApiValues.Time(row.UpdatedAt),
            Name = row.Name,
            Extra = ApiValues.Json(row.Extra),
        };
        foreach (var step in MessageJson.ReadList<DeployStep>(row.Steps))
        {
            step.Args.Text = SecretMask.Mask(step.Args.Text);
            template.Steps.Add(step);
        }

        return template;
    }
}
