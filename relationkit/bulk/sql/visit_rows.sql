-- The rows of visits_due.sql as people get them. The dialect writes types, days and truths.
SELECT v.placement_id, v.child_id, v.regime, n.:rule, n.source, n.in_force_from, v.last_visit_id,
    :last_day AS last_visit_on,
    :seen_alone AS was_seen_alone, v.not_alone_why,
    :passed_day AS passed_over_on,
    :due_day AS due_on,
    CAST(CASE WHEN v.due_day < :today THEN :today - v.due_day WHEN v.due_day >= :today THEN 0 END AS :whole)
        AS days_late,
    COALESCE(
        :records :joined_by ' records of this placement contradict each other; keep the one that is right',
        v.missing :joined_by COALESCE(:missing_on, '')
    ) AS could_not_be_judged,
    CAST(COALESCE(w.row_count, 0) AS :whole) AS refused_rows
FROM visit_due v
LEFT JOIN rule_name n ON n.rule_id = v.rule_id
LEFT JOIN (
    SELECT child_id, COUNT(*) AS row_count
    FROM (SELECT child_id FROM refused UNION ALL SELECT child_id FROM refused_placement) r
    GROUP BY child_id
) w ON w.child_id = v.child_id
