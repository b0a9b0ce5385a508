-- Nodes that wait for somebody, by how long they do. The condition is that of the search for those that wait for too long.
CREATE INDEX nodes_waiting_idx ON nodes (provision_state, provision_updated_at, id)
  WHERE provision_state IN ('wait call-back', 'clean wait', 'inspect wait', 'rescue wait', 'service wait');

-- The nodes of a conductor group, page by page.
DROP INDEX nodes_conductor_group_idx;
CREATE INDEX nodes_conductor_group_idx ON nodes (conductor_group, id);
