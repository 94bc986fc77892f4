-- Every wait of every child: from the first message that needs a reply until the reply, and how it stands.
--
-- The definition is relationkit.sla.track_responses; each step below is one step of it. Reads `message` (id,
-- conversation, sent_at, is_from_child, channel, kind, needs_reply, worker_id), each id once; `conversation`
-- (conversation, child_id, thread), a number for each thread of each child, since databases sort numbers faster than
-- names; `in_force` and `deadline`, the two halves of the deadline table; `reminder` (policy_id, soon_until);
-- `assignment` (child_id, worker_id, role, role_place, is_cover, from_at, to_at) and `absence` (worker_id, starts_at,
-- ends_at, cover_id), which may be empty. Instants are microseconds of UTC, intervals half-open, an open end beyond all
-- moments.

-- What a machine sends, what needs no reply and what comes later than now neither start nor stop anything.
turn AS (
    SELECT id, conversation, sent_at, is_from_child, channel, worker_id, kind,
        CASE WHEN is_from_child = 0 AND kind IN (:kinds) AND channel IN (:channels) THEN 1 ELSE 0 END AS is_answer
    FROM message
    WHERE sent_at <= :now AND kind <> 'automatic' AND (is_from_child = 0 OR needs_reply = 1)
),

-- Questions and answers, in order, places counted from the last. At one moment, what reaches the child comes before
-- what the child sends: it cannot have been an answer to it.
said AS (
    SELECT id, conversation, sent_at, is_from_child, channel, worker_id,
        ROW_NUMBER() OVER (PARTITION BY conversation ORDER BY sent_at DESC, is_from_child DESC, id DESC) AS place,
        LEAD(is_from_child) OVER (
            PARTITION BY conversation ORDER BY sent_at DESC, is_from_child DESC, id DESC
        ) AS was_from_child
    FROM turn
    WHERE is_from_child = 1 OR is_answer = 1
),

-- A question starts a wait when an answer came before it, or nothing; an answer stops it when a question did. Those
-- between join it.
turning AS (
    SELECT id, conversation, sent_at, is_from_child, channel, worker_id, place
    FROM said
    WHERE is_from_child <> COALESCE(was_from_child, 0)
),

-- Beside the question that starts a wait, the answer that stops it.
paired AS (
    SELECT id, conversation, sent_at, is_from_child, channel, worker_id, place,
        LAG(id) OVER (PARTITION BY conversation ORDER BY place) AS answer_id,
        LAG(sent_at) OVER (PARTITION BY conversation ORDER BY place) AS answered_at,
        LAG(worker_id) OVER (PARTITION BY conversation ORDER BY place) AS answered_by,
        place - COALESCE(LAG(place) OVER (PARTITION BY conversation ORDER BY place), 0) AS messages
    FROM turning
),

question AS (
    SELECT conversation, place, id, sent_at, channel, worker_id, answer_id, answered_at, answered_by, messages
    FROM paired
    WHERE is_from_child = 1
),

-- Calls not picked up while the child waits; one that answers ends the wait instead.
attempted AS (
    SELECT q.conversation, q.place, COUNT(*) AS attempts
    FROM turn a
    JOIN question q ON q.conversation = a.conversation AND q.sent_at < a.sent_at
    WHERE a.is_from_child = 0 AND a.kind = 'attempt' AND (
        q.answered_at IS NULL OR a.sent_at < q.answered_at OR (a.sent_at = q.answered_at AND a.id < q.answer_id)
    )
    GROUP BY q.conversation, q.place
),

wait AS (
    SELECT c.child_id, c.thread, q.id AS message_id, q.sent_at AS started_at, q.channel, q.worker_id AS written_to,
        q.messages, COALESCE(a.attempts, 0) AS attempts, q.answered_at, q.answered_by
    FROM question q
    JOIN conversation c ON c.conversation = q.conversation
    LEFT JOIN attempted a ON a.conversation = q.conversation AND a.place = q.place
),

-- The first role, in the order of relationkit.records.Role, that the worker written to held for the child then.
role_held AS (
    SELECT w.message_id, MIN(a.role_place) AS role_place
    FROM wait w
    JOIN assignment a
        ON a.child_id = w.child_id AND a.worker_id = w.written_to
        AND a.from_at <= w.started_at AND w.started_at < a.to_at
    GROUP BY w.message_id
),

-- Social worker where nobody is named or no assignment tells.
role_written_to AS (
    SELECT w.*, CASE h.role_place :role_of_place ELSE 'social_worker' END AS role
    FROM wait w
    LEFT JOIN role_held h ON h.message_id = w.message_id
),

-- The policy in force for the channel and the role written to when the wait began.
under_policy AS (
    SELECT w.*, p.policy_id
    FROM role_written_to w
    LEFT JOIN in_force p
        ON p.channel = w.channel AND p.role = w.role AND p.from_at <= w.started_at AND w.started_at < p.to_at
),

-- When the answer is due: the one straight piece of that policy in which the wait began.
due AS (
    SELECT w.*, d.base + d.slope * w.started_at AS due_at
    FROM under_policy w
    LEFT JOIN deadline d
        ON d.policy_id = w.policy_id AND d.utc_day = :utc_day
        AND d.seg_from <= w.started_at AND w.started_at < d.seg_to
),

-- How far a worker's earlier assignments to the role reach.
reach AS (
    SELECT child_id, worker_id, role, is_cover, from_at, to_at,
        MAX(to_at) OVER (
            PARTITION BY child_id, worker_id, role ORDER BY from_at, to_at
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached_at
    FROM assignment
),

-- Since when the worker has held the role without a break.
stretch AS (
    SELECT child_id, worker_id, role, is_cover, from_at, to_at,
        MAX(CASE WHEN reached_at >= from_at THEN NULL ELSE from_at END) OVER (
            PARTITION BY child_id, worker_id, role ORDER BY from_at, to_at
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS since_at
    FROM reach
),

-- Who holds the role when the answer comes, or now: those who do not merely cover first, of them the worker written
-- to, else whoever took it last, else the smaller id.
holding AS (
    SELECT d.message_id, s.worker_id, s.since_at,
        ROW_NUMBER() OVER (
            PARTITION BY d.message_id
            ORDER BY s.is_cover, CASE WHEN s.worker_id = d.written_to THEN 0 ELSE 1 END, s.from_at DESC, s.worker_id
        ) AS place
    FROM due d
    JOIN stretch s
        ON s.child_id = d.child_id AND s.role = d.role
        AND s.from_at <= COALESCE(d.answered_at, :now) AND COALESCE(d.answered_at, :now) < s.to_at
),

assigned_child AS (
    SELECT DISTINCT child_id
    FROM assignment
),

-- Without any assignment of the child to go by it is the worker written to.
in_charge AS (
    SELECT d.*, CASE WHEN c.child_id IS NULL THEN d.written_to ELSE h.worker_id END AS worker_id,
        CASE WHEN h.since_at > d.started_at THEN h.since_at ELSE d.started_at END AS since_at
    FROM due d
    LEFT JOIN assigned_child c ON c.child_id = d.child_id
    LEFT JOIN holding h ON h.message_id = d.message_id AND h.place = 1
),

away AS (
    SELECT worker_id, starts_at, cover_id
    FROM absence
    WHERE starts_at <= :now AND :now < ends_at
),

away_worker AS (
    SELECT DISTINCT worker_id
    FROM away
),

-- The cover of the absence that began last, of those who are not away as well.
stand_in AS (
    SELECT a.worker_id, a.cover_id,
        ROW_NUMBER() OVER (PARTITION BY a.worker_id ORDER BY a.starts_at DESC, a.cover_id DESC) AS place
    FROM away a
    LEFT JOIN away_worker w ON w.worker_id = a.cover_id
    WHERE a.cover_id IS NOT NULL AND w.worker_id IS NULL
),

-- Who must answer now: the worker, their cover while they are away, else duty; nobody once it is answered.
answers AS (
    SELECT i.*,
        CASE
            WHEN i.answered_at IS NOT NULL THEN NULL
            WHEN i.worker_id IS NULL THEN 'duty'
            WHEN a.worker_id IS NULL THEN 'worker'
            WHEN s.cover_id IS NULL THEN 'duty'
            ELSE 'cover'
        END AS answers_now,
        CASE WHEN a.worker_id IS NULL THEN i.worker_id ELSE s.cover_id END AS present_id
    FROM in_charge i
    LEFT JOIN away_worker a ON a.worker_id = i.worker_id
    LEFT JOIN stand_in s ON s.worker_id = i.worker_id AND s.place = 1
),

-- Late is strictly after the due time; soon begins with the policy's first reminder. Where no due time is known there
-- is no state.
clock AS (
    SELECT a.child_id, a.thread, a.message_id, a.started_at, a.due_at, a.answered_at, a.answered_by, a.policy_id,
        a.role, a.messages, a.attempts, a.worker_id,
        CASE WHEN a.worker_id IS NOT NULL THEN a.since_at END AS with_worker_since,
        a.answers_now, CASE WHEN a.answered_at IS NULL THEN a.present_id END AS answers_now_id,
        CASE
            WHEN a.due_at IS NULL THEN NULL
            WHEN a.answered_at <= a.due_at THEN 'answered_in_time'
            WHEN a.answered_at IS NOT NULL THEN 'answered_late'
            WHEN a.due_at < :now THEN 'overdue'
            WHEN a.due_at <= r.soon_until THEN 'due_soon'
            ELSE 'waiting'
        END AS state
    FROM answers a
    LEFT JOIN reminder r ON r.policy_id = a.policy_id
)
