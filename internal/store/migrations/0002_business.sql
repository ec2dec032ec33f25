-- The business: who sells, what was asked for, what was bound, what happened
-- and who was told.
--
-- part (a partner account) stands first in every key of partner data, so that
-- a partner's rows lie together and a database can be divided by partner.
-- Days are text YYYY-MM-DD, instants microseconds UTC, amounts minor units.

-- +goose Up

-- What is true of the whole installation: its mode, the sandbox's clock.
CREATE TABLE setting (
    name    TEXT   NOT NULL PRIMARY KEY,
    value   TEXT   NOT NULL,
    version BIGINT NOT NULL
);

-- Every product version that was ever on sale here, as it was read. A version
-- never changes: its digest is the guard.
CREATE TABLE product (
    family   TEXT   NOT NULL,
    code     TEXT   NOT NULL,
    version  BIGINT NOT NULL,
    name     TEXT   NOT NULL,
    digest   BYTEA  NOT NULL,
    source   BYTEA  NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (family, code, version)
);

CREATE TABLE partner (
    part         TEXT   NOT NULL PRIMARY KEY,
    version      BIGINT NOT NULL,
    family       TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    zone         TEXT   NOT NULL,
    networks     TEXT   NOT NULL, -- JSON array of CIDRs
    network_mode TEXT   NOT NULL,
    switches     TEXT   NOT NULL, -- JSON object
    created_at   BIGINT NOT NULL
);

-- A credential names its partner, so the partner cannot stand first. Several
-- of one name overlap while a secret is rotated. revoked_at 0: in force.
CREATE TABLE credential (
    family     TEXT   NOT NULL,
    username   TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    part       TEXT   NOT NULL,
    secret     BYTEA  NOT NULL, -- keyed hash
    created_at BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL,
    PRIMARY KEY (family, username, id)
);

-- Where a partner is told. secret is encrypted.
CREATE TABLE endpoint (
    part       TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    url        TEXT   NOT NULL,
    secret     BYTEA  NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (part, id)
);

-- The request as it came. It holds personal data and is kept for audit only.
CREATE TABLE request_body (
    part        TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    received_at BIGINT NOT NULL,
    body        BYTEA  NOT NULL,
    PRIMARY KEY (part, id)
);

-- A repetition key of a partner, with what it was used for and the answer.
CREATE TABLE repetition (
    part        TEXT   NOT NULL,
    family      TEXT   NOT NULL, -- route family
    key         TEXT   NOT NULL,
    fingerprint BYTEA  NOT NULL,
    answer      BYTEA  NOT NULL,
    used_at     BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    PRIMARY KEY (part, family, key)
);

CREATE TABLE orders (
    part        TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    reference   TEXT   NOT NULL,
    request_id  TEXT   NOT NULL,
    state       TEXT   NOT NULL, -- received, booked
    sequence    BIGINT NOT NULL, -- of its last event
    received_at BIGINT NOT NULL,
    PRIMARY KEY (part, id)
);

-- One proposal of an order. policy_id is chosen at the intake, so that booking
-- again books the same.
CREATE TABLE order_item (
    part      TEXT   NOT NULL,
    order_id  TEXT   NOT NULL,
    item      BIGINT NOT NULL,
    policy_id TEXT   NOT NULL,
    claim     TEXT   NOT NULL,
    proposal  TEXT   NOT NULL, -- JSON without the policyholder
    refusal   TEXT   NOT NULL, -- code, once it was refused
    PRIMARY KEY (part, order_id, item)
);

-- The natural key of a live policy, or of an order on its way to one.
CREATE TABLE claim (
    part        TEXT   NOT NULL,
    key         TEXT   NOT NULL,
    fingerprint BYTEA  NOT NULL,
    order_id    TEXT   NOT NULL,
    policy_id   TEXT   NOT NULL,
    expires_at  BIGINT NOT NULL,
    PRIMARY KEY (part, key)
);

-- Personal data of a policyholder, in columns of its own and nowhere else but
-- in documents and request bodies.
CREATE TABLE policyholder (
    part         TEXT NOT NULL,
    policy_id    TEXT NOT NULL,
    company      TEXT NOT NULL,
    vat_id       TEXT NOT NULL,
    tax_id       TEXT NOT NULL,
    first_name   TEXT NOT NULL,
    last_name    TEXT NOT NULL,
    email        TEXT NOT NULL,
    birth_on     TEXT NOT NULL,
    country      TEXT NOT NULL,
    street       TEXT NOT NULL,
    house_number TEXT NOT NULL,
    postal_code  TEXT NOT NULL,
    city         TEXT NOT NULL,
    PRIMARY KEY (part, policy_id)
);

-- A policy as it stands. last_day_on is 9999-12-31 while there is none, which
-- also sorts it last. live is 1 until the policy has ended.
CREATE TABLE policy (
    part               TEXT   NOT NULL,
    id                 TEXT   NOT NULL,
    version            BIGINT NOT NULL,
    certificate_number TEXT   NOT NULL,
    order_id           TEXT   NOT NULL,
    claim              TEXT   NOT NULL,
    state              TEXT   NOT NULL,
    live               BIGINT NOT NULL,
    inception_on       TEXT   NOT NULL,
    last_day_on        TEXT   NOT NULL,
    created_at         BIGINT NOT NULL,
    sequence           BIGINT NOT NULL, -- of its last event
    PRIMARY KEY (part, id)
);
CREATE UNIQUE INDEX policy_certificate ON policy (part, certificate_number);
CREATE INDEX policy_created ON policy (part, live, created_at, id);
CREATE INDEX policy_inception ON policy (part, live, inception_on, id);
CREATE INDEX policy_last_day ON policy (part, live, last_day_on, id);

-- Every version a policy ever had. Nothing is overwritten.
CREATE TABLE policy_version (
    part      TEXT   NOT NULL,
    policy_id TEXT   NOT NULL,
    version   BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    body      TEXT   NOT NULL, -- JSON without the policyholder
    PRIMARY KEY (part, policy_id, version)
);

-- How the premium of a policy was computed.
CREATE TABLE price_working (
    part      TEXT   NOT NULL,
    policy_id TEXT   NOT NULL,
    version   BIGINT NOT NULL,
    steps     TEXT   NOT NULL, -- JSON
    PRIMARY KEY (part, policy_id, version)
);

-- Premium written (positive) and returned (negative). Lines are only added.
CREATE TABLE ledger (
    part       TEXT   NOT NULL,
    policy_id  TEXT   NOT NULL,
    line       BIGINT NOT NULL,
    kind       TEXT   NOT NULL,
    interval_no BIGINT NOT NULL,
    from_on    TEXT   NOT NULL,
    to_on      TEXT   NOT NULL,
    net        BIGINT NOT NULL,
    tax        BIGINT NOT NULL,
    gross      BIGINT NOT NULL,
    commission BIGINT NOT NULL,
    currency   TEXT   NOT NULL,
    taxes      TEXT   NOT NULL, -- JSON
    booked_at  BIGINT NOT NULL,
    PRIMARY KEY (part, policy_id, line)
);

-- What happened, numbered without gaps per subject (an order or a policy).
CREATE TABLE event (
    part     TEXT   NOT NULL,
    subject  TEXT   NOT NULL,
    sequence BIGINT NOT NULL,
    id       TEXT   NOT NULL,
    type     TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    data     TEXT   NOT NULL, -- JSON without personal data
    PRIMARY KEY (part, subject, sequence)
);
CREATE UNIQUE INDEX event_id ON event (part, id);

-- An event on its way to an endpoint. state: due, delivered, given_up.
CREATE TABLE notice (
    part        TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    event_id    TEXT   NOT NULL,
    subject     TEXT   NOT NULL,
    endpoint_id TEXT   NOT NULL,
    state       TEXT   NOT NULL,
    round       BIGINT NOT NULL, -- 1, and one more each time it is sent again
    tries       BIGINT NOT NULL, -- in this round
    attempts    BIGINT NOT NULL, -- altogether
    created_at  BIGINT NOT NULL,
    settled_at  BIGINT NOT NULL, -- 0 while it is due
    outcome     TEXT   NOT NULL, -- of the last attempt, for people
    PRIMARY KEY (part, id)
);
CREATE INDEX notice_subject ON notice (part, subject);
CREATE INDEX notice_state ON notice (part, state, created_at);

CREATE TABLE attempt (
    part      TEXT   NOT NULL,
    notice_id TEXT   NOT NULL,
    attempt   BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    duration  BIGINT NOT NULL, -- microseconds
    status    BIGINT NOT NULL, -- 0: no answer
    request   BYTEA  NOT NULL,
    answer    BYTEA  NOT NULL, -- its first kilobyte
    fault     TEXT   NOT NULL,
    PRIMARY KEY (part, notice_id, attempt)
);

-- The record of an issued document: with the versions that it names, its bytes
-- can be made at any time and are always the same. A policy that changes gets
-- a new document of the same kind; the old one stays.
CREATE TABLE document (
    part             TEXT   NOT NULL,
    policy_id        TEXT   NOT NULL,
    kind             TEXT   NOT NULL,
    policy_version   BIGINT NOT NULL,
    template_version BIGINT NOT NULL,
    language         TEXT   NOT NULL,
    issued_at        BIGINT NOT NULL,
    PRIMARY KEY (part, policy_id, kind, policy_version)
);

-- The bytes, once somebody needed them.
CREATE TABLE document_bytes (
    part           TEXT   NOT NULL,
    policy_id      TEXT   NOT NULL,
    kind           TEXT   NOT NULL,
    policy_version BIGINT NOT NULL,
    digest         BYTEA  NOT NULL, -- SHA-256
    bytes          BYTEA  NOT NULL,
    PRIMARY KEY (part, policy_id, kind, policy_version)
);

-- Everything that will happen. owner is the order or policy whose work it is.
-- Lanes are swept by due time whoever the partner is, which is why the lane
-- stands first in the index of a sweep.
CREATE TABLE timer (
    part     TEXT   NOT NULL,
    id       TEXT   NOT NULL, -- kind, subject and period: a step is there once
    lane     BIGINT NOT NULL,
    due_at   BIGINT NOT NULL,
    kind     TEXT   NOT NULL,
    owner    TEXT   NOT NULL,
    subject  TEXT   NOT NULL,
    endpoint TEXT   NOT NULL, -- part and id of where a notice goes; else empty
    failures BIGINT NOT NULL,
    PRIMARY KEY (part, id)
);
CREATE INDEX timer_sweep ON timer (lane, due_at, part, id);
CREATE INDEX timer_owner ON timer (part, owner);

-- How far the clock of one order or policy runs ahead; sandboxes only.
CREATE TABLE clock_shift (
    part   TEXT   NOT NULL,
    owner  TEXT   NOT NULL,
    micros BIGINT NOT NULL,
    PRIMARY KEY (part, owner)
);

-- Who did what and why. Append only.
CREATE TABLE audit (
    part    TEXT   NOT NULL,
    id      TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    actor   TEXT   NOT NULL,
    action  TEXT   NOT NULL,
    subject TEXT   NOT NULL,
    reason  TEXT   NOT NULL,
    before  TEXT   NOT NULL,
    after   TEXT   NOT NULL,
    PRIMARY KEY (part, id)
);
CREATE INDEX audit_subject ON audit (part, subject);

-- The sandbox's inbox, and how it answers.
CREATE TABLE inbox (
    id          TEXT   NOT NULL PRIMARY KEY,
    received_at BIGINT NOT NULL,
    partner     TEXT   NOT NULL,
    method      TEXT   NOT NULL,
    path        TEXT   NOT NULL,
    headers     TEXT   NOT NULL, -- JSON
    body        BYTEA  NOT NULL
);

CREATE TABLE inbox_answer (
    id      TEXT   NOT NULL PRIMARY KEY,
    partner TEXT   NOT NULL, -- empty: any
    status  BIGINT NOT NULL,
    delay   BIGINT NOT NULL, -- microseconds
    times   BIGINT NOT NULL
);
