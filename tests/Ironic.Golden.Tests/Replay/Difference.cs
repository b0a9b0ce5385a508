namespace Ironic.Golden.Tests.Replay;

/// <summary>One difference between an answer and the recorded one.</summary>
/// <param name="Path">Where: <c>status</c>, <c>body</c>, <c>wait</c>, or a dotted path below <c>header</c>, <c>json</c>, <c>error</c>.</param>
/// <param name="Text">What was recorded there and what came.</param>
internal sealed record Difference(string Path, string Text)
{
    public override string ToString() => $"{Path}: {Text}";
}
