/* SPDX-License-Identifier: GPL-3.0-or-later */
/* threads.h - how many threads a loop may use: the one place that decides. */
#ifndef MG_THREADS_H
#define MG_THREADS_H

/* Sets the number for the whole process: n >= 1, clamped to 256 and to what
 * the machine has; n <= 0 asks MG_THREADS, then OMP_NUM_THREADS, then the
 * machine. Call once, before other threads exist. */
void mg_threads_set(int n);

/* The number set (1 until mg_threads_set() was called). */
int mg_threads(void);

/* This thread's number inside a parallel region, 0 outside. */
int mg_thread_here(void);

#endif
