-- Ports and port groups. They go with their node.

CREATE TABLE portgroups (
  id integer PRIMARY KEY AUTOINCREMENT,
  uuid text NOT NULL CONSTRAINT portgroups_uuid_key UNIQUE,
  created_at text NOT NULL,
  updated_at text,
  node_id bigint NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
  name text CONSTRAINT portgroups_name_key UNIQUE,
  address text CONSTRAINT portgroups_address_key UNIQUE,
  extra text,
  internal_info text,
  standalone_ports_supported integer NOT NULL DEFAULT 1,
  mode text NOT NULL,
  properties text,
  physical_network text,
  category text,
  dynamic_portgroup integer NOT NULL DEFAULT 0,
  CONSTRAINT portgroups_id_node_id_key UNIQUE (id, node_id)
);

CREATE INDEX portgroups_node_id_idx ON portgroups (node_id, id);
-- For lists in that order.
CREATE INDEX portgroups_created_at_idx ON portgroups (created_at, id);
CREATE INDEX portgroups_updated_at_idx ON portgroups (updated_at, id);
CREATE INDEX portgroups_name_idx ON portgroups (name, id);
CREATE INDEX portgroups_address_idx ON portgroups (address, id);
CREATE INDEX portgroups_standalone_ports_supported_idx ON portgroups (standalone_ports_supported, id);
CREATE INDEX portgroups_mode_idx ON portgroups (mode, id);
CREATE INDEX portgroups_physical_network_idx ON portgroups (physical_network, id);
CREATE INDEX portgroups_category_idx ON portgroups (category, id);
CREATE INDEX portgroups_dynamic_portgroup_idx ON portgroups (dynamic_portgroup, id);

-- A port and its port group are of the same node.
CREATE TABLE ports (
  id integer PRIMARY KEY AUTOINCREMENT,
  uuid text NOT NULL CONSTRAINT ports_uuid_key UNIQUE,
  created_at text NOT NULL,
  updated_at text,
  address text NOT NULL CONSTRAINT ports_address_key UNIQUE,
  node_id bigint NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
  portgroup_id bigint,
  extra text,
  internal_info text,
  pxe_enabled integer NOT NULL DEFAULT 1,
  local_link_connection text,
  physical_network text,
  is_smartnic integer NOT NULL DEFAULT 0,
  name text CONSTRAINT ports_name_key UNIQUE,
  description text,
  vendor text,
  category text,
  available_for_dynamic_portgroup integer NOT NULL DEFAULT 1,
  CONSTRAINT ports_portgroup_id_fkey FOREIGN KEY (portgroup_id, node_id) REFERENCES portgroups (id, node_id)
);

CREATE INDEX ports_node_id_idx ON ports (node_id, id);
CREATE INDEX ports_portgroup_id_idx ON ports (portgroup_id, id);
-- For lists in that order.
CREATE INDEX ports_created_at_idx ON ports (created_at, id);
CREATE INDEX ports_updated_at_idx ON ports (updated_at, id);
CREATE INDEX ports_pxe_enabled_idx ON ports (pxe_enabled, id);
CREATE INDEX ports_physical_network_idx ON ports (physical_network, id);
CREATE INDEX ports_is_smartnic_idx ON ports (is_smartnic, id);
CREATE INDEX ports_name_idx ON ports (name, id);
CREATE INDEX ports_description_idx ON ports (description, id);
CREATE INDEX ports_vendor_idx ON ports (vendor, id);
CREATE INDEX ports_category_idx ON ports (category, id);
CREATE INDEX ports_available_for_dynamic_portgroup_idx ON ports (available_for_dynamic_portgroup, id);

-- For the ports and port groups of the nodes of a shard or a conductor group.
DROP INDEX nodes_shard_idx;
DROP INDEX nodes_conductor_group_idx;
CREATE INDEX nodes_shard_idx ON nodes (shard, id);
CREATE INDEX nodes_conductor_group_idx ON nodes (conductor_group, id);
