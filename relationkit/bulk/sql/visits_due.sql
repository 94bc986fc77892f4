-- When each child must next be seen in each placement that is open today.
--
-- The definition is relationkit.visits.visits_due; each step below is one step of it. Reads `placement` (child_id, id,
-- regime, started_day, ended_day); `known_session` (id, child_id, kind, starts_at, status, seen, seen_alone, not_alone_why),
-- each id once; `visit_rule`, every rule as rows by regime and day; `day_row` (day, day_at, next_at, year_day) and
-- `month_row` (day, months, due_day), the calendar. Instants are microseconds of UTC, days whole numbers.

-- The same record again is one record.
record AS (
    SELECT DISTINCT child_id, id, regime, started_day, ended_day
    FROM placement
),

-- When the placement ended by the latest record that says so.
ending AS (
    SELECT child_id, id, regime, started_day, ended_day,
        MAX(CASE WHEN ended_day < :open_day THEN ended_day END) OVER (PARTITION BY child_id, id) AS last_day
    FROM record
),

-- An end was written down later than none; records that still differ contradict each other.
last_known AS (
    SELECT child_id, id, regime, started_day, ended_day, COUNT(*) OVER (PARTITION BY child_id, id) AS records
    FROM ending
    WHERE ended_day = COALESCE(last_day, :open_day)
),

still_open AS (
    SELECT child_id, id, regime, started_day, records,
        ROW_NUMBER() OVER (PARTITION BY child_id, id ORDER BY started_day DESC, regime DESC) AS place
    FROM last_known
    WHERE started_day <= :today AND :today < ended_day
),

shown AS (
    SELECT o.child_id, o.id, o.regime, o.started_day, o.records, d.day_at AS started_at, d.year_day
    FROM still_open o
    JOIN day_row d ON d.day = o.started_day
    WHERE o.place = 1
),

-- What took place in the placement. A child not seen, or not alone and nobody says why, was not visited.
inside AS (
    SELECT o.child_id, o.id, s.id AS session_id, s.kind, s.starts_at, s.seen_alone, s.not_alone_why,
        CASE WHEN s.seen = 0 OR (s.seen_alone = 0 AND s.not_alone_why IS NULL) THEN 0 ELSE 1 END AS is_counted
    FROM shown o
    JOIN known_session s ON s.child_id = o.child_id AND s.starts_at >= o.started_at
    WHERE s.status = 'held' AND s.starts_at <= :now
),

reviewed AS (
    SELECT DISTINCT child_id, id
    FROM inside
    WHERE kind = 'review'
),

-- The newest visit first, and the newest of those that count.
visit AS (
    SELECT child_id, id, session_id, starts_at, seen_alone, not_alone_why, is_counted,
        ROW_NUMBER() OVER (PARTITION BY child_id, id ORDER BY starts_at DESC, session_id DESC) AS place,
        ROW_NUMBER() OVER (PARTITION BY child_id, id, is_counted ORDER BY starts_at DESC, session_id DESC) AS own_place
    FROM inside
    WHERE kind = 'visit'
),

-- The day in London on which they were.
visit_day AS (
    SELECT v.child_id, v.id, v.session_id, v.seen_alone, v.not_alone_why, v.is_counted, v.place,
        CASE WHEN v.starts_at >= d.next_at THEN d.day + 1 ELSE d.day END AS on_day
    FROM visit v
    JOIN day_row d ON d.day = :utc_day
    WHERE v.own_place = 1
),

last_visit AS (
    SELECT child_id, id, session_id, seen_alone, not_alone_why, on_day
    FROM visit_day
    WHERE is_counted = 1
),

passed_over AS (
    SELECT child_id, id, on_day
    FROM visit_day
    WHERE is_counted = 0 AND place = 1
),

-- The gap runs from the last visit, or from the start.
gap AS (
    SELECT o.child_id, o.id, o.regime, o.started_day, o.records, o.year_day, l.session_id, l.seen_alone,
        l.not_alone_why, l.on_day, p.on_day AS passed_day, COALESCE(l.on_day, o.started_day) AS since_day,
        CASE WHEN r.id IS NULL THEN 0 ELSE 1 END AS is_reviewed
    FROM shown o
    LEFT JOIN last_visit l ON l.child_id = o.child_id AND l.id = o.id
    LEFT JOIN passed_over p ON p.child_id = o.child_id AND p.id = o.id
    LEFT JOIN reviewed r ON r.child_id = o.child_id AND r.id = o.id
),

-- What each rule says that holds on the day on which the gap began; the law and the council's own may both.
asked AS (
    SELECT g.child_id, g.id, v.rule_place, v.rule_id, v.missing, v.names_day, v.no_gap,
        CASE
            WHEN g.on_day IS NULL THEN g.started_day + v.first_days
            WHEN v.until_days IS NOT NULL AND g.is_reviewed = 0 THEN g.on_day + v.until_days
            ELSE COALESCE(
                CASE WHEN g.on_day >= g.year_day THEN COALESCE(g.on_day + v.later_days, y.due_day) END,
                g.on_day + v.then_days,
                m.due_day
            )
        END AS due_day
    FROM gap g
    JOIN visit_rule v ON v.regime = g.regime AND v.from_day <= g.since_day AND g.since_day < v.to_day
    LEFT JOIN month_row y ON y.day = g.on_day AND y.months = v.later_months
    LEFT JOIN month_row m ON m.day = g.on_day AND m.months = v.then_months
),

-- The earliest day comes first, then a rule that sets none.
ranked AS (
    SELECT child_id, id, rule_id, missing, names_day, no_gap, due_day,
        ROW_NUMBER() OVER (
            PARTITION BY child_id, id
            ORDER BY CASE WHEN due_day IS NULL THEN 1 ELSE 0 END, due_day, rule_place
        ) AS place
    FROM asked
),

-- Records that contradict each other leave nothing to judge by. One of the missing facts names the day looked up.
visit_due AS (
    SELECT g.id AS placement_id, g.child_id, g.regime,
        CASE WHEN g.records = 1 THEN r.rule_id END AS rule_id,
        g.session_id AS last_visit_id, g.on_day AS last_day, g.seen_alone, g.not_alone_why, g.passed_day,
        CASE WHEN g.records = 1 THEN r.due_day END AS due_day,
        CASE WHEN g.records > 1 THEN g.records END AS records,
        CASE WHEN g.records = 1 AND r.due_day IS NULL THEN COALESCE(r.missing, r.no_gap) END AS missing,
        CASE WHEN g.records = 1 AND r.names_day = 1 THEN g.since_day END AS missing_day
    FROM gap g
    JOIN ranked r ON r.child_id = g.child_id AND r.id = g.id AND r.place = 1
)
