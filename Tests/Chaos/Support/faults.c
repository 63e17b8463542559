// Loaded into every process of a command (LD_PRELOAD): counts the calls that change files below a
// folder, over all processes, and makes one of them go wrong.
//
//   CHAOS_FOLDER  absolute path without links; calls that change nothing below it are left alone
//   CHAOS_STATE   file shared by all processes, made by whoever starts the command (`struct shared`)
//   CHAOS_LOG     file that gets a line a call: number, kind, path
//   CHAOS_AT      number of the call that goes wrong, from 1; 0: none
//   CHAOS_HOW     kill: all processes die before the call; fail: it fails with CHAOS_ERRNO; fail-on: it
//                 and all later ones that need space do
//   CHAOS_LATER   seconds that the wall clock is ahead, so that files do not look just written
//
// Linux and glibc only. Calls inside the C library (stdio) and stores to mapped memory are not seen.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { PROCESSES_MAX = 1000 };

// 4096 bytes, as Faults.swift reads it.
struct shared {
  _Atomic int calls;
  _Atomic int is_over;
  _Atomic int process_count;
  _Atomic int processes[PROCESSES_MAX];
};

enum how { NOTHING, KILL, FAIL, FAIL_ON };

static struct shared *shared;
static char folder[PATH_MAX];
static size_t folder_length;
static enum how how;
static int at, error_number, seconds_later, log_file = -1;

static void die(void) {
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

static void enroll(void) {
  if (!shared) return;
  int place = atomic_fetch_add(&shared->process_count, 1);
  if (place < PROCESSES_MAX) atomic_store(&shared->processes[place], getpid());
  // Started by one that is dead by now.
  if (atomic_load(&shared->is_over)) die();
}

__attribute__((constructor)) static void begin(void) {
  const char *where = getenv("CHAOS_FOLDER"), *state = getenv("CHAOS_STATE");
  const char *log = getenv("CHAOS_LOG"), *number = getenv("CHAOS_AT"), *what = getenv("CHAOS_HOW");
  if (!where || !state) return;
  folder_length = strlen(where);
  if (folder_length == 0 || folder_length >= sizeof folder) return;
  strcpy(folder, where);
  int file = (int)syscall(SYS_openat, AT_FDCWD, state, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void *memory = mmap(0, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  syscall(SYS_close, file);
  if (memory == MAP_FAILED) return;
  at = number ? atoi(number) : 0;
  const char *code = getenv("CHAOS_ERRNO");
  error_number = code ? atoi(code) : EIO;
  if (what && !strcmp(what, "kill")) how = KILL;
  if (what && !strcmp(what, "fail")) how = FAIL;
  if (what && !strcmp(what, "fail-on")) how = FAIL_ON;
  const char *later = getenv("CHAOS_LATER");
  seconds_later = later ? atoi(later) : 0;
  if (log) {
    file = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CLOEXEC);
    // Out of the way of programs that count on low numbers.
    if (file >= 0) {
      log_file = fcntl(file, F_DUPFD_CLOEXEC, 800);
      syscall(SYS_close, file);
    }
  }
  shared = memory;
  pthread_atfork(0, 0, enroll);
  enroll();
}

static int is_below(const char *path) {
  return !strncmp(path, folder, folder_length) &&
         (path[folder_length] == '/' || path[folder_length] == 0);
}

static int path_of(int file, char *path) {
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t count = readlink(link, path, PATH_MAX - 1);
  if (count < 0) return 0;
  path[count] = 0;
  return 1;
}

static int full_path(int directory, const char *name, char *path) {
  if (name[0] == '/') return snprintf(path, PATH_MAX, "%s", name) < PATH_MAX;
  if (directory == AT_FDCWD ? !getcwd(path, PATH_MAX) : !path_of(directory, path)) return 0;
  size_t length = strlen(path);
  return snprintf(path + length, PATH_MAX - length, "/%s", name) < (int)(PATH_MAX - length);
}

// Whether the call is to fail; errno is set then.
static int goes_wrong(const char *kind, const char *path, int needs_space) {
  int before = errno;
  if (atomic_load(&shared->is_over)) die();
  int number = atomic_fetch_add(&shared->calls, 1) + 1;
  if (log_file >= 0) {
    char line[PATH_MAX + 64];
    int length = snprintf(line, sizeof line, "%d %s%s %s\n", number, kind, needs_space ? "+" : "",
                          path + folder_length);
    syscall(SYS_write, log_file, line, (size_t)length);
  }
  errno = before;
  int fails = 0;
  if (at && how == KILL && number == at) {
    atomic_store(&shared->is_over, 1);
    int count = atomic_load(&shared->process_count);
    for (int place = 0; place < count && place < PROCESSES_MAX; place++) {
      int process = atomic_load(&shared->processes[place]);
      if (process > 0 && process != getpid()) syscall(SYS_kill, process, SIGKILL);
    }
    die();
  }
  if (at && how == FAIL) fails = number == at;
  if (at && how == FAIL_ON) fails = number >= at && needs_space;
  if (fails) errno = error_number;
  return fails;
}

static int file_goes_wrong(int file, const char *kind, int needs_space) {
  char path[PATH_MAX];
  int before = errno;
  int counts = shared && path_of(file, path) && is_below(path);
  errno = before;
  return counts && goes_wrong(kind, path, needs_space);
}

static int name_goes_wrong(int directory, const char *name, const char *kind, int needs_space) {
  char path[PATH_MAX];
  int before = errno;
  int counts = shared && full_path(directory, name, path) && is_below(path);
  errno = before;
  return counts && goes_wrong(kind, path, needs_space);
}

// The call of the C library itself.
#define REAL(type, name, ...)                                                   \
  static type (*real)(__VA_ARGS__);                                             \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

ssize_t write(int file, const void *bytes, size_t count) {
  REAL(ssize_t, "write", int, const void *, size_t);
  return file_goes_wrong(file, "write", 1) ? -1 : real(file, bytes, count);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
  REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
  return file_goes_wrong(file, "pwrite", 1) ? -1 : real(file, bytes, count, offset);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
  return pwrite(file, bytes, count, offset);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
  REAL(ssize_t, "writev", int, const struct iovec *, int);
  return file_goes_wrong(file, "writev", 1) ? -1 : real(file, parts, count);
}

int fsync(int file) {
  REAL(int, "fsync", int);
  return file_goes_wrong(file, "fsync", 1) ? -1 : real(file);
}

int fdatasync(int file) {
  REAL(int, "fdatasync", int);
  return file_goes_wrong(file, "fdatasync", 1) ? -1 : real(file);
}

int ftruncate(int file, off_t size) {
  REAL(int, "ftruncate", int, off_t);
  return file_goes_wrong(file, "ftruncate", size > 0) ? -1 : real(file, size);
}

int ftruncate64(int file, off64_t size) { return ftruncate(file, size); }

int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
  REAL(int, "renameat2", int, const char *, int, const char *, unsigned);
  return name_goes_wrong(to, new, "rename", 1) ? -1 : real(from, old, to, new, flags);
}

int renameat(int from, const char *old, int to, const char *new) {
  REAL(int, "renameat", int, const char *, int, const char *);
  return name_goes_wrong(to, new, "rename", 1) ? -1 : real(from, old, to, new);
}

int rename(const char *old, const char *new) {
  REAL(int, "rename", const char *, const char *);
  return name_goes_wrong(AT_FDCWD, new, "rename", 1) ? -1 : real(old, new);
}

int linkat(int from, const char *old, int to, const char *new, int flags) {
  REAL(int, "linkat", int, const char *, int, const char *, int);
  return name_goes_wrong(to, new, "link", 1) ? -1 : real(from, old, to, new, flags);
}

int link(const char *old, const char *new) {
  REAL(int, "link", const char *, const char *);
  return name_goes_wrong(AT_FDCWD, new, "link", 1) ? -1 : real(old, new);
}

int symlinkat(const char *target, int to, const char *name) {
  REAL(int, "symlinkat", const char *, int, const char *);
  return name_goes_wrong(to, name, "symlink", 1) ? -1 : real(target, to, name);
}

int symlink(const char *target, const char *name) {
  REAL(int, "symlink", const char *, const char *);
  return name_goes_wrong(AT_FDCWD, name, "symlink", 1) ? -1 : real(target, name);
}

int unlinkat(int folder_file, const char *name, int flags) {
  REAL(int, "unlinkat", int, const char *, int);
  return name_goes_wrong(folder_file, name, "unlink", 0) ? -1 : real(folder_file, name, flags);
}

int unlink(const char *name) {
  REAL(int, "unlink", const char *);
  return name_goes_wrong(AT_FDCWD, name, "unlink", 0) ? -1 : real(name);
}

int rmdir(const char *name) {
  REAL(int, "rmdir", const char *);
  return name_goes_wrong(AT_FDCWD, name, "rmdir", 0) ? -1 : real(name);
}

int mkdirat(int folder_file, const char *name, mode_t mode) {
  REAL(int, "mkdirat", int, const char *, mode_t);
  return name_goes_wrong(folder_file, name, "mkdir", 1) ? -1 : real(folder_file, name, mode);
}

int mkdir(const char *name, mode_t mode) {
  REAL(int, "mkdir", const char *, mode_t);
  return name_goes_wrong(AT_FDCWD, name, "mkdir", 1) ? -1 : real(name, mode);
}

static int open_in(int folder_file, const char *name, int flags, mode_t mode) {
  REAL(int, "openat", int, const char *, int, ...);
  int changes = flags & (O_CREAT | O_TRUNC);
  if (changes && name_goes_wrong(folder_file, name, "open", (flags & O_CREAT) != 0)) return -1;
  return real(folder_file, name, flags, mode);
}

#define MODE_OF(flags)                                                           \
  mode_t mode = 0;                                                               \
  if ((flags) & (O_CREAT | O_TMPFILE)) {                                         \
    va_list more;                                                                \
    va_start(more, flags);                                                       \
    mode = va_arg(more, mode_t);                                                 \
    va_end(more);                                                                \
  }

int openat(int folder_file, const char *name, int flags, ...) {
  MODE_OF(flags)
  return open_in(folder_file, name, flags, mode);
}

int openat64(int folder_file, const char *name, int flags, ...) {
  MODE_OF(flags)
  return open_in(folder_file, name, flags | O_LARGEFILE, mode);
}

int open(const char *name, int flags, ...) {
  MODE_OF(flags)
  return open_in(AT_FDCWD, name, flags, mode);
}

int open64(const char *name, int flags, ...) {
  MODE_OF(flags)
  return open_in(AT_FDCWD, name, flags | O_LARGEFILE, mode);
}

int creat(const char *name, mode_t mode) {
  return open_in(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int creat64(const char *name, mode_t mode) { return creat(name, mode); }

int clock_gettime(clockid_t clock, struct timespec *now) {
  REAL(int, "clock_gettime", clockid_t, struct timespec *);
  int result = real(clock, now);
  if (result == 0 && clock == CLOCK_REALTIME) now->tv_sec += seconds_later;
  return result;
}
