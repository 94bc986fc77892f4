-- A short gap between two spells of one worker, with nobody between, is no gap. Reads `followed`.

-- Since when the worker leads: the latest spell that does not go on from the one before.
since AS (
    SELECT child_id, worker_id, from_day, to_day, before_day,
        MAX(CASE WHEN before_worker = worker_id AND from_day - before_day <= :rejoin_within THEN NULL ELSE from_day END)
            OVER (PARTITION BY child_id ORDER BY from_day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS since_day
    FROM followed
),

led AS (
    SELECT child_id, worker_id, since_day AS from_day, MAX(to_day) AS to_day,
        MAX(CASE WHEN from_day = since_day THEN before_day END) AS before_day
    FROM since
    GROUP BY child_id, worker_id, since_day
)
