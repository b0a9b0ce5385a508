namespace Ironic.Stack;

/// <summary>The stack cannot be started as asked; the message tells the operator why.</summary>
/// <param name="message">For people; may have several lines.</param>
/// <param name="innerException">What caused it.</param>
public sealed class StackException(string message, Exception? innerException = null) : Exception(message, innerException);
