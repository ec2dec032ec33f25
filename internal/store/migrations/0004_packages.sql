-- Packages: several quotes that are sold together, and the orders that they
-- become. What is changed, renewed or cancelled later is told with the whole
-- package as it stood, so that each of its versions is kept.

-- +goose Up

-- Persons and firms: policyholders, and who is insured beside them. A row
-- never changes; a policy whose holder changes names another.
ALTER TABLE policyholder RENAME TO party;
ALTER TABLE party RENAME COLUMN policy_id TO id;
ALTER TABLE party ADD COLUMN middle_name TEXT NOT NULL DEFAULT '';
ALTER TABLE party ADD COLUMN secondary_email TEXT NOT NULL DEFAULT '';
ALTER TABLE party ADD COLUMN phone TEXT NOT NULL DEFAULT '';
ALTER TABLE party ADD COLUMN age TEXT NOT NULL DEFAULT '';
ALTER TABLE party ADD COLUMN street_extra TEXT NOT NULL DEFAULT '';
ALTER TABLE party ADD COLUMN region TEXT NOT NULL DEFAULT '';
ALTER TABLE policy_version ADD COLUMN holder TEXT NOT NULL DEFAULT '';
UPDATE policy_version SET holder = policy_id;

-- Whose work a policy is part of: its own, or that of the package it is in.
ALTER TABLE policy ADD COLUMN owner TEXT NOT NULL DEFAULT '';
UPDATE policy SET owner = id;

-- A package until it is booked, by the day on which it was made: packages are
-- many and mostly never bought, and days are dropped whole.
CREATE TABLE package (
    part       TEXT   NOT NULL,
    day        BIGINT NOT NULL, -- since 2020-01-01 UTC
    id         TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    state      TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    body       TEXT   NOT NULL, -- JSON without persons
    PRIMARY KEY (part, day, id)
);

-- A booked package in each of its versions, quotes that were not booked
-- included: it stays readable when the day of its package is gone.
CREATE TABLE order_version (
    part     TEXT   NOT NULL,
    order_id TEXT   NOT NULL,
    version  BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    body     TEXT   NOT NULL, -- JSON without persons
    PRIMARY KEY (part, order_id, version)
);
-- A partner's booked packages, each once and in the order of their booking.
CREATE INDEX order_booked ON order_version (part, at, order_id) WHERE version = 1;

-- What a renewal is called outside. A policy has one renewal per term.
CREATE TABLE renewal (
    part      TEXT   NOT NULL,
    policy_id TEXT   NOT NULL,
    number    BIGINT NOT NULL,
    id        TEXT   NOT NULL,
    order_id  TEXT   NOT NULL,
    PRIMARY KEY (part, policy_id, number)
);
CREATE UNIQUE INDEX renewal_id ON renewal (part, id);

-- A change, a cancellation or a renewal that was shown and may be confirmed,
-- while the order is still at the version that it was shown for.
CREATE TABLE preview (
    part          TEXT   NOT NULL,
    id            TEXT   NOT NULL,
    order_id      TEXT   NOT NULL,
    kind          TEXT   NOT NULL,
    order_version BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    body          TEXT   NOT NULL, -- JSON without persons
    PRIMARY KEY (part, id)
);

-- What has expired is swept whoever the partner is, which is why no part
-- stands first.
CREATE INDEX preview_expiry ON preview (expires_at);
CREATE INDEX repetition_expiry ON repetition (expires_at);

-- The numbers that package codes are made of, by bucket of parts and day.
-- Nodes take them in blocks; none is ever taken twice.
CREATE TABLE sequence (
    bucket BIGINT NOT NULL,
    day    BIGINT NOT NULL,
    next   BIGINT NOT NULL,
    PRIMARY KEY (bucket, day)
);
