#include "CSimulator.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

int csimulator_fork(void) { return (int)fork(); }

int csimulator_fill_disk(int is_full) {
  struct rlimit limit;
  signal(SIGXFSZ, SIG_IGN);
  if (getrlimit(RLIMIT_FSIZE, &limit)) return -1;
  limit.rlim_cur = is_full ? 0 : limit.rlim_max;
  return setrlimit(RLIMIT_FSIZE, &limit);
}
