-- Which rows of a table of assignments can be used, and which cannot and why. In DuckDB's SQL, unlike the rules.
--
-- Reads `source`. :id to :reason are the columns as text, :started_date and :ended_date as days, :checks the reasons
-- for refusing a row, in order. Leaves `accepted` for the rules, with days as integers, and `refused` for the reader.

typed AS (
    SELECT :id AS id, :child_id AS child_id, :worker_id AS worker_id, :role AS role, :reason AS reason,
        :started_on AS started_on, :ended_on AS ended_on, :started_date AS started_date, :ended_date AS ended_date
    FROM source
),

judged AS (
    SELECT *, CASE :checks END AS refusal
    FROM typed
),

sound AS (
    SELECT id, child_id, worker_id, role, started_date, ended_date, reason
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
version AS (
    SELECT s.id, s.child_id, s.worker_id, s.role, s.started_date, s.ended_date, s.reason, COUNT(*) AS row_count
    FROM sound s
    JOIN shared_id i ON i.id = s.id
    GROUP BY s.id, s.child_id, s.worker_id, s.role, s.started_date, s.ended_date, s.reason
),

doubled AS (
    SELECT id
    FROM version
    GROUP BY id
    HAVING COUNT(*) > 1
),

-- The same row again changes nothing in the rules, which join a worker's spells first.
accepted AS (
    SELECT s.id, s.child_id, s.worker_id, s.role, s.reason,
        CAST(s.started_date - DATE '1970-01-01' AS INTEGER) AS started_day,
        CAST(COALESCE(s.ended_date - DATE '1970-01-01', :open_day) AS INTEGER) AS ended_day
    FROM sound s
    LEFT JOIN doubled d ON d.id = s.id
    WHERE d.id IS NULL
),

refused AS (
    SELECT refusal, id, child_id, worker_id, role, reason,
        CAST(started_on AS VARCHAR) AS started_on, CAST(ended_on AS VARCHAR) AS ended_on, COUNT(*) AS row_count
    FROM judged
    WHERE refusal IS NOT NULL
    GROUP BY ALL
    UNION ALL
    SELECT CASE WHEN d.id IS NULL THEN 'repeated' ELSE 'id_doubled' END AS refusal,
        v.id, v.child_id, v.worker_id, v.role, v.reason,
        CAST(v.started_date AS VARCHAR) AS started_on, CAST(v.ended_date AS VARCHAR) AS ended_on,
        CASE WHEN d.id IS NULL THEN v.row_count - 1 ELSE v.row_count END AS row_count
    FROM version v
    LEFT JOIN doubled d ON d.id = v.id
)
