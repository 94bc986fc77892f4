-- When each child was in care without a break, as relationkit.continuity.care_periods. Reads `placement`.

in_care AS (
    SELECT child_id, started_day, ended_day
    FROM placement
    WHERE regime NOT IN (:left_out)
),

-- How far a child's earlier placements reach, and how far all of them do.
care_reach AS (
    SELECT child_id, started_day,
        MAX(ended_day) OVER (PARTITION BY child_id) AS last_day,
        MAX(ended_day) OVER (
            PARTITION BY child_id ORDER BY started_day, ended_day
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached_day
    FROM in_care
),

-- A placement that the earlier ones neither reach nor touch begins a period; it lasts as the runs of history.sql do.
care AS (
    SELECT child_id, started_day AS from_day,
        COALESCE(LEAD(reached_day) OVER (PARTITION BY child_id ORDER BY started_day), last_day) AS to_day
    FROM care_reach
    WHERE reached_day IS NULL OR reached_day < started_day
),

-- The part of each that lies in the window.
care_days AS (
    SELECT child_id, from_day,
        CASE WHEN from_day < :window_from THEN :window_from ELSE from_day END AS first_day,
        CASE WHEN to_day < :window_to THEN to_day ELSE :window_to END AS until_day
    FROM care
    WHERE from_day < :window_to AND to_day > :window_from
),

-- How long that is together, and since when the child has been in care that holds the last day, if any does.
care_total AS (
    SELECT child_id, SUM(until_day - first_day) AS days,
        MAX(CASE WHEN until_day = :window_to THEN from_day END) AS since_day
    FROM care_days
    GROUP BY child_id
)
