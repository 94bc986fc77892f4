-- Placements that are open and began before the calendar does: nothing is dropped in silence.
UNION ALL
SELECT o.id, o.child_id, o.regime, :nothing, :nothing, :day, :nothing, :day, :flag, :nothing, :day, :day, :number,
    'the table of days does not reach the day on which this placement began',
    CAST((SELECT COUNT(*) FROM refused r WHERE r.child_id = o.child_id)
        + (SELECT COUNT(*) FROM refused_placement p WHERE p.child_id = o.child_id) AS :whole)
FROM still_open o
LEFT JOIN day_row d ON d.day = o.started_day
WHERE o.place = 1 AND d.day IS NULL
