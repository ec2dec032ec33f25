-- The event log: every event has a position in the log of its part.

-- +goose Up

-- 0 until it has one, which is moments after the event was recorded: only then
-- is it known that nothing comes before it any more.
ALTER TABLE event ADD COLUMN position BIGINT NOT NULL DEFAULT 0;
CREATE INDEX event_unplaced ON event (part, id) WHERE position = 0; -- placed whoever the partner is

-- SQLite takes a partial index only where a query says its condition word for
-- word. <> leaves the bounds of the query to seek by.
CREATE UNIQUE INDEX event_position ON event (part, position) WHERE position <> 0;

-- The clock of business may be moved, so that instants are not quite in the order
-- of positions. This finds where a stretch of time begins in the log; it says its
-- condition otherwise, so that SQLite reads no page by it, which it would have to
-- sort.
CREATE INDEX event_at ON event (part, at, position) WHERE position > 0;

-- What of the log is told again, and how far that has come.
CREATE TABLE replay (
    part         TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    version      BIGINT NOT NULL,
    since_at     BIGINT NOT NULL, -- 0: open
    until_at     BIGINT NOT NULL, -- 0: open
    types        TEXT   NOT NULL, -- JSON array; empty: all
    endpoint     TEXT   NOT NULL, -- empty: all
    position     BIGINT NOT NULL, -- of the last event that was dealt with
    end_position BIGINT NOT NULL, -- of the last that will be
    events       BIGINT NOT NULL, -- dealt with
    notices      BIGINT NOT NULL, -- told again
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (part, id)
);
CREATE INDEX notice_event ON notice (part, event_id);
