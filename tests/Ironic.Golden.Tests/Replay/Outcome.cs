namespace Ironic.Golden.Tests.Replay;

/// <summary>What came of playing a recording.</summary>
/// <param name="Failed">The steps that differ, by their numbers, with their differences; what departures cover is left out.</param>
/// <param name="Unexplaining">Departures that covered nothing, with the steps at which they did not.</param>
internal sealed record Outcome(Dictionary<int, string> Failed, List<string> Unexplaining);
