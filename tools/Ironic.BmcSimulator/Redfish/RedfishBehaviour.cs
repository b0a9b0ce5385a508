namespace Ironic.BmcSimulator.Redfish;

/// <summary>What a service says about the versions of its resources.</summary>
public enum ETagMode
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>An ETag with every resource.</summary>
    Strong,

    /// <summary>A weak one, as some controllers do it that want the strong one back all the same.</summary>
    Weak,
}

/// <summary>Whose virtual media are.</summary>
[Flags]
public enum MediaPlace
{
    None = 0,
    System = 1,
    Manager = 2,
    Both = System | Manager,
}

/// <summary>In what real Redfish services differ from each other.</summary>
public sealed record RedfishBehaviour
{
    /// <summary>How many sessions a controller has room for.</summary>
    public int Sessions { get; init; } = 8;

    /// <summary>After how long without a request a session ends.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Whether requests may carry a user and a password instead of a session's token.</summary>
    public bool BasicAuthentication { get; init; } = true;

    /// <summary>How many members of a collection are in one answer; null: all.</summary>
    public int? PageSize { get; init; }

    /// <summary>Whether there are ETags, and which.</summary>
    public ETagMode ETags { get; init; } = ETagMode.Strong;

    /// <summary>Whether a change without If-Match is refused (428).</summary>
    public bool RequireIfMatch { get; init; }

    /// <summary>Whether a reset to the state that there is already is refused (409), as iDRAC does it.</summary>
    public bool RefuseIdleResets { get; init; }

    /// <summary>Whether a boot override that stays (<c>Continuous</c>) is refused, as some controllers do it.</summary>
    public bool RefuseContinuousBoot { get; init; }

    /// <summary>Whether machines boot over HTTP, and list that among their boot devices.</summary>
    public bool BootsOverHttp { get; init; } = true;

    /// <summary>Whether a boot override cannot be switched off, but for being set to no device.</summary>
    public bool RefuseDisabledBoot { get; init; }

    /// <summary>Whether the boot mode cannot be changed by the boot override.</summary>
    public bool RefuseBootMode { get; init; }

    /// <summary>Whether volumes are made and removed by tasks (202) instead of at once (201, 204).</summary>
    public bool VolumeTasks { get; init; } = true;

    /// <summary>What Retry-After, in seconds, an answer about a task has that is not over; null: none.</summary>
    public int? TaskRetryAfter { get; init; }

    /// <summary>Where virtual media are found: at the manager as in old services, at the system as in new ones, or at both.</summary>
    public MediaPlace Media { get; init; } = MediaPlace.Both;

    /// <summary>Whether InsertMedia wants the TransferProtocolType to be said.</summary>
    public bool RequireTransferProtocol { get; init; }

    /// <summary>Whether the controller restarts when its own firmware has been updated.</summary>
    public bool ResetAfterUpdate { get; init; }

    /// <summary>How long it thinks before it answers.</summary>
    public TimeSpan AnswerDelay { get; init; }

    /// <summary>Whether it is one of Dell's: says so, and has Dell's own actions.</summary>
    public bool Dell { get; init; }
}
