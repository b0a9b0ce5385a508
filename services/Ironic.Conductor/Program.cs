using Ironic.Conductor;
using Ironic.Hosting;

return await IronicHost.RunAsync("ironic-conductor", args, builder => builder.AddConductor(), app => app.MapConductor());
