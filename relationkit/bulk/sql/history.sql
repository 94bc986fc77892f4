-- The lead worker of every day and the changes of lead worker, for every child at once.
--
-- The definition is relationkit.continuity.worker_history and worker_changes; each step below is one step of it.
-- Reads `accepted` (id, child_id, worker_id, role, started_day, ended_day, reason), days as integers from 1970-01-01,
-- intervals half-open, an open end as a day beyond all days. The role, the window and counts_cover (1 or 0) are numbers or plain words.

-- Spells of the role that last a day or more.
spell AS (
    SELECT child_id, worker_id, started_day, ended_day
    FROM accepted
    WHERE role = ':role' AND started_day < ended_day
),

-- Each worker of each child, and from when to when at the most.
held AS (
    SELECT child_id, worker_id, COUNT(*) AS spells, MIN(started_day) AS started_day, MAX(ended_day) AS ended_day
    FROM spell
    GROUP BY child_id, worker_id
),

-- Where a worker has several spells: how far the earlier ones reach.
reach AS (
    SELECT s.child_id, s.worker_id, s.started_day, h.ended_day AS last_day,
        MAX(s.ended_day) OVER (
            PARTITION BY s.child_id, s.worker_id ORDER BY s.started_day, s.ended_day
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached_day
    FROM spell s
    JOIN held h ON h.child_id = s.child_id AND h.worker_id = s.worker_id
    WHERE h.spells > 1
),

-- A spell that the earlier ones neither reach nor touch begins a run; it lasts as far as the spells before the next
-- run reach, and the last run as far as any.
run AS (
    SELECT child_id, worker_id, started_day,
        COALESCE(LEAD(reached_day) OVER (PARTITION BY child_id, worker_id ORDER BY started_day), last_day) AS ended_day
    FROM reach
    WHERE reached_day IS NULL OR reached_day < started_day
),

-- One row for each run of one worker; most workers have one spell with a child, and nothing to join.
joined AS (
    SELECT child_id, worker_id, started_day, ended_day FROM held WHERE spells = 1
    UNION ALL
    SELECT child_id, worker_id, started_day, ended_day FROM run
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
    SELECT child_id, worker_id, from_day, to_day,
        LAG(worker_id) OVER (PARTITION BY child_id ORDER BY from_day) AS before_worker,
        LAG(to_day) OVER (PARTITION BY child_id ORDER BY from_day) AS before_day
    FROM lead_worker
),

-- On one day the lead worker is another person than the one before, however long the gap between.
changed AS (
    SELECT child_id, from_day AS change_day, before_worker AS from_worker, worker_id AS to_worker,
        from_day - before_day AS gap_days
    FROM followed
    WHERE before_worker <> worker_id AND :window_from <= from_day AND from_day < :window_to
),

-- Changes to a worker who led before.
back AS (
    SELECT DISTINCT c.child_id, c.change_day
    FROM changed c
    JOIN lead_worker l ON l.child_id = c.child_id AND l.worker_id = c.to_worker AND l.from_day < c.change_day
),

worker_change AS (
    SELECT c.child_id, c.change_day, c.from_worker, c.to_worker, c.gap_days,
        CASE WHEN b.child_id IS NULL THEN 0 ELSE 1 END AS is_back
    FROM changed c
    LEFT JOIN back b ON b.child_id = c.child_id AND b.change_day = c.change_day
)
