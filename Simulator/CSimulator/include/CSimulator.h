// Calls of the system that Swift's own modules for it lack, and a file system that fails on demand.
#ifndef CSIMULATOR_H
#define CSIMULATOR_H

/// A process that goes on as this one, to die in its place.
int csimulator_fork(void);

/// Lets this process and its children write to no file, as if the disk were full; or to all again.
int csimulator_fill_disk(int is_full);

// Operations that change files, as this process does them: also those that libraries do. They are
// counted from 1, and only those on regular files and folders.
//
// An error strikes at operations that can fail so by what the system's manual says: a write is never
// denied, and no file is too many to be removed. Linux only; elsewhere nothing is counted.

/// Begins to count, and to have each operation that can fail so fail with `error`, a number of errno;
/// 0: none does.
void csimulator_files_begin(int error);

/// In the place of an error: the process ends there.
enum {
  CSIMULATOR_DEATH = 0,
  /// And the power fails: see `csimulator_power_cut`, with names.
  CSIMULATOR_POWER_CUT_WITH_NAMES = -1,
  CSIMULATOR_POWER_CUT_BUT_NAMES = -2,
};

/// Has the operation of that number, or the first one after it that can, fail once with `error`; where
/// that is a death, the process ends there instead, with status 137.
///
/// Returns the number of what was added, from 0; -1 when there are too many.
int csimulator_files_strike(unsigned long number, int error);

/// Lets operations through, uncounted, until as many calls of `csimulator_files_resume`.
void csimulator_files_pause(void);
void csimulator_files_resume(void);

/// Lets all operations through, uncounted.
void csimulator_files_end(void);

/// How many operations were counted since the last begin, also in a child that was forked since.
unsigned long csimulator_files_count(void);

/// The operation that was struck, such as `rename`, also in a child that was forked since; NULL when
/// it has not come to that.
const char *csimulator_files_struck(int strike);

// Changes that this process makes below the folder of a machine are noted until they are synced. What its
// children do is taken for safe.

/// Begins to note changes below `machine`; `folder` lies beside it, and keeps what they replace. With
/// `ignores_syncs` nothing is ever safe: a mistake that is planted.
void csimulator_power_watch(const char *machine, const char *folder, int ignores_syncs);

/// Notes no more, and keeps what was noted.
void csimulator_power_rest(void);

/// Undoes what was noted of a machine and is not safe: bytes that were written, and with `loses_names`
/// also which files there are.
void csimulator_power_cut(const char *machine, int loses_names);

/// Takes what was noted of a machine for safe.
void csimulator_power_forget(const char *machine);

#endif
