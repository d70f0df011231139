/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gsl_quiet.h - GSL reports errors by its return codes and does not abort. */
#ifndef MG_GSL_QUIET_H
#define MG_GSL_QUIET_H

/* Called at the head of each function that calls GSL; costs nothing. */
void mg_gsl_quiet(void);

#endif
