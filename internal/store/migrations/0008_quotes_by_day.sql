-- Quotes are many and mostly never bought: each day has tables of its own, and
-- they are dropped with it. Packages that were quoted before and not booked go.

-- +goose Up

DROP TABLE package;

-- The days that are kept of each daybook. Its tables are named after book and
-- day; they come and go with these rows, and not with migrations.
CREATE TABLE daybook (
    book      TEXT   NOT NULL,
    day       BIGINT NOT NULL, -- since 2020-01-01 UTC
    learned   BYTEA  NOT NULL, -- the dictionaries of its rows, as JSON
    opened_at BIGINT NOT NULL,
    PRIMARY KEY (book, day)
);
