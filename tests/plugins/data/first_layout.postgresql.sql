BEGIN;
CREATE TABLE relationkit_absences (
    worker_id character varying NOT NULL COLLATE pg_catalog."C",
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    cover_id character varying COLLATE pg_catalog."C",
    tell_child boolean NOT NULL
);
CREATE TABLE relationkit_assignments (
    id character varying NOT NULL COLLATE pg_catalog."C",
    child_id character varying NOT NULL COLLATE pg_catalog."C",
    worker_id character varying NOT NULL COLLATE pg_catalog."C",
    role character varying NOT NULL,
    started_on date NOT NULL,
    ended_on date,
    reason character varying,
    team character varying,
    cover_for character varying COLLATE pg_catalog."C"
);
CREATE TABLE relationkit_children (
    id character varying NOT NULL COLLATE pg_catalog."C",
    chosen_name character varying,
    pronouns character varying,
    born_on date,
    team character varying,
    language character varying NOT NULL
);
CREATE TABLE relationkit_escalations (
    id character varying NOT NULL COLLATE pg_catalog."C",
    clock_id character varying NOT NULL COLLATE pg_catalog."C",
    child_id character varying COLLATE pg_catalog."C",
    policy character varying,
    in_force_from date,
    step character varying,
    to_role character varying,
    recipient_id character varying COLLATE pg_catalog."C",
    due_at timestamp with time zone,
    send_from_at timestamp with time zone,
    is_late boolean,
    started_at timestamp with time zone,
    clock_due_at timestamp with time zone,
    supersedes json,
    recorded_at timestamp with time zone NOT NULL,
    superseded_by character varying COLLATE pg_catalog."C"
);
CREATE TABLE relationkit_messages (
    id character varying NOT NULL COLLATE pg_catalog."C",
    child_id character varying NOT NULL COLLATE pg_catalog."C",
    at timestamp with time zone NOT NULL,
    direction character varying NOT NULL,
    channel character varying NOT NULL,
    worker_id character varying COLLATE pg_catalog."C",
    kind character varying NOT NULL,
    thread character varying,
    needs_reply boolean NOT NULL,
    no_reply_by character varying COLLATE pg_catalog."C",
    no_reply_why character varying
);
CREATE TABLE relationkit_outbox (
    escalation_id character varying NOT NULL COLLATE pg_catalog."C",
    notifier character varying NOT NULL COLLATE pg_catalog."C",
    state character varying NOT NULL,
    attempts integer NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    claimed_until timestamp with time zone,
    lease character varying,
    ended_at timestamp with time zone,
    why character varying
);
CREATE TABLE relationkit_placements (
    id character varying NOT NULL COLLATE pg_catalog."C",
    child_id character varying NOT NULL COLLATE pg_catalog."C",
    started_on date NOT NULL,
    ended_on date,
    regime character varying NOT NULL
);
CREATE TABLE relationkit_schema (
    version integer NOT NULL
);
CREATE TABLE relationkit_sessions (
    id character varying NOT NULL COLLATE pg_catalog."C",
    child_id character varying NOT NULL COLLATE pg_catalog."C",
    worker_id character varying NOT NULL COLLATE pg_catalog."C",
    kind character varying NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    status character varying NOT NULL,
    place character varying,
    seen boolean,
    seen_alone boolean,
    changed_at timestamp with time zone,
    revision integer NOT NULL
);
CREATE TABLE relationkit_workers (
    id character varying NOT NULL COLLATE pg_catalog."C",
    name character varying NOT NULL,
    role character varying NOT NULL,
    team character varying,
    manager_id character varying COLLATE pg_catalog."C",
    registration character varying
);
INSERT INTO relationkit_absences (worker_id, starts_at, ends_at, cover_id, tell_child) VALUES ('SW2', '2025-07-31 23:00:00+00', NULL, NULL, false);
INSERT INTO relationkit_absences (worker_id, starts_at, ends_at, cover_id, tell_child) VALUES ('SW2', '2025-02-01 00:00:00+00', '2025-02-08 00:00:00+00', NULL, true);
INSERT INTO relationkit_absences (worker_id, starts_at, ends_at, cover_id, tell_child) VALUES ('SW10', '2025-05-05 08:00:00+00', NULL, 'XX1', true);
INSERT INTO relationkit_assignments (id, child_id, worker_id, role, started_on, ended_on, reason, team, cover_for) VALUES ('A4', 'c3', 'XX1', 'social_worker', '2024-02-29', NULL, NULL, NULL, NULL);
INSERT INTO relationkit_assignments (id, child_id, worker_id, role, started_on, ended_on, reason, team, cover_for) VALUES ('A3', 'C2', 'SW10', 'social_worker', '2024-06-01', NULL, 'left_role', NULL, NULL);
INSERT INTO relationkit_assignments (id, child_id, worker_id, role, started_on, ended_on, reason, team, cover_for) VALUES ('A1', 'C2', 'SW2', 'social_worker', '2023-04-01', '2024-06-01', NULL, NULL, NULL);
INSERT INTO relationkit_assignments (id, child_id, worker_id, role, started_on, ended_on, reason, team, cover_for) VALUES ('A2', 'C2', 'XX1', 'social_worker', '2023-08-01', '2023-08-02', NULL, NULL, NULL);
INSERT INTO relationkit_assignments (id, child_id, worker_id, role, started_on, ended_on, reason, team, cover_for) VALUES ('A6', 'C10', 'SW2', 'social_worker', '2023-04-01', NULL, 'first_contact', NULL, NULL);
INSERT INTO relationkit_assignments (id, child_id, worker_id, role, started_on, ended_on, reason, team, cover_for) VALUES ('A5', 'C10', 'SW10', 'social_worker', '2023-04-01', '2024-04-01', NULL, NULL, NULL);
INSERT INTO relationkit_children (id, chosen_name, pronouns, born_on, team, language) VALUES ('c3', NULL, NULL, NULL, NULL, 'en');
INSERT INTO relationkit_children (id, chosen_name, pronouns, born_on, team, language) VALUES ('C2', 'Quillaby', 'they/them', '2012-02-29', NULL, 'cy');
INSERT INTO relationkit_children (id, chosen_name, pronouns, born_on, team, language) VALUES ('C10', '=Quillaby', NULL, '2009-12-31', 'Team Wrenfold', 'en');
INSERT INTO relationkit_escalations (id, clock_id, child_id, policy, in_force_from, step, to_role, recipient_id, due_at, send_from_at, is_late, started_at, clock_due_at, supersedes, recorded_at, superseded_by) VALUES ('e0', 'e3/clock', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'null', '2025-03-06 15:05:00+00', 'e3');
INSERT INTO relationkit_escalations (id, clock_id, child_id, policy, in_force_from, step, to_role, recipient_id, due_at, send_from_at, is_late, started_at, clock_due_at, supersedes, recorded_at, superseded_by) VALUES ('e1', 'e1/clock', 'C2', '72 hours', '1900-01-01', 'overdue', 'manager', 'SW10', '2025-03-06 15:05:00+00', '2025-03-06 15:05:00+00', false, '2025-03-03 15:05:00+00', '2025-03-06 15:05:00+00', '[]', '2025-03-06 15:05:00+00', NULL);
INSERT INTO relationkit_escalations (id, clock_id, child_id, policy, in_force_from, step, to_role, recipient_id, due_at, send_from_at, is_late, started_at, clock_due_at, supersedes, recorded_at, superseded_by) VALUES ('e2', 'e2/clock', 'C2', '72 hours', '1900-01-01', 'overdue', 'manager', 'SW10', '2025-03-06 15:05:00+00', '2025-03-06 15:05:00+00', false, '2025-03-03 15:05:00+00', '2025-03-06 15:05:00+00', '[]', '2025-03-06 15:05:00+00', NULL);
INSERT INTO relationkit_escalations (id, clock_id, child_id, policy, in_force_from, step, to_role, recipient_id, due_at, send_from_at, is_late, started_at, clock_due_at, supersedes, recorded_at, superseded_by) VALUES ('e3', 'e3/clock', 'C2', '72 hours', '1900-01-01', 'overdue', 'manager', 'SW10', '2025-03-06 15:05:00+00', '2025-03-06 15:05:00+00', false, '2025-03-03 15:05:00+00', '2025-03-06 15:05:00+00', '["e0"]', '2025-03-06 15:05:00+00', NULL);
INSERT INTO relationkit_messages (id, child_id, at, direction, channel, worker_id, kind, thread, needs_reply, no_reply_by, no_reply_why) VALUES ('M2', 'C2', '2025-10-26 01:30:00+00', 'to_child', 'text', 'SW2', 'message', NULL, true, NULL, NULL);
INSERT INTO relationkit_messages (id, child_id, at, direction, channel, worker_id, kind, thread, needs_reply, no_reply_by, no_reply_why) VALUES ('M1', 'C2', '2025-10-26 00:30:00+00', 'from_child', 'app', NULL, 'message', 'Quillaby', true, NULL, NULL);
INSERT INTO relationkit_messages (id, child_id, at, direction, channel, worker_id, kind, thread, needs_reply, no_reply_by, no_reply_why) VALUES ('M3', 'C2', '2025-10-26 01:30:00.000001+00', 'to_child', 'email', NULL, 'automatic', NULL, true, NULL, NULL);
INSERT INTO relationkit_messages (id, child_id, at, direction, channel, worker_id, kind, thread, needs_reply, no_reply_by, no_reply_why) VALUES ('M4', 'C2', '2025-10-27 09:00:00+00', 'from_child', 'text', NULL, 'message', NULL, false, 'SW2', 'said thanks');
INSERT INTO relationkit_outbox (escalation_id, notifier, state, attempts, next_try_at, claimed_until, lease, ended_at, why) VALUES ('e1', 'outbox', 'waiting', 0, '2025-03-06 15:05:00+00', NULL, NULL, NULL, NULL);
INSERT INTO relationkit_outbox (escalation_id, notifier, state, attempts, next_try_at, claimed_until, lease, ended_at, why) VALUES ('e2', 'outbox', 'waiting', 0, '2025-03-06 15:05:00+00', NULL, NULL, NULL, NULL);
INSERT INTO relationkit_outbox (escalation_id, notifier, state, attempts, next_try_at, claimed_until, lease, ended_at, why) VALUES ('e3', 'email', 'waiting', 0, '2025-03-06 15:05:00+00', NULL, NULL, NULL, NULL);
INSERT INTO relationkit_outbox (escalation_id, notifier, state, attempts, next_try_at, claimed_until, lease, ended_at, why) VALUES ('e3', 'outbox', 'waiting', 0, '2025-03-06 15:05:00+00', NULL, NULL, NULL, NULL);
INSERT INTO relationkit_outbox (escalation_id, notifier, state, attempts, next_try_at, claimed_until, lease, ended_at, why) VALUES ('e1', 'email', 'delivered', 1, '2025-03-06 15:05:00+00', NULL, NULL, '2025-03-06 15:05:00+00', NULL);
INSERT INTO relationkit_outbox (escalation_id, notifier, state, attempts, next_try_at, claimed_until, lease, ended_at, why) VALUES ('e2', 'email', 'dead', 1, '2025-03-06 15:05:00+00', NULL, NULL, '2025-03-06 15:05:00+00', 'refused');
INSERT INTO relationkit_placements (id, child_id, started_on, ended_on, regime) VALUES ('P2', 'C2', '2024-03-31', NULL, 'placement');
INSERT INTO relationkit_placements (id, child_id, started_on, ended_on, regime) VALUES ('P1', 'C2', '2023-04-01', '2024-03-31', 'placement');
INSERT INTO relationkit_placements (id, child_id, started_on, ended_on, regime) VALUES ('P3', 'C10', '2022-01-01', NULL, 'placement');
INSERT INTO relationkit_schema (version) VALUES (2);
INSERT INTO relationkit_sessions (id, child_id, worker_id, kind, starts_at, ends_at, status, place, seen, seen_alone, changed_at, revision) VALUES ('S2', 'C2', 'SW10', 'catch_up', '2025-03-30 01:30:00+00', '2025-03-30 02:30:00+00', 'planned', 'Oatshaw Park', NULL, NULL, NULL, 0);
INSERT INTO relationkit_sessions (id, child_id, worker_id, kind, starts_at, ends_at, status, place, seen, seen_alone, changed_at, revision) VALUES ('S1', 'C2', 'SW2', 'visit', '2025-03-30 00:30:00+00', '2025-03-30 01:30:00+00', 'held', NULL, true, false, '2025-03-29 12:00:00+00', 2);
INSERT INTO relationkit_sessions (id, child_id, worker_id, kind, starts_at, ends_at, status, place, seen, seen_alone, changed_at, revision) VALUES ('S3', 'C10', 'SW2', 'goodbye', '2025-07-01 14:00:00+00', '2025-07-01 15:00:00+00', 'cancelled', NULL, false, NULL, NULL, 0);
INSERT INTO relationkit_workers (id, name, role, team, manager_id, registration) VALUES ('SW2', 'Wrenfold', 'social_worker', NULL, 'SW10', 'SW2');
INSERT INTO relationkit_workers (id, name, role, team, manager_id, registration) VALUES ('SW10', '-Wrenfold, “Ŵ”', 'social_worker', 'North', NULL, 'SW10');
INSERT INTO relationkit_workers (id, name, role, team, manager_id, registration) VALUES ('XX1', 'O''Wrenfold', 'social_worker', NULL, NULL, NULL);
ALTER TABLE relationkit_absences ADD CONSTRAINT relationkit_absences_pkey PRIMARY KEY (worker_id, starts_at);
ALTER TABLE relationkit_assignments ADD CONSTRAINT relationkit_assignments_pkey PRIMARY KEY (id);
ALTER TABLE relationkit_children ADD CONSTRAINT relationkit_children_pkey PRIMARY KEY (id);
ALTER TABLE relationkit_escalations ADD CONSTRAINT relationkit_escalations_pkey PRIMARY KEY (id);
ALTER TABLE relationkit_messages ADD CONSTRAINT relationkit_messages_pkey PRIMARY KEY (id);
ALTER TABLE relationkit_outbox ADD CONSTRAINT relationkit_outbox_pkey PRIMARY KEY (escalation_id, notifier);
ALTER TABLE relationkit_placements ADD CONSTRAINT relationkit_placements_pkey PRIMARY KEY (id);
ALTER TABLE relationkit_schema ADD CONSTRAINT relationkit_schema_pkey PRIMARY KEY (version);
ALTER TABLE relationkit_sessions ADD CONSTRAINT relationkit_sessions_pkey PRIMARY KEY (id);
ALTER TABLE relationkit_workers ADD CONSTRAINT relationkit_workers_pkey PRIMARY KEY (id);
CREATE INDEX relationkit_assignments_order ON relationkit_assignments USING btree (child_id, started_on, id);
CREATE INDEX relationkit_escalations_clock ON relationkit_escalations USING btree (clock_id);
CREATE INDEX relationkit_messages_order ON relationkit_messages USING btree (child_id, at, id);
CREATE INDEX relationkit_outbox_next ON relationkit_outbox USING btree (notifier, state, next_try_at);
CREATE INDEX relationkit_placements_order ON relationkit_placements USING btree (child_id, started_on, id);
CREATE INDEX relationkit_sessions_order ON relationkit_sessions USING btree (child_id, starts_at, id);
COMMIT;
