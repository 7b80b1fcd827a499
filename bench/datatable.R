# SPDX-License-Identifier: GPL-3.0-or-later
# The formulas of the benchmark by R's data.table.
#
#   Rscript datatable.R FILE.csv FORMULAS THREADS TURNS BY...
#
# Prints the lines of calc.c: "read", "columns" (the rows as they came), "sort", "sorted" (rows
# keyed by the groups), "groups", "sum".
suppressMessages(library(data.table))
arg <- commandArgs(TRUE)
setDTthreads(as.integer(arg[3]))
by <- arg[-(1:4)]
cat("version", as.character(packageVersion("data.table")), "R", as.character(getRversion()), "\n")

call_of <- function(formula) {
  text <- gsub("\\$\\{(\\w+)\\}", "\\1", formula)
  name <- sub("\\(.*", "", text)
  args <- strsplit(sub("\\)$", "", sub("^\\w+\\(", "", text)), ", *")[[1]]
  cond <- sub(" = ", " == ", args[1])
  switch(name,
    count = sprintf("sum(%s, na.rm = TRUE)", cond),
    share = sprintf("100 * mean(%s, na.rm = TRUE)", cond),
    sum = sprintf("sum(as.numeric(%s), na.rm = TRUE)", args[1]),
    wmean = sprintf("sum(%s * %s, na.rm = TRUE) / sum(%s[!is.na(%s)])",
                    args[1], args[2], args[2], args[1]),
    stop(formula))
}
lines <- trimws(readLines(arg[2]))
calls <- vapply(lines[nzchar(lines)], call_of, "")
query <- parse(text = sprintf("t[, .(%s), by = by]", paste(calls, collapse = ", ")))[[1]]

timed <- function(what, f) {
  time <- system.time(value <- f(), gcFirst = FALSE)
  cat(sprintf("%s %.6f %.6f\n", what, time[["elapsed"]], time[["user.self"]] + time[["sys.self"]]))
  value
}
ask <- function(what, times) {
  for (i in seq_len(times)) r <- timed(what, function() eval(query))
  cat("groups", nrow(r), "\n")
  cat("sum", format(sum(as.matrix(r[, -by, with = FALSE]), na.rm = TRUE), digits = 17), "\n")
}
t <- timed("read", function() fread(arg[1], showProgress = FALSE))
ask("columns", 1)
invisible(timed("sort", function() setkeyv(t, by)))
ask("sorted", as.integer(arg[4]))
