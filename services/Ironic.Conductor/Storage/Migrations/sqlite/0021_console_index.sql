-- The nodes whose consoles are on, which are few.
CREATE INDEX nodes_console_idx ON nodes (conductor_group, id) WHERE console_enabled;
