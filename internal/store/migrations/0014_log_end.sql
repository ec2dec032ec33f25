-- Events get their places in the log as they are recorded.

-- +goose Up

-- The position of the last event of each part's log. Who records events moves it and
-- holds it until they are stored, so that no event becomes visible before one that
-- comes before it in the log.
CREATE TABLE log_end (
    part     TEXT   NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL
);
INSERT INTO log_end (part, position)
SELECT p.part, COALESCE((SELECT MAX(e.position) FROM event e WHERE e.part = p.part AND e.position <> 0), 0)
FROM (SELECT part FROM partner UNION SELECT part FROM event) p;

-- After a restore logs go on where none can have been: microseconds since 2020.
UPDATE log_end SET position = (SELECT CAST(value AS BIGINT) FROM setting WHERE name = 'restored.at') - 1577836800000000
WHERE position < COALESCE((SELECT CAST(value AS BIGINT) FROM setting WHERE name = 'restored.at') - 1577836800000000, 0);

-- What has no place yet comes in the order of its ids, which is that of its making,
-- but none before an earlier one of its subject.
UPDATE event SET position = l.position + waiting.place
FROM log_end l, (
    SELECT part, id, ROW_NUMBER() OVER (PARTITION BY part ORDER BY latest, subject, sequence) AS place
    FROM (
        SELECT part, subject, sequence, id, MAX(id) OVER (PARTITION BY part, subject ORDER BY sequence) AS latest
        FROM event WHERE position = 0
    ) AS queued
) AS waiting
WHERE event.part = l.part AND event.part = waiting.part AND event.id = waiting.id;
UPDATE log_end SET position = (SELECT MAX(e.position) FROM event e WHERE e.part = log_end.part AND e.position <> 0)
WHERE position < (SELECT MAX(e.position) FROM event e WHERE e.part = log_end.part AND e.position <> 0);
DROP INDEX event_unplaced;
