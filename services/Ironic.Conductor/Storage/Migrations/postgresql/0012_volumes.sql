-- How nodes reach storage over the network, and what they find there. It goes with the node.

CREATE TABLE volume_connectors (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid text NOT NULL CONSTRAINT volume_connectors_uuid_key UNIQUE,
  created_at timestamptz NOT NULL,
  updated_at timestamptz,
  node_id bigint NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
  type text NOT NULL,
  connector_id text NOT NULL,
  extra text,
  CONSTRAINT volume_connectors_type_connector_id_key UNIQUE (type, connector_id)
);

CREATE INDEX volume_connectors_node_id_idx ON volume_connectors (node_id, id);
-- For lists in that order.
CREATE INDEX volume_connectors_created_at_idx ON volume_connectors (created_at, id);
CREATE INDEX volume_connectors_updated_at_idx ON volume_connectors (updated_at, id);
CREATE INDEX volume_connectors_type_idx ON volume_connectors (type, id);
CREATE INDEX volume_connectors_connector_id_idx ON volume_connectors (connector_id, id);

CREATE TABLE volume_targets (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid text NOT NULL CONSTRAINT volume_targets_uuid_key UNIQUE,
  created_at timestamptz NOT NULL,
  updated_at timestamptz,
  node_id bigint NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
  volume_type text NOT NULL,
  boot_index integer NOT NULL,
  volume_id text NOT NULL,
  properties text,
  extra text,
  CONSTRAINT volume_targets_node_id_boot_index_key UNIQUE (node_id, boot_index)
);

CREATE INDEX volume_targets_node_id_idx ON volume_targets (node_id, id);
-- For lists in that order.
CREATE INDEX volume_targets_created_at_idx ON volume_targets (created_at, id);
CREATE INDEX volume_targets_updated_at_idx ON volume_targets (updated_at, id);
CREATE INDEX volume_targets_volume_type_idx ON volume_targets (volume_type, id);
CREATE INDEX volume_targets_boot_index_idx ON volume_targets (boot_index, id);
CREATE INDEX volume_targets_volume_id_idx ON volume_targets (volume_id, id);
