-- No table of placements was given. The words are those of placed.sql.

placement AS (
    SELECT child_id, '' AS regime, started_day, ended_day
    FROM accepted
    WHERE 1 = 0
),

refused_placement AS (
    SELECT 'none' AS refusal, child_id
    FROM accepted
    WHERE 1 = 0
)
