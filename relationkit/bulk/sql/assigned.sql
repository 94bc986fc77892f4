-- The accepted assignments, and which of them are cover: one row of an id that says so is enough. Reads `accepted` and
-- `source`.
SELECT a.child_id, a.worker_id, a.role, a.started_day, a.ended_day,
    CASE WHEN c.id IS NULL THEN 0 ELSE 1 END AS is_cover
FROM accepted a
LEFT JOIN (
    SELECT DISTINCT :id AS id
    FROM source
    WHERE :is_cover
) c ON c.id = a.id
