-- The lead worker of every day and the changes of lead worker, for every child at once.
--
-- The definition is relationkit.continuity.worker_history and worker_changes; each step below is one step of it.
-- Reads `accepted` (id, child_id, worker_id, role, started_day, ended_day, reason), days as integers from 1970-01-01,
-- intervals half-open, an open end as a day beyond all days. The role, the window and counts_cover (1 or 0) are numbers or plain words.

-- Spells of the role that last a day or more, each once: equal rows have no order, and the next two steps need one.
spell AS (
    SELECT DISTINCT child_id, worker_id, started_day, ended_day
    FROM accepted
    WHERE role = ':role' AND started_day < ended_day
),

-- How far the same worker's earlier spells reach.
reach AS (
    SELECT child_id, worker_id, started_day, ended_day,
        MAX(ended_day) OVER (
            PARTITION BY child_id, worker_id ORDER BY started_day, ended_day
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached_day
    FROM spell
),

-- Touching or overlapping spells of one worker get one number.
numbered AS (
    SELECT child_id, worker_id, started_day, ended_day,
        SUM(CASE WHEN reached_day >= started_day THEN 0 ELSE 1 END) OVER (
            PARTITION BY child_id, worker_id ORDER BY started_day, ended_day
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS joined_number
    FROM reach
),

-- One row for each run of one worker.
joined AS (
    SELECT child_id, worker_id, MIN(started_day) AS started_day, MAX(ended_day) AS ended_day
    FROM numbered
    GROUP BY child_id, worker_id, joined_number
),

-- How far the rows reach that begin earlier, or begin together and end later.
outer_reach AS (
    SELECT child_id, worker_id, started_day, ended_day,
        COALESCE(MAX(ended_day) OVER (
            PARTITION BY child_id ORDER BY started_day, ended_day DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), started_day) AS outer_day
    FROM joined
),

-- Rows that are equal do not lie inside each other: the first of them speaks for all.
enclosed AS (
    SELECT child_id, worker_id, started_day, ended_day,
        MIN(outer_day) OVER (PARTITION BY child_id, started_day, ended_day) AS outer_day
    FROM outer_reach
),

-- Cover is a row wholly inside another worker's; it stays only where cover counts.
kept AS (
    SELECT child_id, worker_id, started_day, ended_day
    FROM enclosed
    WHERE :counts_cover = 1 OR outer_day < ended_day
),

-- In the order in which spells take the lead, each with the start of the next and how far those before it reach.
-- Of two that start together the later ending takes it, then the smaller id, so that one comes last.
in_order AS (
    SELECT child_id, worker_id, started_day, ended_day,
        LEAD(started_day, 1, :open_day) OVER (
            PARTITION BY child_id ORDER BY started_day, ended_day, worker_id DESC
        ) AS next_day,
        MAX(ended_day) OVER (
            PARTITION BY child_id ORDER BY started_day, ended_day, worker_id DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS waiting_day
    FROM kept
),

-- Whoever starts leads from that day, until they end or the next one starts.
taken AS (
    SELECT child_id, worker_id, started_day AS from_day,
        CASE WHEN ended_day < next_day THEN ended_day ELSE next_day END AS to_day
    FROM in_order
    WHERE started_day < next_day
),

-- Where they end before the next one starts, the lead goes back to those who wait, the last in order first.
waiting AS (
    SELECT o.child_id, o.ended_day AS free_day, o.next_day, k.worker_id, k.ended_day,
        COALESCE(MAX(k.ended_day) OVER (
            PARTITION BY o.child_id, o.ended_day
            ORDER BY k.started_day DESC, k.ended_day DESC, k.worker_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), o.ended_day) AS from_day
    FROM in_order o
    JOIN kept k ON k.child_id = o.child_id AND k.started_day < o.started_day AND o.ended_day < k.ended_day
    WHERE o.ended_day < o.next_day AND o.ended_day < o.waiting_day
),

-- Each of those holds the days from the end of the one before in the queue, as long as they are there.
handed_back AS (
    SELECT child_id, worker_id, from_day,
        CASE WHEN ended_day < next_day THEN ended_day ELSE next_day END AS to_day
    FROM waiting
    WHERE from_day < ended_day AND from_day < next_day
),

-- The one lead worker of every day.
lead_worker AS (
    SELECT child_id, worker_id, from_day, to_day FROM taken
    UNION ALL
    SELECT child_id, worker_id, from_day, to_day FROM handed_back
),

-- Beside the lead worker, the one before.
followed AS (
    SELECT child_id, worker_id, from_day,
        LAG(worker_id) OVER (PARTITION BY child_id ORDER BY from_day) AS before_worker,
        LAG(to_day) OVER (PARTITION BY child_id ORDER BY from_day) AS before_day
    FROM lead_worker
),

-- The first day on which each worker led.
first_led AS (
    SELECT child_id, worker_id, MIN(from_day) AS first_day
    FROM lead_worker
    GROUP BY child_id, worker_id
),

-- A change: on one day the lead worker is another person than the one before, however long the gap between.
worker_change AS (
    SELECT f.child_id, f.from_day AS change_day, f.before_worker AS from_worker, f.worker_id AS to_worker,
        f.from_day - f.before_day AS gap_days,
        CASE WHEN l.first_day < f.from_day THEN 1 ELSE 0 END AS is_back
    FROM followed f
    JOIN first_led l ON l.child_id = f.child_id AND l.worker_id = f.worker_id
    WHERE f.before_worker <> f.worker_id AND :window_from <= f.from_day AND f.from_day < :window_to
)
