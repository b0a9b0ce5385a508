-- Steps that are run on a node as a whole, and the nodes that they are for.

CREATE TABLE runbooks (
  id integer PRIMARY KEY AUTOINCREMENT,
  uuid text NOT NULL CONSTRAINT runbooks_uuid_key UNIQUE,
  created_at text NOT NULL,
  updated_at text,
  name text NOT NULL CONSTRAINT runbooks_name_key UNIQUE,
  steps text NOT NULL,
  extra text,
  public integer NOT NULL DEFAULT 0,
  owner text,
  disable_ramdisk integer NOT NULL DEFAULT 0,
  description text
);

CREATE INDEX runbooks_owner_idx ON runbooks (owner, id);
CREATE INDEX runbooks_public_idx ON runbooks (id) WHERE public;

CREATE TABLE runbook_traits (
  runbook_id bigint NOT NULL REFERENCES runbooks (id) ON DELETE CASCADE,
  trait text NOT NULL,
  PRIMARY KEY (runbook_id, trait)
) WITHOUT ROWID;
