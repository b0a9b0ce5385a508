-- Who wants a node, and which one it is.

CREATE TABLE allocations (
  id integer PRIMARY KEY AUTOINCREMENT,
  uuid text NOT NULL CONSTRAINT allocations_uuid_key UNIQUE,
  created_at text NOT NULL,
  updated_at text,
  name text CONSTRAINT allocations_name_key UNIQUE,
  node_id bigint REFERENCES nodes (id) ON DELETE CASCADE,
  state text NOT NULL,
  owner text,
  last_error text,
  resource_class text,
  traits text NOT NULL,
  candidate_nodes text NOT NULL,
  extra text,
  -- Hostname of the conductor that looks for a node.
  conductor text NOT NULL
);

CREATE UNIQUE INDEX allocations_node_id_idx ON allocations (node_id);
CREATE INDEX allocations_resource_class_idx ON allocations (resource_class, id);
CREATE INDEX allocations_state_idx ON allocations (state, id);
CREATE INDEX allocations_owner_idx ON allocations (owner, id);

-- The nodes that an allocation may get.
CREATE INDEX nodes_free_idx ON nodes (resource_class, id)
  WHERE provision_state = 'available' AND instance_uuid IS NULL AND power_state IS NOT NULL AND NOT maintenance;
