-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who may come in, and how.  No secret stands here as it is: hash is a keyed hash, password an
-- Argon2id text, totp_seed is sealed with the secret of the data folder.  Times are ISO 8601 UTC.

-- The last number given to a thing of a kind: a number is not given twice, even when its row is gone.
CREATE TABLE counter (
	name text NOT NULL PRIMARY KEY,
	value bigint NOT NULL
);

-- Accounts are switched off, never taken away: the audit names them.
CREATE TABLE account (
	id bigint NOT NULL PRIMARY KEY,
	email text NOT NULL UNIQUE,
	name text NOT NULL,
	lang text NOT NULL CHECK (lang IN ('es', 'en')),
	active bigint NOT NULL CHECK (active IN (0, 1)),
	password text NOT NULL,
	totp_seed text NOT NULL,
	totp_on bigint NOT NULL CHECK (totp_on IN (0, 1)),
	totp_last_step bigint NOT NULL,
	created_at text NOT NULL,
	password_at text NOT NULL,
	seen_at text NOT NULL
);

-- Roles of an account; object is what a scoped role is for, empty in the others.
CREATE TABLE account_role (
	account bigint NOT NULL REFERENCES account (id),
	role text NOT NULL,
	object text NOT NULL,
	granted_at text NOT NULL,
	granted_by text NOT NULL,
	PRIMARY KEY (account, role, object)
);

-- Codes that stand in for the second factor, each once.
CREATE TABLE recovery_code (
	account bigint NOT NULL REFERENCES account (id),
	hash text NOT NULL,
	PRIMARY KEY (account, hash)
);

-- Ways in that need no account; expires_at, revoked_at and seen_at may be empty.
CREATE TABLE personal_link (
	id bigint NOT NULL PRIMARY KEY,
	hash text NOT NULL UNIQUE,
	role text NOT NULL,
	round text NOT NULL,
	cluster text NOT NULL,
	area text NOT NULL,
	company text NOT NULL,
	person text NOT NULL,
	created_at text NOT NULL,
	created_by text NOT NULL,
	expires_at text NOT NULL,
	revoked_at text NOT NULL,
	seen_at text NOT NULL
);
CREATE INDEX personal_link_of_round ON personal_link (round, id);

-- Who is signed in: by an account or by a link.
CREATE TABLE session (
	id bigint NOT NULL PRIMARY KEY,
	account bigint REFERENCES account (id),
	link bigint REFERENCES personal_link (id),
	hash text NOT NULL UNIQUE,
	half bigint NOT NULL CHECK (half IN (0, 1)),
	created_at text NOT NULL,
	seen_at text NOT NULL,
	expires_at text NOT NULL,
	origin text NOT NULL,
	agent text NOT NULL,
	CHECK ((account IS NULL) <> (link IS NULL))
);
CREATE INDEX session_of_account ON session (account, id);
CREATE INDEX session_of_link ON session (link);

-- Ways in for programs.
CREATE TABLE api_token (
	id bigint NOT NULL PRIMARY KEY,
	account bigint NOT NULL REFERENCES account (id),
	hash text NOT NULL UNIQUE,
	name text NOT NULL,
	scope text NOT NULL,
	created_at text NOT NULL,
	expires_at text NOT NULL,
	seen_at text NOT NULL
);
CREATE INDEX api_token_of_account ON api_token (account, id);

-- What was tried in vain: how often at one moment about one subject, which is a keyed hash.
CREATE TABLE failed_attempt (
	subject text NOT NULL,
	at text NOT NULL,
	times bigint NOT NULL CHECK (times >= 1),
	PRIMARY KEY (subject, at)
);

-- Who has a role for a chamber is asked for its clusters at each request.
CREATE INDEX cluster_of_chamber ON cluster (chamber, id);
