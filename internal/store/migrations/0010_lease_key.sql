-- Who asserts a lease holds name and epoch, and must not keep its holder from
-- renewing it. PostgreSQL takes a change of a row for a change of its key only if
-- it changes columns of a unique index.

-- +goose Up

CREATE UNIQUE INDEX lease_epoch ON lease (name, epoch);
