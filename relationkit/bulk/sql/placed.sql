-- Which rows of a table of placements can be used, and which cannot and why. Reads `:placements`, as accepted.sql does
-- its table. A row that stands there twice changes nothing: what touches or overlaps is joined.

placed AS (
    SELECT :id AS id, :child_id AS child_id, :regime AS regime, :started_on AS started_on, :ended_on AS ended_on,
        :started_day AS started_day, :ended_day AS ended_day
    FROM :placements
),

judged_placement AS (
    SELECT id, child_id, regime, started_day, ended_day, CASE :checks END AS refusal
    FROM placed
),

placement AS (
    SELECT id, child_id, regime, started_day, COALESCE(ended_day, :open_day) AS ended_day
    FROM judged_placement
    WHERE refusal IS NULL
),

refused_placement AS (
    SELECT refusal, child_id
    FROM judged_placement
    WHERE refusal IS NOT NULL
)
