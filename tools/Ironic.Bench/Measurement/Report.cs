using System.Globalization;
using Ironic.Bench.Fleet;
using Ironic.Bench.Load;
using Ironic.Bench.Scenarios;

namespace Ironic.Bench.Measurement;

/// <summary>Prints what was measured.</summary>
internal sealed class Report(TextWriter output, IReadOnlyList<WatchedProcess> processes)
{
    private const double Mebi = 1024 * 1024;

    /// <summary>How fast: printed row by row while it is measured.</summary>
    public void WriteSpeedHeader() => output.WriteLine(
        $"{"operation",-24} {"by",-5} {"conns",5} {"req/s",9} {"p50 ms",8} {"p99 ms",8} {"max ms",8} {"errors",6}  reached");

    public void WriteSpeed(Row row)
    {
        var load = row.Load;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Scenario.Name,-24} {row.Scenario.Protocol,-5} {row.Scenario.Connections,5} {load.RequestsPerSecond,9:0.0} {load.Percentile(0.5).TotalMilliseconds,8:0.00} {load.Percentile(0.99).TotalMilliseconds,8:0.00} {load.Percentile(1).TotalMilliseconds,8:0.0} {load.Errors,6}  {Reached(row)}"));
        output.Flush();
    }

    /// <summary>What a request costs: CPU time of each process, and what it allocates.</summary>
    public void WriteCosts(IReadOnlyList<Row> rows)
    {
        output.WriteLine();
        output.WriteLine("CPU time for a request, in microseconds");
        output.WriteLine($"{"operation",-24} {"by",-5} {string.Concat(processes.Select(process => $"{process.Name,12}"))}{"servers",12}{"load",12}");
        foreach (var row in rows)
        {
            var each = row.Used.Select(used => used.Cpu.TotalMicroseconds / row.Load.Latencies.Length).ToList();
            output.WriteLine($"{row.Scenario.Name,-24} {row.Scenario.Protocol,-5} {Cells([.. each, each.Sum(), row.Generator.TotalMicroseconds / row.Load.Latencies.Length], "0")}");
        }

        output.WriteLine();
        output.WriteLine("Bytes allocated for a request");
        output.WriteLine($"{"operation",-24} {"by",-5} {string.Concat(processes.Where(process => process.HasAllocations).Select(process => $"{process.Name,12}"))}");
        foreach (var row in rows)
        {
            var each = row.Used.Where((_, index) => processes[index].HasAllocations).Select(used => (double)used.AllocatedBytes / row.Load.Latencies.Length);
            output.WriteLine($"{row.Scenario.Name,-24} {row.Scenario.Protocol,-5} {Cells(each, "#,0")}");
        }
    }

    /// <summary>How long long lists take.</summary>
    public void WriteLongLists(LongListTimes times)
    {
        output.WriteLine();
        output.WriteLine("Lists of nodes by REST, medians");
        Write($"{LongLists.Walked} by pages of {LongLists.Page}", $"{times.Walk.TotalSeconds:0.000} s");
        Write($"{LongLists.Walked} in detail by pages of {LongLists.Page}", $"{times.DetailWalk.TotalSeconds:0.000} s");
        Write($"the first {LongLists.Page} of {LongLists.All} in detail", $"{times.First.TotalMilliseconds:0.0} ms");
        Write($"the last {LongLists.Page} of {LongLists.All} in detail", $"{times.Last.TotalMilliseconds:0.0} ms, {times.Last / times.First:0.00} of the first");

        void Write(FormattableString name, FormattableString value) => output.WriteLine($"{FormattableString.Invariant(name),-40} {FormattableString.Invariant(value)}");
    }

    /// <summary>How fast nodes are provisioned, and what one costs.</summary>
    public void WriteCycles(IReadOnlyList<CycleRow> rows)
    {
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Nodes from enrolment to active by gRPC, {ProvisioningCycles.AtATime} at a time, and the CPU time of each in milliseconds"));
        output.WriteLine($"{"existing nodes",-16} {"nodes/min",9} {"p50 s",7} {"p99 s",7} {string.Concat(processes.Select(process => $"{process.Name,12}"))}{"servers",12}");
        foreach (var row in rows)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Existing,-16} {row.NodesPerMinute,9:0} {Percentile(0.5),7:0.00} {Percentile(0.99),7:0.00} {Cells([.. row.Cpu.Select(cpu => cpu.TotalMilliseconds), row.TotalCpu.TotalMilliseconds], "0.0")}"));

            double Percentile(double part) => row.Times[(int)(row.Times.Count * part)].TotalSeconds;
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"reached: {rows.Min(row => row.NodesPerMinute) / ProvisioningCycles.Goal:0 %} of {ProvisioningCycles.Goal} a minute; a node among {rows[^1].Existing} costs {rows[^1].TotalCpu / rows[0].TotalCpu:0.00} of one among {rows[0].Existing}"));
    }

    /// <summary>How well the power of a fleet is kept known.</summary>
    public void WriteFleet(FleetSweepResult result)
    {
        output.WriteLine();
        if (result.Sweeps.Count > 0)
            Write("looks at the power of all", $"{result.Sweeps.Count}: {result.Sweeps.Average(sweep => sweep.TotalSeconds):0.0} s on average, {result.Sweeps.Max().TotalSeconds:0.0} s the longest");
        Write("age of what is known of those that answer", $"p50 {result.Ages.Percentile(0.5)} s, p99 {result.Ages.Percentile(0.99)} s, {result.Ages.Percentile(1)} s at most");
        Write("most sessions of a controller at a time", $"{result.MostSessions.Count} ({result.MostSessions.Server})");
        Write("most requests of a controller at a time", $"{result.MostRequests.Count} ({result.MostRequests.Server})");
        Write("sessions left after the stop", $"{result.SessionsLeft}, and {result.StallingSessionsLeft} at controllers that stall");
        WriteUse(result.Cpu, result.ResidentBytes);

        void Write(string name, FormattableString value) => output.WriteLine($"{name,-44} {FormattableString.Invariant(value)}");
    }

    /// <summary>How well the power of slow machines is kept known, and what callers notice of it.</summary>
    public void WriteSlowSweeps(SlowSweepResult result)
    {
        var longest = result.Sweeps.Max();
        output.WriteLine();
        Write($"looks at the power of {SlowSweeps.Nodes} nodes", $"{result.Sweeps.Count}: {result.Sweeps.Average(sweep => sweep.TotalSeconds):0.0} s on average, {longest.TotalSeconds:0.0} s the longest; {SlowSweeps.Goal / longest:0 %} of {SlowSweeps.Goal.TotalSeconds:0} s");
        Write($"GET a node, {1 / PacedLoad.Interval.TotalSeconds:0} a second, idle", $"p50 {Milliseconds(result.Idle, 0.5):0.00} ms, p99 {Milliseconds(result.Idle, 0.99):0.00} ms, {result.Idle.Errors} errors");
        Write($"the same during the looks", $"p50 {Milliseconds(result.During, 0.5):0.00} ms, p99 {Milliseconds(result.During, 0.99):0.00} ms, {result.During.Errors} errors");
        Write($"p99 during the looks", $"{result.During.Percentile(0.99) / result.Idle.Percentile(0.99):0.00} times that of an idle system; {SlowSweeps.LatencyGoal:0} at most are wanted");
        WriteUse(result.Cpu, result.ResidentBytes);

        void Write(FormattableString name, FormattableString value) => output.WriteLine($"{FormattableString.Invariant(name),-44} {FormattableString.Invariant(value)}");

        static double Milliseconds(LoadResult load, double part) => load.Percentile(part).TotalMilliseconds;
    }

    /// <summary>Resident memory before and after.</summary>
    public void WriteMemory(IReadOnlyList<long> idle, IReadOnlyList<long> loaded)
    {
        output.WriteLine();
        output.WriteLine("Resident memory, MiB");
        output.WriteLine($"{"",-30} {string.Concat(processes.Select(process => $"{process.Name,12}"))}");
        output.WriteLine($"{"idle, after the start",-30} {Cells(idle.Select(bytes => bytes / Mebi), "0.0")}");
        output.WriteLine($"{"after the load",-30} {Cells(loaded.Select(bytes => bytes / Mebi), "0.0")}");
    }

    private void WriteUse(IReadOnlyList<double> cpu, IReadOnlyList<long> residentBytes)
    {
        output.WriteLine();
        output.WriteLine($"{"",-30} {string.Concat(processes.Select(process => $"{process.Name,16}"))}");
        output.WriteLine($"{"CPU, per cent of a core",-30} {string.Concat(cpu.Select(part => (100 * part).ToString("0.0", CultureInfo.InvariantCulture).PadLeft(16)))}");
        output.WriteLine($"{"resident memory, MiB",-30} {string.Concat(residentBytes.Select(bytes => (bytes / Mebi).ToString("0.0", CultureInfo.InvariantCulture).PadLeft(16)))}");
    }

    private static string Cells(IEnumerable<double> values, string format) =>
        string.Concat(values.Select(value => value.ToString(format, CultureInfo.InvariantCulture).PadLeft(12)));

    // 100 % and more: the goal is met.
    private static string Reached(Row row)
    {
        var (goal, load) = (row.Scenario.Goal ?? new Goal(), row.Load);
        List<string> parts = [];
        if (goal.RequestsPerSecond is { } rate)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{load.RequestsPerSecond / rate:0 %} of {rate:0}/s"));
        if (goal.Median is { } median)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{median / load.Percentile(0.5):0 %} of p50 {median.TotalMilliseconds:0} ms"));
        if (goal.P99 is { } p99)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{p99 / load.Percentile(0.99):0 %} of p99 {p99.TotalMilliseconds:0} ms"));
        return string.Join(", ", parts);
    }
}
