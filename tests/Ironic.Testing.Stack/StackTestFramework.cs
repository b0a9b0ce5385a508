using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Ironic.Testing.Stack;

/// <summary>Puts the ends of the processes' logs into the output of tests that fail, and ends the shared stack after the last test.</summary>
/// <param name="messageSink">Takes xunit's diagnostics.</param>
public sealed class StackTestFramework(IMessageSink messageSink) : XunitTestFramework(messageSink)
{
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) => new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName name, ISourceInformationProvider sources, IMessageSink diagnostics) : XunitTestFrameworkExecutor(name, sources, diagnostics)
    {
        // xunit's own signature; the runner hears of the end from the sink.
        protected override async void RunTestCases(
            IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions)
        {
            using var runner = new AssemblyRunner(TestAssembly, testCases, DiagnosticMessageSink, new LogsOnFailure(executionMessageSink), executionOptions);
            await runner.RunAsync();
        }
    }

    private sealed class AssemblyRunner(
        ITestAssembly assembly, IEnumerable<IXunitTestCase> testCases, IMessageSink diagnostics, IMessageSink sink, ITestFrameworkExecutionOptions options)
        : XunitTestAssemblyRunner(assembly, testCases, diagnostics, sink, options)
    {
        protected override async Task BeforeTestAssemblyFinishedAsync()
        {
            await SharedStack.EndAsync();
            await base.BeforeTestAssemblyFinishedAsync();
        }
    }

    private sealed class LogsOnFailure(IMessageSink next) : LongLivedMarshalByRefObject, IMessageSink
    {
        public bool OnMessage(IMessageSinkMessage message) => next.OnMessage(message is ITestFailed failed ? AddLogs(failed) : message);

        private static TestFailed AddLogs(ITestFailed failed) => new(
            failed.Test,
            failed.ExecutionTime,
            failed.Output + StackLogs.Since(DateTime.UtcNow - TimeSpan.FromSeconds((double)failed.ExecutionTime)),
            failed.ExceptionTypes,
            failed.Messages,
            failed.StackTraces,
            failed.ExceptionParentIndices);
    }
}
