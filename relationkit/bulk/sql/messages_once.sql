-- One message of each id: the earliest row, then one that needs a reply, as relationkit.sla.track_responses chooses.
-- Reads `sound` and `refused_row`; leaves `usable` and `refused`.

shared_id AS (
    SELECT id
    FROM sound
    GROUP BY id
    HAVING COUNT(*) > 1
),

-- Rows of one version are equal in everything. The order after the first two is that of the records as JSON.
version AS (
    SELECT s.*,
        DENSE_RANK() OVER (
            PARTITION BY s.id
            ORDER BY s.sent_at, s.needs_reply DESC, s.child_id :joined_by '"', s.direction, s.channel,
                COALESCE('"' :joined_by s.worker_id :joined_by '"', 'null'), s.kind, COALESCE('"' :joined_by s.thread :joined_by '"', 'null')
        ) AS version,
        ROW_NUMBER() OVER (
            PARTITION BY s.id
            ORDER BY s.sent_at, s.needs_reply DESC, s.child_id :joined_by '"', s.direction, s.channel,
                COALESCE('"' :joined_by s.worker_id :joined_by '"', 'null'), s.kind, COALESCE('"' :joined_by s.thread :joined_by '"', 'null')
        ) AS place
    FROM sound s
    JOIN shared_id i ON i.id = s.id
),

usable AS (
    SELECT s.id, s.child_id, s.sent_at, s.is_from_child, s.channel, s.worker_id, s.kind, s.thread, s.needs_reply
    FROM sound s
    LEFT JOIN shared_id i ON i.id = s.id
    WHERE i.id IS NULL
    UNION ALL
    SELECT id, child_id, sent_at, is_from_child, channel, worker_id, kind, thread, needs_reply
    FROM version
    WHERE place = 1
),

refused AS (
    SELECT *
    FROM refused_row
    UNION ALL
    SELECT CASE WHEN version = 1 THEN 'repeated' ELSE 'superseded' END AS refusal, id, child_id, at_text AS :quoted_at,
        direction, channel, worker_id, kind, CASE WHEN needs_reply = 1 THEN 'true' ELSE 'false' END AS needs_reply
    FROM version
    WHERE place > 1
)
