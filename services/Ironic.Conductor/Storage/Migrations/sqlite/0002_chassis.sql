-- Chassis, and the reference of nodes to them. No node could have a chassis before, so nothing is lost with the old column.

CREATE TABLE chassis (
  id integer PRIMARY KEY AUTOINCREMENT,
  uuid text NOT NULL CONSTRAINT chassis_uuid_key UNIQUE,
  created_at text NOT NULL,
  updated_at text,
  description text,
  extra text
);

CREATE INDEX chassis_description_idx ON chassis (description, id);
CREATE INDEX chassis_created_at_idx ON chassis (created_at, id);
CREATE INDEX chassis_updated_at_idx ON chassis (updated_at, id);

DROP INDEX nodes_chassis_uuid_idx;
ALTER TABLE nodes DROP COLUMN chassis_uuid;
ALTER TABLE nodes ADD COLUMN chassis_uuid text CONSTRAINT nodes_chassis_uuid_fkey REFERENCES chassis (uuid);
CREATE INDEX nodes_chassis_uuid_idx ON nodes (chassis_uuid, id);
