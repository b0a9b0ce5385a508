-- What inspection makes of what it found.

CREATE TABLE inspection_rules (
  id integer PRIMARY KEY AUTOINCREMENT,
  uuid text NOT NULL CONSTRAINT inspection_rules_uuid_key UNIQUE,
  created_at text NOT NULL,
  updated_at text,
  description text,
  phase text NOT NULL,
  priority integer NOT NULL DEFAULT 0,
  sensitive integer NOT NULL DEFAULT 0,
  conditions text NOT NULL,
  actions text NOT NULL
);

CREATE INDEX inspection_rules_phase_idx ON inspection_rules (phase, priority DESC, id);
