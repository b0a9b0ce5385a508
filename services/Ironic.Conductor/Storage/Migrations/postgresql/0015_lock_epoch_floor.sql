-- The highest epoch that a node had when it was deleted. Drivers remember the epochs of UUIDs: a node that is made anew with the UUID of a
-- deleted one must not begin below what they have seen.

CREATE TABLE lock_epoch_floor (
  epoch bigint NOT NULL
);

INSERT INTO lock_epoch_floor (epoch) VALUES (0);
