-- SPDX-License-Identifier: GPL-3.0-or-later
-- What was given away beyond what the method announces: each request of a breakdown or subset of its
-- own, once, in order.  Disclosure control keeps them in mind; rows are only added.
CREATE TABLE published_request (
	round text NOT NULL REFERENCES round (id),
	ordinal bigint NOT NULL CHECK (ordinal >= 1),
	dimensions text NOT NULL,
	condition text NOT NULL,
	figures text NOT NULL,
	published_at text NOT NULL,
	actor text NOT NULL,
	PRIMARY KEY (round, ordinal)
);
