-- The journal as a stream: where an event stands in it, what watchers filter by, and how far it was purged.

-- PostgreSQL has the writing transaction here. This database has one writer at a time, so that ids are in the order of commits.
ALTER TABLE node_events ADD COLUMN xid bigint NOT NULL DEFAULT 0;
ALTER TABLE node_events ADD COLUMN node_name text;
ALTER TABLE node_events ADD COLUMN owner text;
ALTER TABLE node_events ADD COLUMN lessee text;
CREATE INDEX node_events_position_idx ON node_events (xid, id);
-- In the place of the one on (node_uuid, id).
CREATE INDEX node_events_node_position_idx ON node_events (node_uuid, xid, id);
DROP INDEX node_events_node_uuid_idx;

-- One row. Positions are comparable within an era; nothing is missing above the purged position.
CREATE TABLE journal (
  id integer PRIMARY KEY CHECK (id = 1),
  era text NOT NULL,
  purged_xid bigint NOT NULL DEFAULT 0,
  purged_id bigint NOT NULL DEFAULT 0
);
INSERT INTO journal (id, era) VALUES (1, lower(hex(randomblob(4))));
