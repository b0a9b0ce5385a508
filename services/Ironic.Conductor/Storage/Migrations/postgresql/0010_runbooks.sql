-- Steps that are run on a node as a whole, and the nodes that they are for.

CREATE TABLE runbooks (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid text NOT NULL CONSTRAINT runbooks_uuid_key UNIQUE,
  created_at timestamptz NOT NULL,
  updated_at timestamptz,
  name text NOT NULL CONSTRAINT runbooks_name_key UNIQUE,
  steps text NOT NULL,
  extra text,
  public boolean NOT NULL DEFAULT false,
  owner text,
  disable_ramdisk boolean NOT NULL DEFAULT false,
  description text
);

CREATE INDEX runbooks_owner_idx ON runbooks (owner, id);
CREATE INDEX runbooks_public_idx ON runbooks (id) WHERE public;

CREATE TABLE runbook_traits (
  runbook_id bigint NOT NULL REFERENCES runbooks (id) ON DELETE CASCADE,
  trait text NOT NULL,
  PRIMARY KEY (runbook_id, trait)
);
