// Calls of the system that Swift's own modules for it lack.
#ifndef CSYSTEM_SHIM_H
#define CSYSTEM_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/vfs.h>
#include <time.h>
#endif

/// A pipe whose ends no child inherits, even one that another thread starts meanwhile.
static inline int csystem_pipe(int ends[2]) {
#ifdef __linux__
  return (int)syscall(SYS_pipe2, ends, O_CLOEXEC);
#else
  if (pipe(ends)) return -1;
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  return 0;
#endif
}

#ifdef __linux__
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);
#endif

/// Makes a child start in `folder`.
static inline int csystem_spawn_in(posix_spawn_file_actions_t *actions, const char *folder) {
  return posix_spawn_file_actions_addchdir_np(actions, folder);
}

/// A descriptor that can be read once that much time has passed, time asleep included; -1 where
/// there is none.
static inline int csystem_timer(long long seconds, long nanoseconds) {
#ifdef __linux__
  int timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (timer < 0) return -1;
  struct itimerspec end = {{0, 0}, {(time_t)seconds, nanoseconds}};
  if (timerfd_settime(timer, 0, &end, 0) == 0) return timer;
  close(timer);
#endif
  return -1;
}

#ifdef __linux__
/// The kind of file system that an open file is on, as a number of statfs(2); 0 and errno when the
/// system does not tell.
static inline uint32_t csystem_file_system_kind(int file) {
  struct statfs status;
  int result;
  do {
    result = fstatfs(file, &status);
  } while (result != 0 && errno == EINTR);
  return result == 0 ? (uint32_t)status.f_type : 0;
}

// Source: linux/ioprio.h.
#define CSYSTEM_IO_THREAD 1
#define CSYSTEM_IO_IDLE 3
#define CSYSTEM_IO_CLASS_SHIFT 13

/// Gives this thread, and every child it starts from then on, disk time that nobody else wants; 0, or
/// -1 and errno.
static inline int csystem_set_idle_io(void) {
  return (int)syscall(SYS_ioprio_set, CSYSTEM_IO_THREAD, 0, CSYSTEM_IO_IDLE << CSYSTEM_IO_CLASS_SHIFT);
}

/// The I/O class of this thread: 0 none of its own, 1 real time, 2 best effort, 3 idle; -1 and errno.
static inline int csystem_io_class(void) {
  long priority = syscall(SYS_ioprio_get, CSYSTEM_IO_THREAD, 0);
  return priority < 0 ? -1 : (int)(priority >> CSYSTEM_IO_CLASS_SHIFT);
}
#endif

#endif
