absence AS (
    SELECT '' AS worker_id, 0 AS starts_at, 0 AS ends_at, '' AS cover_id
    WHERE 1 = 0
)
