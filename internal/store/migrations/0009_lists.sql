-- How many rows lie where in a list, so that any page of millions is found
-- without going through those before it.

-- +goose Up

-- A row of a list has a place, a number that sorts as the list does. A slot holds
-- the places that are alike but for their last bits, of which level is the number.
CREATE TABLE tally (
    part  TEXT   NOT NULL,
    list  TEXT   NOT NULL,
    level BIGINT NOT NULL,
    slot  BIGINT NOT NULL,
    live  BIGINT NOT NULL, -- how many rows in the slot are live
    ended BIGINT NOT NULL, -- and how many have ended
    PRIMARY KEY (part, list, level, slot)
);

-- What the tallies say of a policy. Whoever books or changes one leaves this
-- alone; what differs from the row is tallied moments later. -1: nothing yet. The
-- condition is one value, which PostgreSQL takes to be rare; of three that differ it
-- would take each to be common.
ALTER TABLE policy ADD COLUMN tallied_live BIGINT NOT NULL DEFAULT -1;
ALTER TABLE policy ADD COLUMN tallied_inception_on TEXT NOT NULL DEFAULT '';
ALTER TABLE policy ADD COLUMN tallied_last_day_on TEXT NOT NULL DEFAULT '';
CREATE INDEX policy_untallied ON policy (part, id)
    WHERE CASE WHEN tallied_live = live AND tallied_inception_on = inception_on
        AND tallied_last_day_on = last_day_on THEN 1 ELSE 0 END = 0;

-- Policies of one day are in the order of their making, of which their ids may
-- say nothing.
DROP INDEX policy_inception;
CREATE INDEX policy_inception ON policy (part, live, inception_on, created_at, id);
DROP INDEX policy_last_day;
CREATE INDEX policy_last_day ON policy (part, live, last_day_on, created_at, id);

-- A booked package stays where it is in its list. 1: it is tallied.
ALTER TABLE order_version ADD COLUMN tallied BIGINT NOT NULL DEFAULT 0;
CREATE INDEX order_untallied ON order_version (part, order_id) WHERE version = 1 AND tallied = 0;

-- The inquiries in one status, the last changed first, of a broker and of all.
DROP INDEX inquiry_status;
CREATE INDEX inquiry_status_of_broker ON inquiry (part, broker, status, updated_at, id);
CREATE INDEX inquiry_status ON inquiry (part, status, updated_at, id);
