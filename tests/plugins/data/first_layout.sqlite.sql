BEGIN;
CREATE TABLE relationkit_absences (
	worker_id VARCHAR NOT NULL,
	starts_at DATETIME NOT NULL,
	ends_at DATETIME,
	cover_id VARCHAR,
	tell_child BOOLEAN NOT NULL,
	PRIMARY KEY (worker_id, starts_at)
);
INSERT INTO "relationkit_absences" VALUES('SW2','2025-07-31 23:00:00.000000',NULL,NULL,0);
INSERT INTO "relationkit_absences" VALUES('SW2','2025-02-01 00:00:00.000000','2025-02-08 00:00:00.000000',NULL,1);
INSERT INTO "relationkit_absences" VALUES('SW10','2025-05-05 08:00:00.000000',NULL,'XX1',1);
CREATE TABLE relationkit_assignments (
	id VARCHAR NOT NULL,
	child_id VARCHAR NOT NULL,
	worker_id VARCHAR NOT NULL,
	role VARCHAR NOT NULL,
	started_on DATE NOT NULL,
	ended_on DATE,
	reason VARCHAR,
	team VARCHAR,
	cover_for VARCHAR,
	PRIMARY KEY (id)
);
INSERT INTO "relationkit_assignments" VALUES('A4','c3','XX1','social_worker','2024-02-29',NULL,NULL,NULL,NULL);
INSERT INTO "relationkit_assignments" VALUES('A3','C2','SW10','social_worker','2024-06-01',NULL,'left_role',NULL,NULL);
INSERT INTO "relationkit_assignments" VALUES('A1','C2','SW2','social_worker','2023-04-01','2024-06-01',NULL,NULL,NULL);
INSERT INTO "relationkit_assignments" VALUES('A2','C2','XX1','social_worker','2023-08-01','2023-08-02',NULL,NULL,NULL);
INSERT INTO "relationkit_assignments" VALUES('A6','C10','SW2','social_worker','2023-04-01',NULL,'first_contact',NULL,NULL);
INSERT INTO "relationkit_assignments" VALUES('A5','C10','SW10','social_worker','2023-04-01','2024-04-01',NULL,NULL,NULL);
CREATE TABLE relationkit_children (
	id VARCHAR NOT NULL,
	chosen_name VARCHAR,
	pronouns VARCHAR,
	born_on DATE,
	team VARCHAR,
	language VARCHAR NOT NULL,
	PRIMARY KEY (id)
);
INSERT INTO "relationkit_children" VALUES('c3',NULL,NULL,NULL,NULL,'en');
INSERT INTO "relationkit_children" VALUES('C2','Quillaby','they/them','2012-02-29',NULL,'cy');
INSERT INTO "relationkit_children" VALUES('C10','=Quillaby',NULL,'2009-12-31','Team Wrenfold','en');
CREATE TABLE relationkit_escalations (
	id VARCHAR NOT NULL,
	clock_id VARCHAR NOT NULL,
	child_id VARCHAR,
	policy VARCHAR,
	in_force_from DATE,
	step VARCHAR,
	to_role VARCHAR,
	recipient_id VARCHAR,
	due_at DATETIME,
	send_from_at DATETIME,
	is_late BOOLEAN,
	started_at DATETIME,
	clock_due_at DATETIME,
	supersedes JSON,
	recorded_at DATETIME NOT NULL,
	superseded_by VARCHAR,
	PRIMARY KEY (id)
);
INSERT INTO "relationkit_escalations" VALUES('e0','e3/clock',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'null','2025-03-06 15:05:00.000000','e3');
INSERT INTO "relationkit_escalations" VALUES('e1','e1/clock','C2','72 hours','1900-01-01','overdue','manager','SW10','2025-03-06 15:05:00.000000','2025-03-06 15:05:00.000000',0,'2025-03-03 15:05:00.000000','2025-03-06 15:05:00.000000','[]','2025-03-06 15:05:00.000000',NULL);
INSERT INTO "relationkit_escalations" VALUES('e2','e2/clock','C2','72 hours','1900-01-01','overdue','manager','SW10','2025-03-06 15:05:00.000000','2025-03-06 15:05:00.000000',0,'2025-03-03 15:05:00.000000','2025-03-06 15:05:00.000000','[]','2025-03-06 15:05:00.000000',NULL);
INSERT INTO "relationkit_escalations" VALUES('e3','e3/clock','C2','72 hours','1900-01-01','overdue','manager','SW10','2025-03-06 15:05:00.000000','2025-03-06 15:05:00.000000',0,'2025-03-03 15:05:00.000000','2025-03-06 15:05:00.000000','["e0"]','2025-03-06 15:05:00.000000',NULL);
CREATE TABLE relationkit_messages (
	id VARCHAR NOT NULL,
	child_id VARCHAR NOT NULL,
	at DATETIME NOT NULL,
	direction VARCHAR NOT NULL,
	channel VARCHAR NOT NULL,
	worker_id VARCHAR,
	kind VARCHAR NOT NULL,
	thread VARCHAR,
	needs_reply BOOLEAN NOT NULL,
	no_reply_by VARCHAR,
	no_reply_why VARCHAR,
	PRIMARY KEY (id)
);
INSERT INTO "relationkit_messages" VALUES('M2','C2','2025-10-26 01:30:00.000000','to_child','text','SW2','message',NULL,1,NULL,NULL);
INSERT INTO "relationkit_messages" VALUES('M1','C2','2025-10-26 00:30:00.000000','from_child','app',NULL,'message','Quillaby',1,NULL,NULL);
INSERT INTO "relationkit_messages" VALUES('M3','C2','2025-10-26 01:30:00.000001','to_child','email',NULL,'automatic',NULL,1,NULL,NULL);
INSERT INTO "relationkit_messages" VALUES('M4','C2','2025-10-27 09:00:00.000000','from_child','text',NULL,'message',NULL,0,'SW2','said thanks');
CREATE TABLE relationkit_outbox (
	escalation_id VARCHAR NOT NULL,
	notifier VARCHAR NOT NULL,
	state VARCHAR NOT NULL,
	attempts INTEGER NOT NULL,
	next_try_at DATETIME NOT NULL,
	claimed_until DATETIME,
	lease VARCHAR,
	ended_at DATETIME,
	why VARCHAR,
	PRIMARY KEY (escalation_id, notifier)
);
INSERT INTO "relationkit_outbox" VALUES('e1','email','delivered',1,'2025-03-06 15:05:00.000000',NULL,NULL,'2025-03-06 15:05:00.000000',NULL);
INSERT INTO "relationkit_outbox" VALUES('e1','outbox','waiting',0,'2025-03-06 15:05:00.000000',NULL,NULL,NULL,NULL);
INSERT INTO "relationkit_outbox" VALUES('e2','email','dead',1,'2025-03-06 15:05:00.000000',NULL,NULL,'2025-03-06 15:05:00.000000','refused');
INSERT INTO "relationkit_outbox" VALUES('e2','outbox','waiting',0,'2025-03-06 15:05:00.000000',NULL,NULL,NULL,NULL);
INSERT INTO "relationkit_outbox" VALUES('e3','email','waiting',0,'2025-03-06 15:05:00.000000',NULL,NULL,NULL,NULL);
INSERT INTO "relationkit_outbox" VALUES('e3','outbox','waiting',0,'2025-03-06 15:05:00.000000',NULL,NULL,NULL,NULL);
CREATE TABLE relationkit_placements (
	id VARCHAR NOT NULL,
	child_id VARCHAR NOT NULL,
	started_on DATE NOT NULL,
	ended_on DATE,
	regime VARCHAR NOT NULL,
	PRIMARY KEY (id)
);
INSERT INTO "relationkit_placements" VALUES('P2','C2','2024-03-31',NULL,'placement');
INSERT INTO "relationkit_placements" VALUES('P1','C2','2023-04-01','2024-03-31','placement');
INSERT INTO "relationkit_placements" VALUES('P3','C10','2022-01-01',NULL,'placement');
CREATE TABLE relationkit_schema (
	version INTEGER NOT NULL,
	PRIMARY KEY (version)
);
INSERT INTO "relationkit_schema" VALUES(2);
CREATE TABLE relationkit_sessions (
	id VARCHAR NOT NULL,
	child_id VARCHAR NOT NULL,
	worker_id VARCHAR NOT NULL,
	kind VARCHAR NOT NULL,
	starts_at DATETIME NOT NULL,
	ends_at DATETIME NOT NULL,
	status VARCHAR NOT NULL,
	place VARCHAR,
	seen BOOLEAN,
	seen_alone BOOLEAN,
	changed_at DATETIME,
	revision INTEGER NOT NULL,
	PRIMARY KEY (id)
);
INSERT INTO "relationkit_sessions" VALUES('S2','C2','SW10','catch_up','2025-03-30 01:30:00.000000','2025-03-30 02:30:00.000000','planned','Oatshaw Park',NULL,NULL,NULL,0);
INSERT INTO "relationkit_sessions" VALUES('S1','C2','SW2','visit','2025-03-30 00:30:00.000000','2025-03-30 01:30:00.000000','held',NULL,1,0,'2025-03-29 12:00:00.000000',2);
INSERT INTO "relationkit_sessions" VALUES('S3','C10','SW2','goodbye','2025-07-01 14:00:00.000000','2025-07-01 15:00:00.000000','cancelled',NULL,0,NULL,NULL,0);
CREATE TABLE relationkit_workers (
	id VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	role VARCHAR NOT NULL,
	team VARCHAR,
	manager_id VARCHAR,
	registration VARCHAR,
	PRIMARY KEY (id)
);
INSERT INTO "relationkit_workers" VALUES('SW2','Wrenfold','social_worker',NULL,'SW10','SW2');
INSERT INTO "relationkit_workers" VALUES('SW10','-Wrenfold, “Ŵ”','social_worker','North',NULL,'SW10');
INSERT INTO "relationkit_workers" VALUES('XX1','O''Wrenfold','social_worker',NULL,NULL,NULL);
CREATE INDEX relationkit_assignments_order ON relationkit_assignments (child_id, started_on, id);
CREATE INDEX relationkit_messages_order ON relationkit_messages (child_id, at, id);
CREATE INDEX relationkit_sessions_order ON relationkit_sessions (child_id, starts_at, id);
CREATE INDEX relationkit_placements_order ON relationkit_placements (child_id, started_on, id);
CREATE INDEX relationkit_escalations_clock ON relationkit_escalations (clock_id);
CREATE INDEX relationkit_outbox_next ON relationkit_outbox (notifier, state, next_try_at);
COMMIT;
