-- Which rows of a table of messages can be used, and which cannot and why. The dialect writes types and moments.
--
-- Reads `source`. :id to :needs_reply are the columns as text, :sent_at the moment in microseconds of UTC, :read_at the
-- text that it was read from, if any, :checks the reasons for refusing a row, in order. Leaves `sound` and `refused_row`.
-- What is left empty is what a message is by default: written by a person, and in need of a reply.

typed AS (
    SELECT :id AS id, :child_id AS child_id, :at AS at_text, :read_at AS read_at, :sent_at AS sent_at,
        :direction AS direction, :channel AS channel, :worker_id AS worker_id, :kind AS kind, :thread AS thread,
        LOWER(:needs_reply) AS needs_reply
    FROM source
),

judged AS (
    SELECT t.*, CASE :checks END AS refusal
    FROM typed t
),

sound AS (
    SELECT id, child_id, sent_at, CASE WHEN direction = 'from_child' THEN 1 ELSE 0 END AS is_from_child, channel,
        worker_id, COALESCE(kind, 'message') AS kind, thread,
        CASE WHEN needs_reply IN ('false', '0') THEN 0 ELSE 1 END AS needs_reply,
        at_text, direction
    FROM judged
    WHERE :is_usable
),

refused_row AS (
    SELECT refusal, id, child_id, at_text AS :quoted_at, direction, channel, worker_id, kind, needs_reply
    FROM judged
    WHERE refusal IS NOT NULL
)
