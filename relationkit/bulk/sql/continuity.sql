-- One row a child, as relationkit.continuity.continuity_of: the two named measures, who led for how long, why it
-- changed, and what that was of the days in care.
-- Reads `accepted`, `refused`, `spell`, `enclosed`, `led`, `change_row`; `placement`, `refused_placement`, `care_days`
-- and `care_total`, which are empty where it is not known who was in care (knows_care is 0).

-- Every worker with a spell of a day or more that touches the window, whether lead or not.
touching AS (
    SELECT child_id, COUNT(DISTINCT worker_id) AS workers
    FROM spell
    WHERE started_day < :window_to AND ended_day > :window_from
    GROUP BY child_id
),

-- With cover left out the lead goes from each row to the next; of equal ones the smaller id has it.
uncovered AS (
    SELECT child_id, started_day, MIN(worker_id) AS worker_id
    FROM enclosed
    WHERE outer_day < ended_day
    GROUP BY child_id, started_day
),

passed_on AS (
    SELECT child_id, started_day, worker_id,
        LAG(worker_id) OVER (PARTITION BY child_id ORDER BY started_day) AS before_worker
    FROM uncovered
),

counted AS (
    SELECT child_id, COUNT(*) AS changes
    FROM passed_on
    WHERE before_worker <> worker_id AND :window_from <= started_day AND started_day < :window_to
    GROUP BY child_id
),

-- Spells of the lead with a day in the window, and the part of them that has passed by its end.
led_days AS (
    SELECT child_id, worker_id, from_day,
        CASE WHEN from_day < :window_from THEN :window_from ELSE from_day END AS first_day,
        CASE WHEN to_day < :window_to THEN to_day ELSE :window_to END AS until_day
    FROM led
    WHERE from_day < :window_to AND to_day > :window_from
),

-- The spell that reaches the end of the window is the current one.
led_total AS (
    SELECT child_id, COUNT(DISTINCT worker_id) AS lead_workers, SUM(until_day - first_day) AS days,
        MAX(until_day - from_day) AS longest_days,
        MAX(CASE WHEN until_day = :window_to THEN worker_id END) AS current_worker,
        MAX(CASE WHEN until_day = :window_to THEN from_day END) AS current_day
    FROM led_days
    GROUP BY child_id
),

-- The days of the window between two spells.
gap_total AS (
    SELECT child_id,
        SUM(
            CASE WHEN from_day < :window_to THEN from_day ELSE :window_to END
            - CASE WHEN before_day < :window_from THEN :window_from ELSE before_day END
        ) AS days
    FROM led
    WHERE before_day < from_day AND before_day < :window_to AND from_day > :window_from
    GROUP BY child_id
),

change_total AS (
    SELECT child_id, COUNT(*) AS changes, SUM(is_back) AS returns, :count_reasons
    FROM change_row
    GROUP BY child_id
),

-- Days in care on which somebody led: neither periods nor spells overlap among themselves.
together AS (
    SELECT c.child_id,
        SUM(
            CASE WHEN c.until_day < l.until_day THEN c.until_day ELSE l.until_day END
            - CASE WHEN c.first_day > l.first_day THEN c.first_day ELSE l.first_day END
        ) AS days
    FROM care_days c
    JOIN led_days l ON l.child_id = c.child_id AND l.first_day < c.until_day AND c.first_day < l.until_day
    GROUP BY c.child_id
),

-- Who has led so far in the period of care that holds the last day.
led_in_care AS (
    SELECT c.child_id, COUNT(DISTINCT l.worker_id) AS workers
    FROM care_total c
    JOIN led l ON l.child_id = c.child_id AND l.from_day < :window_to AND l.to_day > c.since_day
    GROUP BY c.child_id
),

-- Since when anything is known of the role; a child of whom nothing is could not be judged.
known AS (
    SELECT child_id, MIN(started_day) AS first_day
    FROM spell
    GROUP BY child_id
),

-- Every child that is named, and how many of its rows could and could not be used.
named AS (
    SELECT child_id, 0 AS refused_rows, 0 AS placements, 0 AS refused_placements
    FROM accepted
    UNION ALL
    SELECT child_id, row_count AS refused_rows, 0 AS placements, 0 AS refused_placements
    FROM refused
    WHERE refusal <> 'repeated' AND child_id <> ''
    UNION ALL
    SELECT child_id, 0 AS refused_rows, 1 AS placements, 0 AS refused_placements
    FROM placement
    UNION ALL
    SELECT child_id, 0 AS refused_rows, 0 AS placements, 1 AS refused_placements
    FROM refused_placement
    WHERE child_id <> ''
),

-- Of a child of whose placements none could be used it is not known when they were in care.
child AS (
    SELECT child_id, SUM(refused_rows) + SUM(refused_placements) AS refused_rows,
        CASE WHEN SUM(refused_placements) > 0 AND SUM(placements) = 0 THEN 0 ELSE :knows_care END AS knows_care
    FROM named
    GROUP BY child_id
),

measured AS (
    SELECT c.child_id, c.refused_rows, c.knows_care, k.first_day, t.since_day AS care_day,
        CASE WHEN k.first_day IS NOT NULL THEN COALESCE(w.workers, 0) END AS workers,
        CASE WHEN k.first_day IS NOT NULL THEN COALESCE(n.changes, 0) END AS changes,
        CASE WHEN k.first_day IS NOT NULL THEN COALESCE(l.days, 0) END AS days_with_worker,
        CASE WHEN k.first_day IS NOT NULL THEN COALESCE(g.days, 0) END AS gap_days,
        CASE WHEN k.first_day IS NOT NULL THEN COALESCE(l.lead_workers, 0) END AS lead_workers,
        l.longest_days, l.current_worker, l.current_day,
        CASE WHEN c.knows_care = 1 THEN COALESCE(t.days, 0) END AS days_in_care,
        COALESCE(b.days, 0) AS days_together, COALESCE(i.workers, 0) AS led_in_care
    FROM child c
    LEFT JOIN known k ON k.child_id = c.child_id
    LEFT JOIN touching w ON w.child_id = c.child_id
    LEFT JOIN counted n ON n.child_id = c.child_id
    LEFT JOIN led_total l ON l.child_id = c.child_id
    LEFT JOIN gap_total g ON g.child_id = c.child_id
    LEFT JOIN care_total t ON t.child_id = c.child_id
    LEFT JOIN together b ON b.child_id = c.child_id
    LEFT JOIN led_in_care i ON i.child_id = c.child_id
),

-- Records that begin more than a few days after the care did do not tell of all of its workers.
child_row AS (
    SELECT m.child_id, m.workers,
        CASE WHEN m.workers >= :high_from THEN 1 WHEN m.workers < :high_from THEN 0 END AS is_high,
        m.changes,
        CASE WHEN m.changes >= :multiple_from THEN 1 WHEN m.changes < :multiple_from THEN 0 END AS is_multiple,
        CAST(m.days_with_worker AS INTEGER) AS days_with_worker, CAST(m.gap_days AS INTEGER) AS gap_days,
        m.longest_days, m.current_worker, m.current_day, :window_to - m.current_day AS current_days,
        CASE WHEN m.current_day IS NOT NULL THEN 1 WHEN m.care_day IS NOT NULL THEN 0 END AS is_allocated,
        m.lead_workers, :reasons,
        CAST(m.days_in_care AS INTEGER) AS days_in_care,
        CASE WHEN m.first_day IS NOT NULL THEN CAST(m.days_in_care - m.days_together AS INTEGER) END
            AS days_without_worker,
        CASE WHEN m.first_day <= m.care_day + :reaches_within THEN m.led_in_care END AS workers_in_care,
        CAST(m.refused_rows AS INTEGER) AS refused_rows
    FROM measured m
    LEFT JOIN change_total r ON r.child_id = m.child_id
)
