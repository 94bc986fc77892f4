-- The rows of visits_due.sql as people get them. In DuckDB's SQL.
SELECT v.placement_id, v.child_id, v.regime, n.rule, n.source, n.in_force_from, v.last_visit_id,
    DATE '1970-01-01' + CAST(v.last_day AS INTEGER) AS last_visit_on,
    CAST(v.seen_alone AS BOOLEAN) AS was_seen_alone, v.not_alone_why,
    DATE '1970-01-01' + CAST(v.passed_day AS INTEGER) AS passed_over_on,
    DATE '1970-01-01' + CAST(v.due_day AS INTEGER) AS due_on,
    CAST(CASE WHEN v.due_day < :today THEN :today - v.due_day WHEN v.due_day >= :today THEN 0 END AS BIGINT)
        AS days_late,
    COALESCE(
        v.records || ' records of this placement contradict each other; keep the one that is right',
        v.missing || COALESCE(CAST(DATE '1970-01-01' + CAST(v.missing_day AS INTEGER) AS VARCHAR), '')
    ) AS could_not_be_judged,
    CAST(COALESCE(w.row_count, 0) AS BIGINT) AS refused_rows
FROM visit_due v
LEFT JOIN rule_name n ON n.rule_id = v.rule_id
LEFT JOIN (
    SELECT child_id, COUNT(*) AS row_count
    FROM (SELECT child_id FROM refused UNION ALL SELECT child_id FROM refused_placement)
    GROUP BY child_id
) w ON w.child_id = v.child_id
