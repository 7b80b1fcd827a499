-- SPDX-License-Identifier: GPL-3.0-or-later
-- Receipts of commits, by which a server tells what became of one when the connection was lost.

-- name: receipt_put :exec
-- Says in a transaction which one it is.
INSERT INTO receipt (writer, number, written_at)
VALUES (:writer, :number, CAST(CURRENT_TIMESTAMP AS text))
ON CONFLICT (writer) DO UPDATE SET number = excluded.number, written_at = excluded.written_at;

-- name: receipt_get :one
-- The last transaction of a writer that counts.
-- columns: number
SELECT number FROM receipt WHERE writer = :writer;

-- name: receipt_prune :exec
-- Forgets all but the last thousand writers.
DELETE FROM receipt WHERE writer NOT IN (
	SELECT writer FROM receipt ORDER BY written_at DESC LIMIT 1000);
