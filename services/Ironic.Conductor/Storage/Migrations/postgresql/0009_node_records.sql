-- The part of the journal that is a node's history, and what else is known of nodes.

ALTER TABLE node_events ADD COLUMN in_history boolean NOT NULL DEFAULT false;
-- The node's provisioning state when it happened, its aim, and for how many seconds it had been in it.
ALTER TABLE node_events ADD COLUMN provision_state text;
ALTER TABLE node_events ADD COLUMN target_provision_state text;
ALTER TABLE node_events ADD COLUMN state_seconds bigint;
UPDATE node_events SET in_history = true WHERE severity = 'ERROR';
CREATE INDEX node_events_history_idx ON node_events (node_uuid, id) WHERE in_history;

CREATE TABLE bios_settings (
  node_id bigint NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
  name text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz,
  value text,
  attribute_type text,
  allowable_values text,
  lower_bound bigint,
  max_length bigint,
  min_length bigint,
  read_only boolean,
  reset_required boolean,
  is_unique boolean,
  upper_bound bigint,
  PRIMARY KEY (node_id, name)
);

CREATE TABLE firmware_components (
  node_id bigint NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
  component text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz,
  initial_version text NOT NULL,
  current_version text,
  last_version_flashed text,
  vendor text,
  model text,
  serial_number text,
  PRIMARY KEY (node_id, component)
);

CREATE TABLE node_inventories (
  node_id bigint PRIMARY KEY REFERENCES nodes (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  updated_at timestamptz,
  inventory text NOT NULL,
  plugin_data text NOT NULL
);
