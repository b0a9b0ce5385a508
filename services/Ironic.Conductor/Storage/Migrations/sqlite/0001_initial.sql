-- Nodes, what locks them, what happened to them; conductors and drivers.

CREATE TABLE nodes (
  id integer PRIMARY KEY AUTOINCREMENT,
  uuid text NOT NULL CONSTRAINT nodes_uuid_key UNIQUE,
  name text CONSTRAINT nodes_name_key UNIQUE,
  instance_uuid text CONSTRAINT nodes_instance_uuid_key UNIQUE,
  instance_name text,
  created_at text NOT NULL,
  updated_at text,
  driver text NOT NULL,
  driver_info text,
  driver_internal_info text,
  properties text,
  instance_info text,
  extra text,
  chassis_uuid text,
  power_state text,
  target_power_state text,
  provision_state text NOT NULL,
  target_provision_state text,
  provision_updated_at text,
  last_error text,
  maintenance integer NOT NULL DEFAULT 0,
  maintenance_reason text,
  fault text,
  console_enabled integer NOT NULL DEFAULT 0,
  inspection_started_at text,
  inspection_finished_at text,
  clean_step text,
  deploy_step text,
  service_step text,
  raid_config text,
  target_raid_config text,
  network_interface text,
  boot_interface text,
  console_interface text,
  deploy_interface text,
  inspect_interface text,
  management_interface text,
  power_interface text,
  raid_interface text,
  vendor_interface text,
  storage_interface text,
  rescue_interface text,
  bios_interface text,
  firmware_interface text,
  resource_class text,
  conductor_group text NOT NULL DEFAULT '',
  automated_clean integer,
  protected integer NOT NULL DEFAULT 0,
  protected_reason text,
  owner text,
  description text,
  allocation_uuid text,
  retired integer DEFAULT 0,
  retired_reason text,
  lessee text,
  network_data text,
  boot_mode text,
  secure_boot integer,
  shard text,
  parent_node text,
  disable_power_off integer NOT NULL DEFAULT 0,
  health text
);

CREATE INDEX nodes_driver_idx ON nodes (driver);
CREATE INDEX nodes_provision_state_idx ON nodes (provision_state);
CREATE INDEX nodes_conductor_group_idx ON nodes (conductor_group);
CREATE INDEX nodes_resource_class_idx ON nodes (resource_class);
CREATE INDEX nodes_owner_idx ON nodes (owner);
CREATE INDEX nodes_lessee_idx ON nodes (lessee);
CREATE INDEX nodes_shard_idx ON nodes (shard);
CREATE INDEX nodes_parent_node_idx ON nodes (parent_node);
CREATE INDEX nodes_chassis_uuid_idx ON nodes (chassis_uuid);

-- Apart from the node: taking and releasing a lock rewrites a few bytes instead of the whole node and its indexes.
-- epoch is the fence: it rises with every exclusive lock, and nothing is written under an older one.
CREATE TABLE node_locks (
  node_id bigint PRIMARY KEY REFERENCES nodes (id) ON DELETE CASCADE,
  epoch bigint NOT NULL DEFAULT 0,
  reservation text
);

CREATE INDEX node_locks_reservation_idx ON node_locks (reservation) WHERE reservation IS NOT NULL;

-- The journal: one row for every change, written in the transaction of the change.
CREATE TABLE node_events (
  id integer PRIMARY KEY AUTOINCREMENT,
  uuid text NOT NULL,
  node_uuid text NOT NULL,
  created_at text NOT NULL,
  event_type text NOT NULL,
  severity text NOT NULL,
  conductor text NOT NULL,
  request_id text,
  user_id text,
  project_id text,
  from_state text,
  to_state text,
  target_state text,
  duration_ms bigint,
  message text
);

CREATE INDEX node_events_node_uuid_idx ON node_events (node_uuid, id);

CREATE TABLE conductors (
  id integer PRIMARY KEY AUTOINCREMENT,
  hostname text NOT NULL CONSTRAINT conductors_hostname_key UNIQUE,
  conductor_group text NOT NULL DEFAULT '',
  url text NOT NULL,
  online integer NOT NULL,
  drivers text NOT NULL,
  created_at text NOT NULL,
  updated_at text NOT NULL
);

-- A driver process's registration: a lease. Several processes of one driver live side by side at different endpoints.
CREATE TABLE drivers (
  name text NOT NULL,
  lease_id text NOT NULL,
  endpoint text NOT NULL,
  instance_id text NOT NULL,
  info text NOT NULL,
  ready integer NOT NULL,
  expires_at text NOT NULL,
  created_at text NOT NULL,
  PRIMARY KEY (name, endpoint)
);
