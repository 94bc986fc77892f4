-- Every gap stays a gap: whoever leads does so as the days say. Reads `followed`; its words are those of rejoined.sql.

led AS (
    SELECT child_id, worker_id, from_day, to_day, before_day
    FROM followed
)
