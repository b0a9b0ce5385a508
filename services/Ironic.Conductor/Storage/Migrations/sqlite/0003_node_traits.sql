-- What nodes can do. Few per node and read with it: the key is all there is.

CREATE TABLE node_traits (
  node_id bigint NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
  trait text NOT NULL,
  PRIMARY KEY (node_id, trait)
) WITHOUT ROWID;
