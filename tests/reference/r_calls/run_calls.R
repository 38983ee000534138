# Rscript run_calls.R CASES.json: carries out every call and prints the numbers as JSON, 17 digits.
# A case has `call` (R text), `instead` (R text or ""), `before` (carry out only the lines before this text, or "") and `numbers`
# (name -> R expression). `value` is what the last line returned, `values` what every line returned.
arguments <- commandArgs(trailingOnly = TRUE)
cases <- jsonlite::fromJSON(arguments[1], simplifyVector = FALSE)

said <- function(condition) paste(trimws(conditionMessage(condition)), collapse = " ")

carry_out <- function(case) {
  warned <- character(0)
  parse(text = case$call)
  room <- new.env(parent = globalenv())
  found <- tryCatch(
    withCallingHandlers(
      {
        lines <- parse(text = if (nzchar(case$instead)) case$instead else case$call)
        if (nzchar(case$before)) {
          with_it <- vapply(lines, function(line) any(grepl(case$before, deparse(line), fixed = TRUE)), TRUE)
          stopifnot(any(with_it))
          lines <- lines[seq_len(which(with_it)[1] - 1)]
        }
        room$values <- list()
        for (line in lines) {
          room$value <- eval(line, room)
          room$values <- c(room$values, list(room$value))
        }
        lapply(case$numbers, function(text) as.numeric(eval(parse(text = text), room))[1])
      },
      warning = function(w) {
        warned <<- c(warned, said(w))
        invokeRestart("muffleWarning")
      }
    ),
    error = function(e) list(error = said(e))
  )
  if (!is.null(found$error)) return(list(error = found$error))
  list(numbers = found, warnings = as.list(unique(warned)))
}

answers <- lapply(cases, carry_out)
packages <- sort(setdiff(loadedNamespaces(), rownames(installed.packages(priority = "base"))))
versions <- c(
  list(R = as.character(getRversion())),
  lapply(setNames(packages, packages), function(name) as.character(packageVersion(name)))
)
cat(jsonlite::toJSON(list(versions = versions, answers = answers), digits = 17, auto_unbox = TRUE, pretty = TRUE, na = "null"), "\n")
