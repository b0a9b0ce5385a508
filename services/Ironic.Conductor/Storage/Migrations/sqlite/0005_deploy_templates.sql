-- Steps that a deployment gets by a trait. A template's steps are only ever read together.

CREATE TABLE deploy_templates (
  id integer PRIMARY KEY AUTOINCREMENT,
  uuid text NOT NULL CONSTRAINT deploy_templates_uuid_key UNIQUE,
  created_at text NOT NULL,
  updated_at text,
  name text NOT NULL CONSTRAINT deploy_templates_name_key UNIQUE,
  steps text NOT NULL,
  extra text
);
