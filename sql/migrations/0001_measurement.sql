-- SPDX-License-Identifier: GPL-3.0-or-later
-- The memory of the measurement.  SQLite and PostgreSQL run this same text.  Keys are words of the
-- field; dates and times are ISO 8601 texts; yes and no are 1 and 0.

-- Which of these files were applied.
CREATE TABLE migration (
	number bigint NOT NULL PRIMARY KEY,
	name text NOT NULL
);

-- Facts about the store itself; key_check tells the secret that personal answers are sealed with.
CREATE TABLE setting (
	name text NOT NULL PRIMARY KEY,
	value text NOT NULL
);

-- Instruments as published; never changed.
CREATE TABLE instrument (
	id text NOT NULL,
	version text NOT NULL,
	sha256 text NOT NULL,
	published_at text NOT NULL,
	canonical text NOT NULL,
	PRIMARY KEY (id, version)
);

-- The register as it stands today.
CREATE TABLE cluster (
	id text NOT NULL PRIMARY KEY,
	name text NOT NULL,
	department text NOT NULL,
	sector text NOT NULL,
	manager_kind text NOT NULL,
	chamber text NOT NULL,
	since text NOT NULL,
	until text NOT NULL,
	active bigint NOT NULL CHECK (active IN (0, 1))
);

-- How one cluster became another.
CREATE TABLE lineage (
	on_date text NOT NULL,
	event text NOT NULL,
	from_cluster text NOT NULL,
	to_cluster text NOT NULL,
	PRIMARY KEY (on_date, event, from_cluster, to_cluster)
);

CREATE TABLE round (
	id text NOT NULL PRIMARY KEY,
	instrument text NOT NULL,
	version text NOT NULL,
	year bigint NOT NULL,
	from_date text NOT NULL,
	to_date text NOT NULL,
	state text NOT NULL CHECK (state IN ('draft', 'open', 'review', 'frozen', 'published')),
	synthetic bigint NOT NULL CHECK (synthetic IN (0, 1)),
	data_sha256 text NOT NULL,
	frozen_at text NOT NULL,
	published_at text NOT NULL,
	FOREIGN KEY (instrument, version) REFERENCES instrument (id, version)
);

-- The register as it stood when a round was frozen.
CREATE TABLE round_cluster (
	round text NOT NULL REFERENCES round (id),
	id text NOT NULL,
	name text NOT NULL,
	department text NOT NULL,
	sector text NOT NULL,
	manager_kind text NOT NULL,
	chamber text NOT NULL,
	since text NOT NULL,
	until text NOT NULL,
	active bigint NOT NULL CHECK (active IN (0, 1)),
	PRIMARY KEY (round, id)
);

CREATE TABLE round_lineage (
	round text NOT NULL REFERENCES round (id),
	on_date text NOT NULL,
	event text NOT NULL,
	from_cluster text NOT NULL,
	to_cluster text NOT NULL,
	PRIMARY KEY (round, on_date, event, from_cluster, to_cluster)
);

-- One act of bringing answers in: from where, by whom, when.  n_new of its n_answers are of units that had
-- not answered before; n_warnings and n_unexplained are what it added to those of the round's current
-- answers, so that the sums over a round's imports are those of its current answers.
CREATE TABLE import (
	id bigint NOT NULL PRIMARY KEY,
	round text NOT NULL REFERENCES round (id),
	form text NOT NULL CHECK (form IN ('cluster', 'company')),
	source text NOT NULL,
	actor text NOT NULL,
	imported_at text NOT NULL,
	n_answers bigint NOT NULL,
	n_new bigint NOT NULL,
	n_warnings bigint NOT NULL,
	n_unexplained bigint NOT NULL
);
CREATE INDEX import_of_round ON import (round, form);

-- Accepted answers, one row a revision; rows are only added.  company is empty in a cluster form.
-- The document stands last: the others are read without it.
CREATE TABLE response (
	round text NOT NULL,
	form text NOT NULL CHECK (form IN ('cluster', 'company')),
	cluster text NOT NULL,
	company text NOT NULL,
	revision bigint NOT NULL CHECK (revision >= 1),
	import bigint NOT NULL REFERENCES import (id),
	n_warnings bigint NOT NULL,
	n_unexplained bigint NOT NULL,
	document text NOT NULL,
	PRIMARY KEY (round, form, cluster, company, revision)
);

-- The last revision of each.
CREATE VIEW response_current AS
SELECT r.round, r.form, r.cluster, r.company, r.revision, r.import, r.n_warnings, r.n_unexplained, r.document
FROM response r
WHERE NOT EXISTS (
	SELECT 1 FROM response n
	WHERE n.round = r.round AND n.form = r.form AND n.cluster = r.cluster AND n.company = r.company
		AND n.revision = r.revision + 1
);

-- Who did what, when; rows are only added.  Never holds an answer.
CREATE TABLE audit (
	id bigint NOT NULL PRIMARY KEY,
	written_at text NOT NULL,
	actor text NOT NULL,
	deed text NOT NULL,
	subject text NOT NULL,
	detail text NOT NULL
);
