-- Which rows of a table of sessions can be used, and which cannot and why. The dialect writes types and moments.
-- Reads `source`; the columns are as in messages.sql. Leaves `known_session` and `refused`.

typed AS (
    SELECT :id AS id, :child_id AS child_id, :kind AS kind, :starts_text AS starts_text, :starts_at AS starts_at,
        COALESCE(:status, 'planned') AS status, LOWER(:seen) AS seen, LOWER(:seen_alone) AS seen_alone,
        :not_alone_why AS not_alone_why, COALESCE(:revision, '0') AS revision,
        :changed_text AS changed_text, :changed_at AS changed_at
    FROM source
),

judged AS (
    SELECT t.*, CASE :checks END AS refusal
    FROM typed t
),

-- The highest revision of each session counts; of equal ones the one changed last.
version AS (
    SELECT j.*,
        RANK() OVER (
            PARTITION BY id
            ORDER BY :revision_number DESC, CASE WHEN changed_at IS NULL THEN 1 ELSE 0 END,
                COALESCE(changed_at, starts_at) DESC
        ) AS place
    FROM judged j
    WHERE refusal IS NULL
),

latest AS (
    SELECT DISTINCT id, child_id, kind, starts_at, status,
        CASE WHEN seen IN ('true', '1') THEN 1 WHEN seen IN ('false', '0') THEN 0 END AS seen,
        CASE WHEN seen_alone IN ('true', '1') THEN 1 WHEN seen_alone IN ('false', '0') THEN 0 END AS seen_alone,
        not_alone_why
    FROM version
    WHERE place = 1
),

-- Rows of one version that still differ: nobody can tell which is right.
doubled AS (
    SELECT id
    FROM latest
    GROUP BY id
    HAVING COUNT(*) > 1
),

known_session AS (
    SELECT l.*
    FROM latest l
    LEFT JOIN doubled d ON d.id = l.id
    WHERE d.id IS NULL
),

refused AS (
    SELECT refusal, id, child_id, kind, starts_text AS starts_at, status, revision
    FROM judged
    WHERE refusal IS NOT NULL
    UNION ALL
    SELECT 'id_doubled' AS refusal, v.id, v.child_id, v.kind, v.starts_text AS starts_at, v.status, v.revision
    FROM version v
    JOIN doubled d ON d.id = v.id
    WHERE v.place = 1
)
