-- Assignments by the moments with which their days begin in London. Reads `assigned`, `midnight` and `role_place`.

assignment AS (
    SELECT a.child_id, a.worker_id, a.role, p.role_place, a.is_cover, f.at AS from_at, t.at AS to_at
    FROM assigned a
    JOIN role_place p ON p.role = a.role
    JOIN midnight f ON f.day = a.started_day
    JOIN midnight t ON t.day = a.ended_day
)
