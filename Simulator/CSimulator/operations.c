#include "operations.h"
#include "CSimulator.h"
#include "power.h"

#ifdef __linux__

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

enum { STRIKES_MAX = 32, DEATH_STATUS = 137 };

struct strike {
  unsigned long number;
  int error;
  /// An `enum operation`; none while it has not come to that.
  atomic_int struck;
};

/// In memory that a forked child shares: its end is seen by its parent.
struct state {
  atomic_ulong count;
  int error;
  int strike_count;
  struct strike strikes[STRIKES_MAX];
};

static struct state *state;
static atomic_int is_on;
static atomic_int pauses;

static const char *const names[] = {
    [NO_OPERATION] = NULL, [CREATE] = "create",     [OPEN] = "open",     [WRITE] = "write",
    [RENAME] = "rename",   [LINK] = "link",         [SYMLINK] = "symlink", [UNLINK] = "unlink",
    [MKDIR] = "mkdir",     [RMDIR] = "rmdir",       [TRUNCATE] = "truncate", [SYNC] = "sync",
    [MODE] = "chmod",
};

/// Source: the manual pages of Linux, section 2, ERRORS.
static int can_fail(enum operation operation, int error) {
  switch (error) {
  case ENOSPC:
  case EDQUOT:
    switch (operation) {
    case CREATE: case WRITE: case RENAME: case LINK: case SYMLINK: case MKDIR: case SYNC: return 1;
    default: return 0;
    }
  case EROFS: return operation != WRITE && operation != SYNC;
  case EACCES: return operation != WRITE && operation != SYNC && operation != TRUNCATE && operation != MODE;
  case EMFILE: return operation == CREATE || operation == OPEN;
  case EINTR:
    switch (operation) {
    case CREATE: case OPEN: case WRITE: case TRUNCATE: case SYNC: return 1;
    default: return 0;
    }
  default: return 1;
  }
}

int is_paused(void) { return atomic_load(&pauses) > 0; }

int is_counting(void) { return atomic_load(&is_on) && !is_paused(); }

static void die(int how) {
  if (how != CSIMULATOR_DEATH) power_fails(how == CSIMULATOR_POWER_CUT_WITH_NAMES);
  _exit(DEATH_STATUS);
}

int count_operation(enum operation operation) {
  unsigned long number = atomic_fetch_add(&state->count, 1) + 1;
  for (int index = 0; index < state->strike_count; index++) {
    struct strike *strike = &state->strikes[index];
    if (number < strike->number) continue;
    if (strike->error > 0 && !can_fail(operation, strike->error)) continue;
    int not_yet = NO_OPERATION;
    if (!atomic_compare_exchange_strong(&strike->struck, &not_yet, (int)operation)) continue;
    if (strike->error <= 0) die(strike->error);
    return strike->error;
  }
  return state->error && can_fail(operation, state->error) ? state->error : 0;
}

void csimulator_files_begin(int error) {
  if (!state) {
    void *memory = mmap(NULL, sizeof(struct state), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) _exit(1);
    state = memory;
  }
  atomic_store(&state->count, 0);
  state->error = error;
  state->strike_count = 0;
  atomic_store(&pauses, 0);
  atomic_store(&is_on, 1);
}

int csimulator_files_strike(unsigned long number, int error) {
  if (!state || state->strike_count == STRIKES_MAX) return -1;
  struct strike *strike = &state->strikes[state->strike_count];
  strike->number = number;
  strike->error = error;
  atomic_store(&strike->struck, NO_OPERATION);
  return state->strike_count++;
}

void csimulator_files_pause(void) { atomic_fetch_add(&pauses, 1); }

void csimulator_files_resume(void) { atomic_fetch_sub(&pauses, 1); }

void csimulator_files_end(void) { atomic_store(&is_on, 0); }

unsigned long csimulator_files_count(void) { return state ? atomic_load(&state->count) : 0; }

const char *csimulator_files_struck(int strike) {
  if (!state || strike < 0 || strike >= state->strike_count) return NULL;
  return names[atomic_load(&state->strikes[strike].struck)];
}

#else

#include <stddef.h>

int is_paused(void) { return 0; }
int is_counting(void) { return 0; }
int count_operation(enum operation operation) { (void)operation; return 0; }
void csimulator_files_begin(int error) { (void)error; }
int csimulator_files_strike(unsigned long number, int error) {
  (void)number;
  (void)error;
  return -1;
}
void csimulator_files_pause(void) {}
void csimulator_files_resume(void) {}
void csimulator_files_end(void) {}
unsigned long csimulator_files_count(void) { return 0; }
const char *csimulator_files_struck(int strike) {
  (void)strike;
  return NULL;
}

#endif
