-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the national team does around a round: its days, whom to write to, what was written.

-- What happened to a round or to a cluster of the register: what was there before, what came after,
-- why.  Rows are only added.
CREATE TABLE happening (
	kind text NOT NULL CHECK (kind IN ('round', 'cluster')),
	subject text NOT NULL,
	number bigint NOT NULL,
	event text NOT NULL,
	before text NOT NULL,
	after text NOT NULL,
	note text NOT NULL,
	author text NOT NULL,
	happened_at text NOT NULL,
	PRIMARY KEY (kind, subject, number)
);

-- Whom to write to for a cluster.  hash is a keyed hash of the address; sealed holds name and
-- address, shut with the secret of the data folder.  bounced_at: the address was found dead, or
-- empty.
CREATE TABLE contact (
	id bigint NOT NULL PRIMARY KEY,
	cluster text NOT NULL REFERENCES cluster (id),
	kind text NOT NULL CHECK (kind IN ('manager', 'chamber', 'contributor')),
	lang text NOT NULL CHECK (lang IN ('es', 'en')),
	hash text NOT NULL,
	sealed text NOT NULL,
	bounced_at text NOT NULL,
	created_at text NOT NULL,
	created_by text NOT NULL,
	UNIQUE (cluster, kind, hash)
);

-- Wordings of letters that the team wrote in place of the shipped ones; the last one counts.
CREATE TABLE mail_text (
	name text NOT NULL,
	lang text NOT NULL CHECK (lang IN ('es', 'en')),
	number bigint NOT NULL,
	subject text NOT NULL,
	body text NOT NULL,
	author text NOT NULL,
	written_at text NOT NULL,
	PRIMARY KEY (name, lang, number)
);

-- Letters: one for each person, sent once.  unique_key says what for, so that the same is not queued
-- twice; sealed holds name, address, subject, text and the words of the other server.  next_at is
-- when it is tried (waiting) or given up (sending).
CREATE TABLE mail (
	id bigint NOT NULL PRIMARY KEY,
	unique_key text NOT NULL UNIQUE,
	round text NOT NULL REFERENCES round (id),
	cluster text NOT NULL,
	name text NOT NULL,
	lang text NOT NULL,
	hash text NOT NULL,
	sealed text NOT NULL,
	state text NOT NULL CHECK (state IN
		('waiting', 'sending', 'sent', 'refused', 'unsure', 'bounced', 'dropped')),
	attempts bigint NOT NULL,
	code bigint NOT NULL,
	next_at text NOT NULL,
	queued_at text NOT NULL,
	queued_by text NOT NULL,
	changed_at text NOT NULL,
	message_id text NOT NULL,
	link bigint NOT NULL
);
CREATE INDEX mail_due ON mail (state, next_at, id);
CREATE INDEX mail_of_round ON mail (round, id);
CREATE INDEX mail_of_message ON mail (message_id);
CREATE INDEX mail_of_person ON mail (hash, id);
