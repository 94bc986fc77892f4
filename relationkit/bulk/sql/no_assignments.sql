assignment AS (
    SELECT '' AS child_id, '' AS worker_id, '' AS role, 0 AS role_place, 0 AS is_cover, 0 AS from_at, 0 AS to_at
    WHERE 1 = 0
)
