// libgit2, and what of it Swift cannot call: variadic functions.
#ifndef CLIBGIT2_SHIM_H
#define CLIBGIT2_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <git2.h>
#include <git2/odb_backend.h>
#include <git2/sys/index.h>
#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#ifdef __linux__
#include <linux/openat2.h>
#include <sys/syscall.h>
#endif

/// Objects, their folders and refs are synced before a call that writes them returns.
static inline int cgit_set_fsync(int on) {
  return git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, on);
}

/// git itself has already judged who owns the repository.
static inline int cgit_set_owner_validation(int on) {
  return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, on);
}

/// Whether an object that was read once is taken as there from then on.
static inline int cgit_set_caching(int on) {
  return git_libgit2_opts(GIT_OPT_ENABLE_CACHING, on);
}

/// Where settings of a level are looked for; "" is nowhere.
static inline int cgit_set_search_path(git_config_level_t level, const char *path) {
  return git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, path);
}

/// Extensions of the repository format that do not concern objects and refs.
static inline int cgit_set_extensions(const char *const *names, size_t count) {
  return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, count);
}

/// Opens a file below `folder` for reading without following any symbolic link on the way and
/// without blocking; -1 and errno otherwise.
static inline int cgit_open_beneath(int folder, const char *path) {
  const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
#ifdef __linux__
  struct open_how how;
  memset(&how, 0, sizeof how);
  how.flags = (uint64_t)flags;
  how.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH;
  int fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
  if (fd >= 0 || (errno != ENOSYS && errno != EPERM && errno != EAGAIN)) return fd;
#endif
  return openat(folder, path, flags);
}

/// Has the system begin to write a file to disk, without waiting; an fsync later then finds less to do.
/// Where it cannot, nothing happens.
static inline void cgit_start_writing(int file) {
#if defined(__linux__) && defined(__LP64__) && defined(SYS_sync_file_range)
  const unsigned int write_only = 2; // SYNC_FILE_RANGE_WRITE of sync_file_range(2)
  int before = errno;
  (void)syscall(SYS_sync_file_range, file, (int64_t)0, (int64_t)0, write_only);
  errno = before;
#else
  (void)file;
#endif
}

/// Whether the loose object in a file ends in the middle, which libgit2 1.5 reads for ever.
static inline int cgit_is_cut_short(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  unsigned char packed[16384], content[16384];
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  int result = inflateInit(&stream);
  while (result == Z_OK) {
    ssize_t count = read(file, packed, sizeof packed);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    stream.next_in = packed;
    stream.avail_in = (uInt)count;
    do {
      stream.next_out = content;
      stream.avail_out = sizeof content;
      result = inflate(&stream, Z_NO_FLUSH);
    } while (result == Z_OK && (stream.avail_in > 0 || stream.avail_out == 0));
    if (result == Z_BUF_ERROR) result = Z_OK;
  }
  inflateEnd(&stream);
  close(file);
  return result == Z_OK;
}

#ifdef __linux__
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);
#ifndef POSIX_SPAWN_SETSID
#define POSIX_SPAWN_SETSID 0x80
#endif
#endif

/// Makes a child start in `folder`.
static inline int cgit_spawn_in(posix_spawn_file_actions_t *actions, const char *folder) {
  return posix_spawn_file_actions_addchdir_np(actions, folder);
}

/// Makes a child start in a session of its own, without a terminal.
static inline short cgit_spawn_new_session(void) { return POSIX_SPAWN_SETSID; }

#endif
