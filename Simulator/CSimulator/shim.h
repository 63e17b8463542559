// Calls of the system that Swift's own modules for it lack.
#ifndef CSIMULATOR_SHIM_H
#define CSIMULATOR_SHIM_H

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

/// A process that goes on as this one, to die in its place.
static inline int csimulator_fork(void) { return (int)fork(); }

/// Lets this process and its children write to no file, as if the disk were full; or to all again.
static inline int csimulator_fill_disk(int is_full) {
  struct rlimit limit;
  signal(SIGXFSZ, SIG_IGN);
  if (getrlimit(RLIMIT_FSIZE, &limit)) return -1;
  limit.rlim_cur = is_full ? 0 : limit.rlim_max;
  return setrlimit(RLIMIT_FSIZE, &limit);
}

#endif
