-- The answers to creations, by the keys that their callers gave them, for a while.

CREATE TABLE idempotency_keys (
  project text NOT NULL,
  idempotency_key text NOT NULL,
  -- Of the request.
  fingerprint blob NOT NULL,
  -- The response message.
  answer blob NOT NULL,
  created_at text NOT NULL,
  expires_at text NOT NULL,
  PRIMARY KEY (project, idempotency_key)
);

CREATE INDEX idempotency_keys_expires_at_idx ON idempotency_keys (expires_at);
