-- Which rows of a table of assignments can be used, and which cannot and why.
--
-- Reads `:source`. :id to :reason are the columns as text, :started_on and :ended_on as they stand, :started_day and
-- :ended_day their days as numbers, :checks the reasons for refusing a row, in order. Leaves `accepted` for the rules,
-- and `refused` for the reader. Where a database writes a type or a day in its own way, the dialect says how.

typed AS (
    SELECT :id AS id, :child_id AS child_id, :worker_id AS worker_id, :role AS role, :reason AS reason,
        :started_on AS started_on, :ended_on AS ended_on, :started_day AS started_day, :ended_day AS ended_day
    FROM :source
),

judged AS (
    SELECT id, child_id, worker_id, role, reason, started_on, ended_on, started_day, ended_day,
        CASE :checks END AS refusal
    FROM typed
),

sound AS (
    SELECT id, child_id, worker_id, role, reason, started_on, ended_on, started_day, ended_day
    FROM judged
    WHERE refusal IS NULL
),

shared_id AS (
    SELECT id
    FROM sound
    GROUP BY id
    HAVING COUNT(*) > 1
),

-- The rows that share an id, each different row once.
edition AS (
    SELECT s.id, s.child_id, s.worker_id, s.role, s.reason, s.started_on, s.ended_on, COUNT(*) AS row_count
    FROM sound s
    JOIN shared_id i ON i.id = s.id
    GROUP BY s.id, s.child_id, s.worker_id, s.role, s.reason, s.started_on, s.ended_on
),

doubled AS (
    SELECT id
    FROM edition
    GROUP BY id
    HAVING COUNT(*) > 1
),

-- The same row again changes nothing in the rules, which join a worker's spells first.
accepted AS (
    SELECT s.id, s.child_id, s.worker_id, s.role, s.reason, s.started_day,
        COALESCE(s.ended_day, :open_day) AS ended_day
    FROM sound s
    LEFT JOIN doubled d ON d.id = s.id
    WHERE d.id IS NULL
),

refused AS (
    SELECT refusal, id, child_id, worker_id, role, reason,
        :started_text AS started_on, :ended_text AS ended_on, COUNT(*) AS row_count
    FROM judged
    WHERE refusal IS NOT NULL
    GROUP BY refusal, id, child_id, worker_id, role, reason, started_on, ended_on
    UNION ALL
    SELECT CASE WHEN d.id IS NULL THEN 'repeated' ELSE 'id_doubled' END AS refusal,
        v.id, v.child_id, v.worker_id, v.role, v.reason, :started_text AS started_on, :ended_text AS ended_on,
        CASE WHEN d.id IS NULL THEN v.row_count - 1 ELSE v.row_count END AS row_count
    FROM edition v
    LEFT JOIN doubled d ON d.id = v.id
)
