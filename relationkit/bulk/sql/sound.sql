-- A table of which every row was found sound when it was checked: the same columns, without looking again.
-- Reads `:source`; leaves `accepted` and an empty `refused`. The words are those of accepted.sql.

accepted AS (
    SELECT :id AS id, :child_id AS child_id, :worker_id AS worker_id, :role AS role, :reason AS reason,
        :started_day AS started_day, COALESCE(:ended_day, :open_day) AS ended_day
    FROM :source
),

refused AS (
    SELECT 'none' AS refusal, child_id, 0 AS row_count
    FROM accepted
    WHERE 1 = 0
)
