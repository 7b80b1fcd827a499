-- SPDX-License-Identifier: GPL-3.0-or-later
-- The days of a round, and what happened to rounds and clusters.

-- name: round_draft :exec
-- Makes a round that takes no answers yet.
INSERT INTO round (id, instrument, version, year, from_date, to_date, state, synthetic,
	data_sha256, frozen_at, published_at)
VALUES (:id, :instrument, :version, :year, :from_date, :to_date, 'draft', :synthetic, '', '', '');

-- name: round_move :exec
-- Its next state.
UPDATE round SET state = :state WHERE id = :id;

-- name: round_days :exec
-- Other days.
UPDATE round SET from_date = :from_date, to_date = :to_date WHERE id = :id;

-- name: happening_last :one
-- The number of the last thing that happened to a subject.
-- columns: number
SELECT number FROM happening WHERE kind = :kind AND subject = :subject
ORDER BY number DESC LIMIT 1;

-- name: happening_put :exec
-- Notes what happened.
INSERT INTO happening (kind, subject, number, event, before, after, note, author, happened_at)
VALUES (:kind, :subject, :number, :event, :before, :after, :note, :author, :happened_at);

-- name: happening_list :many
-- What happened to a subject, newest first.
-- columns: number event before after note author happened_at
SELECT number, event, before, after, note, author, happened_at
FROM happening WHERE kind = :kind AND subject = :subject ORDER BY number DESC;
