using Ironic.Testing;

namespace Ironic.Conductor.Tests.Storage;

[CollectionDefinition(nameof(PostgresCollection))]
public sealed class PostgresCollection : ICollectionFixture<PostgresFixture>;
