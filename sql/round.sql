-- SPDX-License-Identifier: GPL-3.0-or-later
-- Rounds.

-- name: round_put :exec
-- Opens a round.
INSERT INTO round (id, instrument, version, year, from_date, to_date, state, synthetic,
	data_sha256, frozen_at, published_at)
VALUES (:id, :instrument, :version, :year, :from_date, :to_date, 'open', :synthetic, '', '', '');

-- name: round_state :one
-- How far a round is.
-- columns: state
SELECT state FROM round WHERE id = :id;

-- name: round_get :one
-- A round.
-- columns: id instrument version year from_date to_date state synthetic data_sha256 frozen_at published_at
SELECT id, instrument, version, year, from_date, to_date, state, synthetic,
	data_sha256, frozen_at, published_at
FROM round WHERE id = :id;

-- name: round_list :many
-- Every round in time.
-- columns: id instrument version year from_date to_date state synthetic data_sha256 frozen_at published_at
SELECT id, instrument, version, year, from_date, to_date, state, synthetic,
	data_sha256, frozen_at, published_at
FROM round ORDER BY year, from_date, id;

-- name: round_freeze :exec
-- From here on the round does not change.
UPDATE round SET state = 'frozen', data_sha256 = :data_sha256, frozen_at = :frozen_at WHERE id = :id;

-- name: round_publish :exec
-- The round's figures are out.
UPDATE round SET state = 'published', published_at = :published_at WHERE id = :id;
