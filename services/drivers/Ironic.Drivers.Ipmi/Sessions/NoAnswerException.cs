namespace Ironic.Drivers.Ipmi.Sessions;

/// <summary>A packet got no answer, however often it was sent.</summary>
internal sealed class NoAnswerException(string message, Exception? innerException = null) : Exception(message, innerException);
