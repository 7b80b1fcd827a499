# SPDX-License-Identifier: GPL-3.0-or-later
# The draws of bench/robustness.c in vectorised R: Dirichlet weights of 60 items, half the draws put
# together arithmetically and half geometrically, how often each cluster reaches 40 and 60.
#
#   Rscript robustness.R POINTS.csv DRAWS SHARES.csv
#
# Prints the seconds of the draws and, behind them, the greatest difference to SHARES.csv.
argument <- commandArgs(TRUE)
points <- as.matrix(read.csv(argument[1], header = FALSE))
draws <- as.integer(argument[2])
area <- 100 * points / 5
log_area <- log(pmax(area, 1))
weight <- 1 + (seq_len(ncol(area)) - 1) %% 3
alpha <- ncol(area) * weight / sum(weight)
chunk <- 10000 # more at once would need gigabytes

weights_of <- function(n) {
  drawn <- matrix(rgamma(n * length(alpha), rep(alpha, each = n)), n)
  drawn / rowSums(drawn)
}
set.seed(1)
area <- t(area)
log_area <- t(log_area)
started <- proc.time()[["elapsed"]]
middle <- high <- 0
for (i in seq_len(draws / chunk)) {
  weight <- weights_of(chunk)
  score <- if (i %% 2) weight %*% area else exp(weight %*% log_area)
  middle <- middle + colSums(score >= 40)
  high <- high + colSums(score >= 60)
}
took <- proc.time()[["elapsed"]] - started
cat(took, max(abs(high / draws - scan(argument[3], quiet = TRUE))), "\n")
