-- Every list of nodes is read along an index, whichever filter narrows it and however few nodes pass that; the id keeps the order of pages.
-- Not by updated_at: an index on it would have every change of a node write all of the node's indexes anew.

DROP INDEX nodes_driver_idx;
DROP INDEX nodes_provision_state_idx;
DROP INDEX nodes_resource_class_idx;
DROP INDEX nodes_owner_idx;
DROP INDEX nodes_lessee_idx;
DROP INDEX nodes_parent_node_idx;
CREATE INDEX nodes_driver_idx ON nodes (driver, id);
CREATE INDEX nodes_provision_state_idx ON nodes (provision_state, id);
CREATE INDEX nodes_resource_class_idx ON nodes (resource_class, id);
CREATE INDEX nodes_owner_idx ON nodes (owner, id);
CREATE INDEX nodes_lessee_idx ON nodes (lessee, id);
CREATE INDEX nodes_parent_node_idx ON nodes (parent_node, id);
CREATE INDEX nodes_instance_name_idx ON nodes (instance_name);
CREATE INDEX nodes_created_at_idx ON nodes (created_at, id);

-- What few nodes are, and is looked for because of that.
CREATE INDEX nodes_in_maintenance_idx ON nodes (id) WHERE maintenance;
CREATE INDEX nodes_retired_idx ON nodes (id) WHERE retired;
CREATE INDEX nodes_with_fault_idx ON nodes (fault, id) WHERE fault IS NOT NULL;
CREATE INDEX nodes_without_instance_idx ON nodes (id) WHERE instance_uuid IS NULL;
CREATE INDEX nodes_changing_power_idx ON nodes (id) WHERE target_power_state IS NOT NULL;
