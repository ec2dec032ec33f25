-- What an endpoint is for, how its messages are signed, and how it fares.

-- +goose Up

-- The name of the key that signs what is sent; empty: the partner's own.
ALTER TABLE endpoint ADD COLUMN key_id TEXT NOT NULL DEFAULT '';

-- events, support (is told when others fail) or email (mailto:).
ALTER TABLE endpoint ADD COLUMN purpose TEXT NOT NULL DEFAULT 'events';

-- Failed tries in a row, and when support was last told of them; 0: never.
ALTER TABLE endpoint ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;
ALTER TABLE endpoint ADD COLUMN warned_at BIGINT NOT NULL DEFAULT 0;
