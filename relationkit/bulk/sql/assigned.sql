-- The accepted assignments, and which of them are cover. In DuckDB's SQL. Reads `accepted` and `source`.
SELECT a.child_id, a.worker_id, a.role, a.started_day, a.ended_day,
    CASE WHEN EXISTS (SELECT 1 FROM source s WHERE CAST(s.id AS VARCHAR) = a.id AND :is_cover) THEN 1 ELSE 0 END AS is_cover
FROM accepted a
