// Changes to files of machines that nothing has synced yet, and how a loss of power undoes them.
//
// A name is safe once its folder was synced, and bytes once their file was (fsync(2), NOTES). Two of the
// states that a file system may come back with are made: one without any change that is not safe, and
// one with all names, but without bytes that are not. What children did is taken for safe.

#define _GNU_SOURCE
#include "power.h"
#include "CSimulator.h"
#include "operations.h"

#ifdef __linux__

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum kind { WRITTEN, MADE, MOVED, REMOVED };

struct identity {
  dev_t device;
  ino_t number;
};

struct change {
  enum kind kind;
  /// The file that was written, made or moved.
  struct identity file;
  /// The folder whose sync makes the name safe.
  struct identity folder;
  /// Where it is now, or was.
  char *path;
  /// Where it was before it was moved.
  char *from;
  /// A second name of what was at `path` before; NULL when nothing was.
  char *kept;
  /// How many of the bytes are safe.
  off_t size;
  mode_t mode;
  struct change *older;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/// Newest first.
static struct change *changes;
/// The folder of the machine at work.
static char *watched;
/// Where second names lie.
static char *attic;
static unsigned long attic_count;
/// A mistake that is planted: nothing is ever synced.
static int is_deaf;
static atomic_int is_on;

// Calls of the system itself: those of the C library come here again.

static int system_link(const char *from, const char *to) {
  return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}
static int system_rename(const char *from, const char *to) {
  return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}
static int system_unlink(const char *path, int flags) {
  return (int)syscall(SYS_unlinkat, AT_FDCWD, path, flags);
}
static int system_mkdir(const char *path, mode_t mode) {
  return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

static int is_same(struct identity one, struct identity other) {
  return one.device == other.device && one.number == other.number;
}

static int is_at(const char *path, struct identity file) {
  struct stat status;
  return lstat(path, &status) == 0 && status.st_dev == file.device && status.st_ino == file.number;
}

static int is_below(const char *path, const char *folder) {
  size_t length = strlen(folder);
  return strncmp(path, folder, length) == 0 && path[length] == '/';
}

static void forget(struct change *change) {
  free(change->path);
  free(change->from);
  free(change->kept);
  free(change);
}

/// The whole path of a name in an open folder; NULL when it is nothing that is watched.
static char *place(int folder, const char *path) {
  char *whole = NULL;
  if (path[0] == '/') {
    whole = strdup(path);
  } else {
    char base[4096];
    if (folder == AT_FDCWD) {
      if (!getcwd(base, sizeof base)) return NULL;
    } else {
      char link[64];
      snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
      ssize_t length = readlink(link, base, sizeof base - 1);
      if (length < 0) return NULL;
      base[length] = 0;
    }
    if (asprintf(&whole, "%s/%s", base, path) < 0) return NULL;
  }
  if (whole && !is_below(whole, watched)) {
    free(whole);
    return NULL;
  }
  return whole;
}

static int is_noting(void) { return atomic_load(&is_on) && !is_paused(); }

/// What there is to note of a name; NULL when it is nothing that is watched.
static struct change *named(enum kind kind, int folder, const char *path) {
  char *whole = place(folder, path);
  if (!whole) return NULL;
  struct stat status;
  char *slash = strrchr(whole, '/');
  *slash = 0;
  int is_there = stat(whole, &status) == 0;
  *slash = '/';
  struct change *change = is_there ? calloc(1, sizeof *change) : NULL;
  if (!change) {
    free(whole);
    return NULL;
  }
  change->kind = kind;
  change->path = whole;
  change->folder = (struct identity){status.st_dev, status.st_ino};
  return change;
}

/// Gives what is at the path a second name, by which it comes back; of a folder, its mode is enough.
static void keep(struct change *change) {
  struct stat status;
  if (lstat(change->path, &status) != 0) return;
  change->mode = status.st_mode;
  if (S_ISDIR(status.st_mode)) return;
  unsigned long number = __atomic_add_fetch(&attic_count, 1, __ATOMIC_RELAXED);
  if (asprintf(&change->kept, "%s/%d-%lu", attic, (int)getpid(), number) < 0) {
    change->kept = NULL;
  } else if (system_link(change->path, change->kept) != 0) {
    free(change->kept);
    change->kept = NULL;
  }
}

static struct change *written(const struct stat *status, char *path) {
  struct change *change = S_ISREG(status->st_mode) ? calloc(1, sizeof *change) : NULL;
  if (!change || !is_below(path, watched)) {
    free(change);
    free(path);
    return NULL;
  }
  change->kind = WRITTEN;
  change->file = (struct identity){status->st_dev, status->st_ino};
  change->path = path;
  change->size = status->st_size;
  return change;
}

#define KEEPING_ERRNO(value) \
  int before = errno; \
  struct change *change = value; \
  errno = before; \
  return change

static struct change *written_file(int file) {
  struct stat status;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = fstat(file, &status) == 0 ? readlink(link, path, sizeof path - 1) : -1;
  if (length < 0) return NULL;
  path[length] = 0;
  return written(&status, strdup(path));
}

struct change *power_writes(int file) {
  if (!is_noting()) return NULL;
  KEEPING_ERRNO(written_file(file));
}

static struct change *written_name(int folder, const char *name) {
  struct stat status;
  char *path = place(folder, name);
  if (!path || stat(path, &status) != 0) {
    free(path);
    return NULL;
  }
  return written(&status, path);
}

struct change *power_empties(int folder, const char *path) {
  if (!is_noting()) return NULL;
  KEEPING_ERRNO(written_name(folder, path));
}

static struct change *made(int folder, const char *path) {
  struct change *change = named(MADE, folder, path);
  struct stat status;
  if (!change || lstat(change->path, &status) != 0) return change;
  forget(change);
  return NULL;
}

struct change *power_makes(int folder, const char *path) {
  if (!is_noting()) return NULL;
  KEEPING_ERRNO(made(folder, path));
}

static struct change *moved(int from_folder, const char *from, int to_folder, const char *to) {
  struct change *change = named(MOVED, to_folder, to);
  if (!change) return NULL;
  change->from = place(from_folder, from);
  if (change->from) {
    keep(change);
    return change;
  }
  forget(change);
  return NULL;
}

struct change *power_moves(int from_folder, const char *from, int to_folder, const char *to) {
  if (!is_noting()) return NULL;
  KEEPING_ERRNO(moved(from_folder, from, to_folder, to));
}

static struct change *removed(int folder, const char *path) {
  struct change *change = named(REMOVED, folder, path);
  if (change) keep(change);
  return change;
}

struct change *power_removes(int folder, const char *path) {
  if (!is_noting()) return NULL;
  KEEPING_ERRNO(removed(folder, path));
}

/// Bytes that are not safe move with their file.
static void follow(const struct change *move) {
  for (struct change *change = changes; change; change = change->older) {
    if (change->kind != WRITTEN || !is_same(change->file, move->file)) continue;
    free(change->path);
    change->path = strdup(move->path);
  }
}

static int is_noted(const struct change *write) {
  for (struct change *change = changes; change; change = change->older) {
    if (change->kind == WRITTEN && is_same(change->file, write->file)) return 1;
  }
  return 0;
}

void power_done(struct change *change, long result) {
  if (!change) return;
  int before = errno;
  struct stat status;
  int is_change = result >= 0;
  if (is_change && (change->kind == MADE || change->kind == MOVED)) {
    is_change = lstat(change->path, &status) == 0;
    change->file = (struct identity){status.st_dev, status.st_ino};
  }
  pthread_mutex_lock(&lock);
  // What was safe before the first of several writes is what is safe.
  if (is_change && change->kind == WRITTEN) is_change = !is_noted(change);
  if (is_change) {
    if (change->kind == MOVED) follow(change);
    change->older = changes;
    changes = change;
  } else {
    if (change->kept) system_unlink(change->kept, 0);
    forget(change);
  }
  pthread_mutex_unlock(&lock);
  errno = before;
}

/// Takes away the changes that a sync makes safe, or all of a machine.
static void drop(const struct identity *synced, const char *machine) {
  for (struct change **next = &changes; *next;) {
    struct change *change = *next;
    struct identity what = change->kind == WRITTEN ? change->file : change->folder;
    if (synced ? !is_same(what, *synced) : !is_below(change->path, machine)) {
      next = &change->older;
      continue;
    }
    *next = change->older;
    if (change->kept) system_unlink(change->kept, 0);
    forget(change);
  }
}

void power_synced(int file) {
  if (!is_noting() || is_deaf) return;
  int before = errno;
  struct stat status;
  if (fstat(file, &status) == 0) {
    struct identity synced = {status.st_dev, status.st_ino};
    pthread_mutex_lock(&lock);
    drop(&synced, NULL);
    pthread_mutex_unlock(&lock);
  }
  errno = before;
}

// The loss.

static void remove_all(const char *path) {
  DIR *folder = opendir(path);
  if (folder) {
    for (struct dirent *entry; (entry = readdir(folder));) {
      if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
      char *child;
      if (asprintf(&child, "%s/%s", path, entry->d_name) < 0) continue;
      struct stat status;
      if (lstat(child, &status) == 0 && S_ISDIR(status.st_mode)) remove_all(child);
      else system_unlink(child, 0);
      free(child);
    }
    closedir(folder);
  }
  system_unlink(path, AT_REMOVEDIR);
}

static void lose_bytes(const struct change *change) {
  struct stat status;
  if (!is_at(change->path, change->file) || stat(change->path, &status) != 0) return;
  if (status.st_size > change->size) syscall(SYS_truncate, change->path, change->size);
}

static void lose_name(const struct change *change) {
  struct stat status;
  switch (change->kind) {
  case WRITTEN: return;
  case MADE:
    if (!is_at(change->path, change->file)) return;
    if (system_unlink(change->path, 0) != 0) remove_all(change->path);
    return;
  case MOVED:
    if (!is_at(change->path, change->file)) return;
    system_rename(change->path, change->from);
    break;
  case REMOVED: break;
  }
  if (lstat(change->path, &status) == 0) return;
  if (S_ISDIR(change->mode)) system_mkdir(change->path, change->mode & 07777);
  else if (change->kept) system_link(change->kept, change->path);
}

void csimulator_power_watch(const char *machine, const char *folder, int ignores_syncs) {
  pthread_mutex_lock(&lock);
  free(watched);
  free(attic);
  watched = strdup(machine);
  attic = strdup(folder);
  is_deaf = ignores_syncs;
  pthread_mutex_unlock(&lock);
  atomic_store(&is_on, 1);
}

void csimulator_power_rest(void) { atomic_store(&is_on, 0); }

void csimulator_power_cut(const char *machine, int loses_names) {
  pthread_mutex_lock(&lock);
  for (struct change *change = changes; change; change = change->older) {
    if (change->kind == WRITTEN && is_below(change->path, machine)) lose_bytes(change);
  }
  for (struct change *change = changes; change && loses_names; change = change->older) {
    if (is_below(change->path, machine)) lose_name(change);
  }
  drop(NULL, machine);
  pthread_mutex_unlock(&lock);
}

void power_fails(int loses_names) {
  if (atomic_load(&is_on)) csimulator_power_cut(watched, loses_names);
}

void csimulator_power_forget(const char *machine) {
  pthread_mutex_lock(&lock);
  drop(NULL, machine);
  pthread_mutex_unlock(&lock);
}

#else

void power_fails(int loses_names) { (void)loses_names; }
void csimulator_power_watch(const char *machine, const char *folder, int ignores_syncs) {
  (void)machine;
  (void)folder;
  (void)ignores_syncs;
}
void csimulator_power_rest(void) {}
void csimulator_power_cut(const char *machine, int loses_names) {
  (void)machine;
  (void)loses_names;
}
void csimulator_power_forget(const char *machine) { (void)machine; }

#endif
