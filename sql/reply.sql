-- SPDX-License-Identifier: GPL-3.0-or-later
-- Answers of the server that were given already.

-- name: reply_find :one
-- What was answered to a key.
-- columns: request_hash status type location body at
SELECT request_hash, status, type, location, body, at FROM reply WHERE key = :key;

-- name: reply_put :exec
-- Keeps what was answered to a key.
INSERT INTO reply (key, request_hash, status, type, location, body, at)
VALUES (:key, :request_hash, :status, :type, :location, :body, :at);

-- name: reply_tidy :many
-- Forgets old answers.
-- columns: key
DELETE FROM reply WHERE at < :before RETURNING key;
