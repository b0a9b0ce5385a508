using Ironic.Api;
using Ironic.Hosting;

return await IronicHost.RunAsync(ApiProcess.ServiceName, args, ApiProcess.Configure, ApiProcess.Map);
