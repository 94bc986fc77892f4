-- No two rows of `sound` have one id, so each is a message.

usable AS (
    SELECT id, child_id, sent_at, is_from_child, channel, worker_id, kind, thread, needs_reply
    FROM sound
),

refused AS (
    SELECT *
    FROM refused_row
)
