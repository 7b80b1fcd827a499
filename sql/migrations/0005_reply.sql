-- SPDX-License-Identifier: GPL-3.0-or-later
-- Answers of the server to writes that carried a key of their own: the same request sent again gets
-- the same answer and writes nothing.
CREATE TABLE reply (
	key text NOT NULL PRIMARY KEY,
	request_hash text NOT NULL,
	status bigint NOT NULL,
	type text NOT NULL,
	location text NOT NULL,
	body text NOT NULL,
	at text NOT NULL
);
CREATE INDEX reply_in_time ON reply (at);
