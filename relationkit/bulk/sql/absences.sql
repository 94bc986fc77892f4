-- Which rows of a table of absences can be used, and which cannot and why. Reads `source`.

typed AS (
    SELECT :worker_id AS worker_id, :cover_id AS cover_id, :starts_text AS starts_text, :starts_at AS starts_at,
        :ends_text AS ends_text, :ends_at AS ends_at
    FROM source
),

judged AS (
    SELECT *, CASE :checks END AS refusal
    FROM typed
),

absence AS (
    SELECT worker_id, starts_at, COALESCE(ends_at, :open_at) AS ends_at, cover_id
    FROM judged
    WHERE refusal IS NULL
)
