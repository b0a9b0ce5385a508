-- What inspection makes of what it found.

CREATE TABLE inspection_rules (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid text NOT NULL CONSTRAINT inspection_rules_uuid_key UNIQUE,
  created_at timestamptz NOT NULL,
  updated_at timestamptz,
  description text,
  phase text NOT NULL,
  priority integer NOT NULL DEFAULT 0,
  sensitive boolean NOT NULL DEFAULT false,
  conditions text NOT NULL,
  actions text NOT NULL
);

CREATE INDEX inspection_rules_phase_idx ON inspection_rules (phase, priority DESC, id);
