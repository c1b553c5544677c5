# Writes one reference case as JSON with every digit of its numbers and with its provenance.
# Sourced by lmm.R and structured.R from the root of the repository.

library(jsonlite)
caseFolder <- "test/reference/cases"

# jsonlite stops at 15 digits: numbers travel as marked strings and lose their quotes at the end.
mark <- function(x) {
  if (inherits(x, "AsIs")) return(lapply(unclass(unname(x)), mark))
  if (is.list(x)) return(lapply(x, mark))
  if (is.matrix(x) && is.numeric(x)) return(lapply(seq_len(nrow(x)), function(i) as.list(mark(unname(x[i, ])))))
  if (is.numeric(x)) {
    text <- vapply(unname(x), function(v) {
      for (digits in 15:17) {
        out <- formatC(v, digits = digits, format = "g", width = 1)
        if (is.na(v) || as.numeric(out) == v) break
      }
      paste0("#", if (is.finite(v)) out else "null", "#")
    }, "")
    names(text) <- names(x)
    return(if (is.null(names(x))) text else as.list(text))
  }
  x
}

toText <- function(value) {
  gsub("\"#([^#\"]*)#\"", "\\1", toJSON(mark(value), auto_unbox = TRUE, pretty = TRUE, null = "null"))
}

sha256 <- function(file) digest::digest(file = file, algo = "sha256")

# Where numbers come from; `scripts` are the script that ran and those that it sourced.
source_of <- function(package, scripts, formula) {
  hashes <- lapply(scripts, function(script) sha256(file.path("test/reference/generate", script)))
  names(hashes) <- scripts
  list(package = package, version = as.character(packageVersion(package)),
       R = paste(R.version$major, R.version$minor, sep = "."), scripts = hashes,
       platform = R.version$platform, date = as.character(Sys.Date()), formula = formula)
}

# A vector stays an array in JSON also when it has one element.
array1 <- function(x) I(unname(x))

writeCase <- function(case) {
  dir.create(caseFolder, showWarnings = FALSE, recursive = TRUE)
  writeLines(toText(case), file.path(caseFolder, paste0(case$name, ".json")))
}
