using System.Text.Json.Nodes;

namespace Ironic.Golden.Tests.Replay;

/// <summary>An answer, with everything replaced that differs from run to run.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">Those that are compared.</param>
/// <param name="Body">null: there was none.</param>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, AnswerBody? Body);

/// <summary>The body of an answer.</summary>
/// <param name="Kind"><c>json</c>, <c>error</c> (the inner document of <c>error_message</c>) or <c>text</c>.</param>
/// <param name="Content">The document; a text as a JSON string.</param>
internal sealed record AnswerBody(string Kind, JsonNode? Content);
