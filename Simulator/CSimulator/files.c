// The calls of the C library that change files, in its place: this program's own, and those of every
// library that it has loaded, come here first. All go on to the C library unless they are to fail.
//
// What the C library does by itself, such as `mkstemp`, does not come here. Nor do operations on the
// times of files, which libgit2 sets where an object is there already: they depend on how fast the run
// is. So does what caches of what files looked like hold; none is written while operations are counted.

#ifdef __linux__

#define _GNU_SOURCE
#undef _FORTIFY_SOURCE
#include "operations.h"
#include "power.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

// What callers that were compiled with _FORTIFY_SOURCE call.
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int folder, const char *path, int flags);
int __openat64_2(int folder, const char *path, int flags);

#define INSTEAD __attribute__((visibility("default")))

/// The function of the C library, found when it is first called.
#define NEXT(name) \
  static __typeof__(name) *next; \
  if (!next) next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static int is_cache(const char *path) { return strstr(path, "stat-cache") != NULL; }

static int is_kept(mode_t mode) { return S_ISREG(mode) || S_ISDIR(mode); }

static int is_kept_file(int file) {
  struct stat status;
  int before = errno;
  int is = fstat(file, &status) == 0 && is_kept(status.st_mode);
  errno = before;
  return is;
}

/// Whether the operation is to fail; errno is set then.
static int fails(enum operation operation) {
  int error = count_operation(operation);
  if (!error) return 0;
  errno = error;
  return 1;
}

static int fails_on_file(enum operation operation, int file) {
  return is_counting() && is_kept_file(file) && fails(operation);
}

static int fails_on_path(enum operation operation) { return is_counting() && fails(operation); }

static int fails_on_name(enum operation operation, const char *path) {
  return is_counting() && !is_cache(path) && fails(operation);
}

static int fails_to_open(int folder, const char *path, int flags) {
  if (!is_counting()) return 0;
  if ((flags & O_ACCMODE) == O_RDONLY && !(flags & (O_CREAT | O_TRUNC))) return 0;
  if (is_cache(path)) {
    errno = EACCES;
    return 1;
  }
  struct stat status;
  int before = errno;
  int is_there = fstatat(folder, path, &status, 0) == 0;
  errno = before;
  if (is_there && !is_kept(status.st_mode)) return 0;
  // What neither is there nor is made fails by itself.
  if (!is_there && !(flags & O_CREAT)) return 0;
  if (is_there && (flags & O_CREAT) && (flags & O_EXCL)) return 0;
  return fails(is_there ? OPEN : CREATE);
}

/// The mode, which callers give only with flags that make a file.
#define TAKE_MODE(flags) \
  mode_t mode = 0; \
  if ((flags) & O_CREAT || ((flags) & O_TMPFILE) == O_TMPFILE) { \
    va_list rest; \
    va_start(rest, flags); \
    mode = (mode_t)va_arg(rest, unsigned int); \
    va_end(rest); \
  }

/// An open that makes a file, or empties one, changes it.
#define OPENING(folder, path, flags, opening) \
  if (fails_to_open(folder, path, flags)) return -1; \
  struct change *made = (flags) & O_CREAT ? power_makes(folder, path) : NULL; \
  struct change *emptied = (flags) & O_TRUNC ? power_empties(folder, path) : NULL; \
  int file = opening; \
  power_done(emptied, file); \
  power_done(made, file); \
  return file;

#define OPEN_INSTEAD(name) \
  INSTEAD int name(const char *path, int flags, ...) { \
    NEXT(name); \
    TAKE_MODE(flags) \
    OPENING(AT_FDCWD, path, flags, next(path, flags, mode)) \
  }
OPEN_INSTEAD(open)
OPEN_INSTEAD(open64)

#define OPENAT_INSTEAD(name) \
  INSTEAD int name(int folder, const char *path, int flags, ...) { \
    NEXT(name); \
    TAKE_MODE(flags) \
    OPENING(folder, path, flags, next(folder, path, flags, mode)) \
  }
OPENAT_INSTEAD(openat)
OPENAT_INSTEAD(openat64)

#define OPEN_2_INSTEAD(name) \
  INSTEAD int name(const char *path, int flags) { \
    NEXT(name); \
    OPENING(AT_FDCWD, path, flags, next(path, flags)) \
  }
OPEN_2_INSTEAD(__open_2)
OPEN_2_INSTEAD(__open64_2)

#define OPENAT_2_INSTEAD(name) \
  INSTEAD int name(int folder, const char *path, int flags) { \
    NEXT(name); \
    OPENING(folder, path, flags, next(folder, path, flags)) \
  }
OPENAT_2_INSTEAD(__openat_2)
OPENAT_2_INSTEAD(__openat64_2)

#define CREAT_INSTEAD(name) \
  INSTEAD int name(const char *path, mode_t mode) { \
    NEXT(name); \
    OPENING(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, next(path, mode)) \
  }
CREAT_INSTEAD(creat)
CREAT_INSTEAD(creat64)

/// A function of a path, or of two, or of a file: named parameters, and their names again; whether it
/// fails, and what there is to note of it.
#define INSTEAD_OF(result, name, parameters, arguments, failing, noting) \
  INSTEAD result name parameters { \
    NEXT(name); \
    if (failing) return -1; \
    struct change *change = noting; \
    result value = next arguments; \
    power_done(change, value); \
    return value; \
  }

#define WRITE_INSTEAD(name, parameters, arguments) \
  INSTEAD_OF(ssize_t, name, parameters, arguments, fails_on_file(WRITE, file), power_writes(file))

WRITE_INSTEAD(write, (int file, const void *bytes, size_t count), (file, bytes, count))
WRITE_INSTEAD(pwrite, (int file, const void *bytes, size_t count, off_t at),
              (file, bytes, count, at))
WRITE_INSTEAD(pwrite64, (int file, const void *bytes, size_t count, off64_t at),
              (file, bytes, count, at))
WRITE_INSTEAD(writev, (int file, const struct iovec *pieces, int count), (file, pieces, count))
WRITE_INSTEAD(pwritev, (int file, const struct iovec *pieces, int count, off_t at),
              (file, pieces, count, at))
WRITE_INSTEAD(pwritev64, (int file, const struct iovec *pieces, int count, off64_t at),
              (file, pieces, count, at))

INSTEAD_OF(int, rename, (const char *from, const char *to), (from, to),
           fails_on_name(RENAME, to), power_moves(AT_FDCWD, from, AT_FDCWD, to))
INSTEAD_OF(int, renameat, (int from_folder, const char *from, int to_folder, const char *to),
           (from_folder, from, to_folder, to), fails_on_name(RENAME, to),
           power_moves(from_folder, from, to_folder, to))
INSTEAD_OF(int, renameat2,
           (int from_folder, const char *from, int to_folder, const char *to, unsigned int flags),
           (from_folder, from, to_folder, to, flags), fails_on_name(RENAME, to),
           power_moves(from_folder, from, to_folder, to))

INSTEAD_OF(int, link, (const char *from, const char *to), (from, to), fails_on_path(LINK),
           power_makes(AT_FDCWD, to))
INSTEAD_OF(int, linkat,
           (int from_folder, const char *from, int to_folder, const char *to, int flags),
           (from_folder, from, to_folder, to, flags), fails_on_path(LINK),
           power_makes(to_folder, to))
INSTEAD_OF(int, symlink, (const char *target, const char *path), (target, path),
           fails_on_path(SYMLINK), power_makes(AT_FDCWD, path))
INSTEAD_OF(int, symlinkat, (const char *target, int folder, const char *path),
           (target, folder, path), fails_on_path(SYMLINK), power_makes(folder, path))

INSTEAD_OF(int, unlink, (const char *path), (path), fails_on_name(UNLINK, path),
           power_removes(AT_FDCWD, path))
INSTEAD_OF(int, unlinkat, (int folder, const char *path, int flags), (folder, path, flags),
           fails_on_name(flags & AT_REMOVEDIR ? RMDIR : UNLINK, path),
           power_removes(folder, path))
INSTEAD_OF(int, mkdir, (const char *path, mode_t mode), (path, mode), fails_on_path(MKDIR),
           power_makes(AT_FDCWD, path))
INSTEAD_OF(int, mkdirat, (int folder, const char *path, mode_t mode), (folder, path, mode),
           fails_on_path(MKDIR), power_makes(folder, path))
INSTEAD_OF(int, rmdir, (const char *path), (path), fails_on_path(RMDIR),
           power_removes(AT_FDCWD, path))

INSTEAD_OF(int, truncate, (const char *path, off_t length), (path, length),
           fails_on_path(TRUNCATE), power_empties(AT_FDCWD, path))
INSTEAD_OF(int, truncate64, (const char *path, off64_t length), (path, length),
           fails_on_path(TRUNCATE), power_empties(AT_FDCWD, path))
INSTEAD_OF(int, ftruncate, (int file, off_t length), (file, length),
           fails_on_file(TRUNCATE, file), power_writes(file))
INSTEAD_OF(int, ftruncate64, (int file, off64_t length), (file, length),
           fails_on_file(TRUNCATE, file), power_writes(file))

#define SYNC_INSTEAD(name) \
  INSTEAD int name(int file) { \
    NEXT(name); \
    if (fails_on_file(SYNC, file)) return -1; \
    int value = next(file); \
    if (value == 0) power_synced(file); \
    return value; \
  }
SYNC_INSTEAD(fsync)
SYNC_INSTEAD(fdatasync)

// A mode that is lost is no file that is lost.
INSTEAD_OF(int, chmod, (const char *path, mode_t mode), (path, mode), fails_on_path(MODE), NULL)
INSTEAD_OF(int, fchmod, (int file, mode_t mode), (file, mode), fails_on_file(MODE, file), NULL)
INSTEAD_OF(int, fchmodat, (int folder, const char *path, mode_t mode, int flags),
           (folder, path, mode, flags), fails_on_path(MODE), NULL)

#else

typedef int csimulator_files_has_no_replacements;

#endif
