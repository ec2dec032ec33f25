-- What a courier needs that has many endpoints, some of which do not answer.

-- +goose Up

-- The notices of an endpoint are found without passing over those of others, and
-- those of one that is paused are not looked at. Steps that are no notices have no
-- endpoint.
DROP INDEX timer_sweep;
CREATE INDEX timer_sweep ON timer (lane, endpoint, due_at, part, id);

-- Since when an endpoint is paused, and why: failing, gone, or what an operator
-- said; 0: it is not.
ALTER TABLE endpoint ADD COLUMN paused_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE endpoint ADD COLUMN pause_reason TEXT NOT NULL DEFAULT '';
CREATE INDEX endpoint_paused ON endpoint (part, id) WHERE paused_at > 0; -- left out by every sweep

-- The first and the last of the failed tries in a row, the last try that
-- succeeded, and when support was told that the endpoint will be paused. 0: never.
ALTER TABLE endpoint ADD COLUMN failing_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE endpoint ADD COLUMN failed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE endpoint ADD COLUMN failed_status BIGINT NOT NULL DEFAULT 0; -- of the last answer; 0: none came
ALTER TABLE endpoint ADD COLUMN failed_fault TEXT NOT NULL DEFAULT '';
ALTER TABLE endpoint ADD COLUMN taken_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE endpoint ADD COLUMN announced_at BIGINT NOT NULL DEFAULT 0;

-- How many notices at once, and how many in a minute; 0: as configured.
ALTER TABLE endpoint ADD COLUMN at_once BIGINT NOT NULL DEFAULT 0;
ALTER TABLE endpoint ADD COLUMN per_minute BIGINT NOT NULL DEFAULT 0;

-- The secret before the present one, which signs as well until an instant.
-- Encrypted as the other is.
ALTER TABLE endpoint ADD COLUMN old_secret BYTEA NOT NULL DEFAULT '';
ALTER TABLE endpoint ADD COLUMN old_secret_until BIGINT NOT NULL DEFAULT 0;

-- 1: the headers of Standard Webhooks stand beside the others.
ALTER TABLE endpoint ADD COLUMN standard_headers BIGINT NOT NULL DEFAULT 0;

-- Tries are kept for a while only.
CREATE INDEX attempt_at ON attempt (at); -- pruned whoever the partner is
