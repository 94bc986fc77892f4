-- One row a change, as relationkit.continuity.worker_changes. Reads `worker_change` and `accepted`.

-- The reasons of the new worker's assignments that begin on the day of the change; the smaller id speaks first.
begun AS (
    SELECT a.child_id, a.worker_id, a.started_day, a.reason,
        ROW_NUMBER() OVER (PARTITION BY a.child_id, a.worker_id, a.started_day ORDER BY a.id) AS place
    FROM accepted a
    JOIN worker_change w
        ON w.child_id = a.child_id AND w.to_worker = a.worker_id AND w.change_day = a.started_day
    WHERE a.role = ':role' AND a.started_day < a.ended_day AND a.reason IS NOT NULL
),

-- On a return from cover nothing begins, and there is no reason.
change_row AS (
    SELECT w.child_id, w.change_day, w.from_worker, w.to_worker, b.reason, w.gap_days, w.is_back
    FROM worker_change w
    LEFT JOIN begun b
        ON b.child_id = w.child_id AND b.worker_id = w.to_worker AND b.started_day = w.change_day AND b.place = 1
)
