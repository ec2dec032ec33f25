-- Inquiries: what a broker asks insurers for on behalf of a customer, until
-- cover is ordered. Each of their versions is kept.

-- +goose Up

ALTER TABLE party ADD COLUMN salutation TEXT NOT NULL DEFAULT '';
ALTER TABLE party ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE party ADD COLUMN website TEXT NOT NULL DEFAULT '';

-- What a party is found by: its names in small letters. SQLite knows those of
-- ASCII only, so that they are made before. Empty for whom nobody searches:
-- parties that were recorded before there were customers.
ALTER TABLE party ADD COLUMN sought TEXT NOT NULL DEFAULT '';

-- A document is issued of a policy, or of an inquiry.
ALTER TABLE document RENAME COLUMN policy_id TO subject;
ALTER TABLE document RENAME COLUMN policy_version TO version;
ALTER TABLE document_bytes RENAME COLUMN policy_id TO subject;
ALTER TABLE document_bytes RENAME COLUMN policy_version TO version;

-- A token that somebody brings without saying whose it is: the hash alone
-- finds it, which is why no part stands first.
CREATE TABLE handle (
    hash       BYTEA  NOT NULL PRIMARY KEY, -- keyed
    kind       TEXT   NOT NULL,
    part       TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    detail     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX handle_expiry ON handle (expires_at); -- swept whoever the partner is

-- key is what the partner knows the broker by, in a form that tells nothing;
-- party names the row of the person or firm. company_register and
-- broker_register are public numbers.
CREATE TABLE broker (
    part             TEXT   NOT NULL,
    id               TEXT   NOT NULL,
    version          BIGINT NOT NULL,
    kind             BIGINT NOT NULL,
    external_id      TEXT   NOT NULL,
    key              TEXT   NOT NULL,
    party            TEXT   NOT NULL,
    company_register TEXT   NOT NULL,
    broker_register  TEXT   NOT NULL,
    active           BIGINT NOT NULL, -- 1: may act
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    PRIMARY KEY (part, id)
);
CREATE UNIQUE INDEX broker_key ON broker (part, key);

-- party and business_address name rows of party; the latter is empty where the
-- business is at the customer's own address or at none that is known. sought is
-- external_id in small letters, as in party.
CREATE TABLE customer (
    part             TEXT   NOT NULL,
    id               BIGINT NOT NULL,
    version          BIGINT NOT NULL,
    broker           TEXT   NOT NULL,
    external_id      TEXT   NOT NULL,
    party            TEXT   NOT NULL,
    business_address TEXT   NOT NULL,
    company_form     BIGINT NOT NULL,
    private          BIGINT NOT NULL, -- 1: a private person
    at_address       BIGINT NOT NULL, -- 1: the business is where the customer is
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    sought           TEXT   NOT NULL,
    PRIMARY KEY (part, id)
);
CREATE UNIQUE INDEX customer_external ON customer (part, broker, external_id) WHERE external_id <> '';
CREATE INDEX customer_changed ON customer (part, broker, updated_at, id);

-- What other systems call a subject of ours, by the kind of system.
CREATE TABLE ref (
    part    TEXT NOT NULL,
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,
    origin  TEXT NOT NULL,
    key     TEXT NOT NULL,
    value   TEXT NOT NULL,
    PRIMARY KEY (part, kind, subject, origin, key)
);

-- An inquiry as it stands. policy_id is empty until cover was ordered.
CREATE TABLE inquiry (
    part          TEXT   NOT NULL,
    id            BIGINT NOT NULL,
    version       BIGINT NOT NULL,
    broker        TEXT   NOT NULL,
    customer      BIGINT NOT NULL,
    line          BIGINT NOT NULL, -- of business
    profession    BIGINT NOT NULL,
    status        TEXT   NOT NULL,
    full_callback BIGINT NOT NULL, -- 1: every status is told
    sequence      BIGINT NOT NULL, -- of its last event
    policy_id     TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    PRIMARY KEY (part, id)
);
CREATE INDEX inquiry_changed_of_broker ON inquiry (part, broker, updated_at, id);
CREATE INDEX inquiry_changed_of_customer ON inquiry (part, broker, customer, updated_at, id);
CREATE INDEX inquiry_changed ON inquiry (part, updated_at, id);
CREATE INDEX inquiry_status ON inquiry (part, broker, status);

-- An id names one inquiry whoever the partner is: people say it on the
-- telephone, links to documents carry it, and neither says whose it is, which is
-- why no part stands first.
CREATE UNIQUE INDEX inquiry_id ON inquiry (id);

-- Every version an inquiry ever had. Nothing is overwritten.
CREATE TABLE inquiry_version (
    part       TEXT   NOT NULL,
    inquiry_id BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    body       TEXT   NOT NULL, -- JSON without persons
    PRIMARY KEY (part, inquiry_id, version)
);

-- Agency numbers are changed several at a time. Whoever changes those of an
-- owner with an insurer touches this row, which is the guard of them all.
-- owner is a broker's id, or empty for the account.
CREATE TABLE agency_set (
    part    TEXT   NOT NULL,
    owner   TEXT   NOT NULL,
    insurer BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (part, owner, insurer)
);

CREATE TABLE agency_number (
    part                TEXT   NOT NULL,
    owner               TEXT   NOT NULL,
    insurer             BIGINT NOT NULL,
    number              TEXT   NOT NULL,
    label               TEXT   NOT NULL,
    external_insurer_id TEXT   NOT NULL,
    external_unique_id  TEXT   NOT NULL,
    for_tenders         BIGINT NOT NULL, -- 1: preferred for them
    for_calculations    BIGINT NOT NULL, -- 1: preferred for them
    collection_type     TEXT   NOT NULL,
    comment             TEXT   NOT NULL, -- for operators
    active              BIGINT NOT NULL, -- 1: is offered
    position            BIGINT NOT NULL,
    PRIMARY KEY (part, owner, insurer, number)
);
CREATE UNIQUE INDEX agency_external ON agency_number (part, external_unique_id) WHERE external_unique_id <> '';
