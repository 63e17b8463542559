// Kinds of operations on files, and whether one is to fail.
#ifndef CSIMULATOR_OPERATIONS_H
#define CSIMULATOR_OPERATIONS_H

enum operation {
  NO_OPERATION,
  /// Opens a file that is not there yet.
  CREATE,
  /// Opens a file that is there, for writing.
  OPEN,
  WRITE,
  RENAME,
  LINK,
  SYMLINK,
  UNLINK,
  MKDIR,
  RMDIR,
  TRUNCATE,
  SYNC,
  MODE,
};

/// Whether operations are counted now.
int is_counting(void);

/// Whether what is done now is none of a machine's.
int is_paused(void);

/// Counts one; the errno that it is to fail with, 0 when it is to go on.
int count_operation(enum operation operation);

#endif
