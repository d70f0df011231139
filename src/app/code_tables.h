/* SPDX-License-Identifier: GPL-3.0-or-later */
/* code_tables.h - what codes mean, as tables. */
#ifndef MG_APP_CODE_TABLES_H
#define MG_APP_CODE_TABLES_H

#include "mirrorgap/output.h"
#include "mirrorgap/ref.h"

/* Each starts and fills one table. Errors: the output's. */
MG_MUST_CHECK mg_status code_table_countries(const mg_ref *ref, mg_output *output,
                                             mg_error *err);
MG_MUST_CHECK mg_status code_table_chapters(const mg_ref *ref, mg_output *output,
                                            mg_error *err);
MG_MUST_CHECK mg_status code_table_units(const mg_ref *ref, mg_output *output,
                                         mg_error *err);

#endif
