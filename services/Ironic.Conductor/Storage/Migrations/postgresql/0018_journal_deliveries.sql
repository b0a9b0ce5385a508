-- How far the journal was delivered to each sink of notifications, and which conductor does it.

CREATE TABLE journal_deliveries (
  sink text PRIMARY KEY,
  -- Hostname of the conductor, and the fence: it rises with every change of hands, and nothing is written under an older one.
  owner text,
  fence bigint NOT NULL DEFAULT 0,
  lease_until timestamptz NOT NULL,
  -- The position in the journal of the last event that was delivered.
  xid bigint NOT NULL,
  id bigint NOT NULL
);
