namespace Ironic.Stack;

/// <summary>The kinds of process that a stack is made of.</summary>
public enum ProcessKind
{
    Api,
    Conductor,
    Driver,
}
