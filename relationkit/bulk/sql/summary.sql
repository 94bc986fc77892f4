-- How many children there are of each kind. Reads `told` (child_id, and :groups: what is told of the child, as text).

-- Each child once, however many rows tell of it.
kind AS (
    SELECT DISTINCT child_id, :groups
    FROM told
),

-- Children of whom different things are told: they have no one place to be counted in.
several AS (
    SELECT child_id
    FROM kind
    GROUP BY child_id
    HAVING COUNT(*) > 1
),

figure AS (
    SELECT :groups, COUNT(*) AS children
    FROM kind
    GROUP BY :groups
)
