#!/usr/bin/env Rscript
# SPDX-License-Identifier: GPL-3.0-or-later
# pack_rhdf5.R FILE.h5: tables of `mirrorgap pack` as data.tables. Codes keep their zeros,
# missing figures are NaN; units stand in the attributes.
suppressPackageStartupMessages({
  library(rhdf5)
  library(data.table)
})

# A table of a packed file, its columns in order.
packed_table <- function(file, name) {
  order <- strsplit(h5readAttributes(file, name)[["column-order"]], ",")[[1]]
  as.data.table(lapply(h5read(file, name), as.vector))[, ..order]
}

file <- commandArgs(trailingOnly = TRUE)[1]
pairs <- packed_table(file, "pairs")
unit <- h5readAttributes(file, "pairs/gap_usd")[["units"]]

by_exporter <- pairs[status == "matched", .(gap = sum(gap_usd)), keyby = exporter_iso3]
cat(sprintf("exporter,gap (%s)\n", unit))
cat(by_exporter[, sprintf("%s,%.0f\n", exporter_iso3, gap)], sep = "")
