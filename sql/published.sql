-- SPDX-License-Identifier: GPL-3.0-or-later
-- Requests that were answered beyond what the method announces.

-- name: published_request_put :one
-- Remembers a request; no row when it is known.
-- columns: ordinal
INSERT INTO published_request (round, ordinal, dimensions, condition, figures, published_at, actor)
SELECT :round, coalesce(max(p.ordinal), 0) + 1, :dimensions, :condition, :figures, :published_at, :actor
FROM published_request p WHERE p.round = :round
HAVING count(CASE WHEN p.dimensions = :dimensions AND p.condition = :condition
	AND p.figures = :figures THEN 1 END) = 0
RETURNING ordinal;

-- name: published_request_list :many
-- The requests of a round in order.
-- columns: dimensions condition figures
SELECT dimensions, condition, figures FROM published_request WHERE round = :round ORDER BY ordinal;
