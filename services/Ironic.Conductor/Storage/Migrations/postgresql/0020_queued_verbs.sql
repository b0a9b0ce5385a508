-- Verbs that were accepted and wait for their turn, because as many nodes as may be are deployed or cleaned already.

CREATE TABLE queued_verbs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  node_id bigint NOT NULL UNIQUE REFERENCES nodes (id) ON DELETE CASCADE,
  -- What there is a limit for: deployment, cleaning.
  work text NOT NULL,
  -- The node's state before the verb.
  from_state text NOT NULL,
  -- A message ironic.api.v1.SetNodeProvisionStateRequest.
  request bytea NOT NULL,
  microversion integer NOT NULL,
  request_id text NOT NULL,
  user_id text,
  project_id text,
  created_at timestamptz NOT NULL
);

CREATE INDEX queued_verbs_work_idx ON queued_verbs (work, id);
