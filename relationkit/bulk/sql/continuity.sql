-- One row a child: distinct workers as the statutory return counts them, and changes with cover left out.
-- Reads `accepted`, `refused`, `spell` and `worker_change`.

-- Every worker with a spell of a day or more that touches the window, whether lead or not.
touching AS (
    SELECT child_id, COUNT(DISTINCT worker_id) AS workers
    FROM spell
    WHERE started_day < :window_to AND ended_day > :window_from
    GROUP BY child_id
),

counted AS (
    SELECT child_id, COUNT(*) AS changes
    FROM worker_change
    GROUP BY child_id
),

-- Every child that is named, and how many of its rows could and could not be used.
named AS (
    SELECT child_id, 1 AS accepted_rows, 0 AS refused_rows
    FROM accepted
    UNION ALL
    SELECT child_id, 0 AS accepted_rows, row_count AS refused_rows
    FROM refused
    WHERE refusal <> 'repeated' AND child_id <> ''
),

child AS (
    SELECT child_id, SUM(accepted_rows) AS accepted_rows, SUM(refused_rows) AS refused_rows
    FROM named
    GROUP BY child_id
),

-- A child of whom no row could be used could not be judged.
measured AS (
    SELECT c.child_id, c.refused_rows,
        CASE WHEN c.accepted_rows > 0 THEN COALESCE(t.workers, 0) END AS workers,
        CASE WHEN c.accepted_rows > 0 THEN COALESCE(n.changes, 0) END AS changes
    FROM child c
    LEFT JOIN touching t ON t.child_id = c.child_id
    LEFT JOIN counted n ON n.child_id = c.child_id
),

child_row AS (
    SELECT child_id, workers, CASE WHEN workers >= :high_from THEN 1 WHEN workers < :high_from THEN 0 END AS is_high,
        changes, CASE WHEN changes >= :multiple_from THEN 1 WHEN changes < :multiple_from THEN 0 END AS is_multiple,
        refused_rows
    FROM measured
)
