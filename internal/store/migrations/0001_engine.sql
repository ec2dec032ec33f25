-- What the store itself keeps: which transactions were committed, whether
-- storage can be written, and who holds which lane.
--
-- One text for SQLite and PostgreSQL: TEXT, BIGINT and BYTEA only, instants as
-- microseconds UTC.

-- +goose Up

-- One row per flush, in a part that the flush touched. dead = 1 marks a flush
-- whose outcome was unknown and that can never be committed any more.
CREATE TABLE command (
    part TEXT   NOT NULL,
    id   BYTEA  NOT NULL,
    at   BIGINT NOT NULL,
    dead BIGINT NOT NULL,
    PRIMARY KEY (part, id)
);

-- A single row that is written to find out whether storage works again.
CREATE TABLE probe (
    id BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL
);

-- A lease belongs to holder until until_at, machine time. epoch grows whenever
-- the holder changes, and never shrinks: it is the fence.
CREATE TABLE lease (
    name     TEXT   NOT NULL PRIMARY KEY,
    holder   TEXT   NOT NULL,
    epoch    BIGINT NOT NULL,
    until_at BIGINT NOT NULL
);
