using Ironic.Testing;

namespace Ironic.EndToEnd.Tests.Support;

/// <summary>Tests of stacks on PostgreSQL and Redis.</summary>
[CollectionDefinition(nameof(BackendCollection))]
public sealed class BackendCollection : ICollectionFixture<PostgresFixture>, ICollectionFixture<RedisFixture>;
