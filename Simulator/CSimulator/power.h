// What of the changes to files would not outlive a loss of power.
//
// Each function is asked before its operation is done, and returns what there is to note of it; NULL when
// nothing is. `power_done` is told what the operation returned.
#ifndef CSIMULATOR_POWER_H
#define CSIMULATOR_POWER_H

#include <sys/types.h>

struct change;

/// Bytes of an open file are about to change.
struct change *power_writes(int file);
/// The same of a file by its name; NULL also where none is there yet.
struct change *power_empties(int folder, const char *path);
/// A name is about to be made: by an open that may find it there, too.
struct change *power_makes(int folder, const char *path);
/// A name is about to be given to what has another now.
struct change *power_moves(int from_folder, const char *from, int to_folder, const char *to);
/// A name is about to be taken away.
struct change *power_removes(int folder, const char *path);

/// Notes a change, unless its operation failed.
void power_done(struct change *change, long result);

/// What an open file or folder holds is safe from now on.
void power_synced(int file);

/// The machine at work loses power now; see `csimulator_power_cut`.
void power_fails(int loses_names);

#endif
