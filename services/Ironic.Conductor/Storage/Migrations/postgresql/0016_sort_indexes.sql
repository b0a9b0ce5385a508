-- What lists are sorted by. Of nodes, the time of the last change of state, too: it changes with the state, which has an index, so that no further
-- change of a node has to write all indexes of the node.

CREATE INDEX nodes_provision_updated_at_idx ON nodes (provision_updated_at, id);
DROP INDEX nodes_instance_name_idx;
CREATE INDEX nodes_instance_name_idx ON nodes (instance_name, id);
CREATE INDEX allocations_created_at_idx ON allocations (created_at, id);
CREATE INDEX allocations_updated_at_idx ON allocations (updated_at, id);
