-- The rules and the calendar as visits_due.sql reads them. Reads `known_rule`, `placement` and `:days`.

-- Of a regime that no rule knows, that is what is missing.
visit_rule AS (
    SELECT regime, from_day, to_day, rule_place, rule_id, missing, names_day, no_gap,
        first_days, until_days, then_days, then_months, later_days, later_months
    FROM known_rule
    UNION ALL
    SELECT DISTINCT p.regime, :first_day AS from_day, :open_day AS to_day, 0 AS rule_place, :number AS rule_id,
        'no rule has the regime ''' :joined_by p.regime :joined_by '''' AS missing, 0 AS names_day, '' AS no_gap,
        :number AS first_days, :number AS until_days, :number AS then_days, :number AS then_months,
        :number AS later_days, :number AS later_months
    FROM placement p
    LEFT JOIN known_rule k ON k.regime = p.regime
    WHERE k.regime IS NULL
),

day_row AS (
    SELECT day, day_at, next_at, year_day
    FROM :days
    WHERE months = 0
),

month_row AS (
    SELECT day, months, due_day
    FROM :days
    WHERE months > 0
)
