-- Steps that a deployment gets by a trait. A template's steps are only ever read together.

CREATE TABLE deploy_templates (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid text NOT NULL CONSTRAINT deploy_templates_uuid_key UNIQUE,
  created_at timestamptz NOT NULL,
  updated_at timestamptz,
  name text NOT NULL CONSTRAINT deploy_templates_name_key UNIQUE,
  steps text NOT NULL,
  extra text
);
