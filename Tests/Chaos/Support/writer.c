// Files that are rewritten again and again, and the judging of what a reader saw of them.
//
//   write KIND FOLDER LEDGER       rewrites three files until SIGTERM; ends with all of them whole
//   judge KIND NUMBER LEDGER       reads what was seen of file NUMBER from standard input; says
//                                  "whole", "instant" or "torn", and why
//
// KIND   truncate: emptied, then written; place: written over in place; append: emptied, then line by
//        line; rename: written beside, then renamed
// LEDGER 3 MiB of zeros, shared: which generations are done, and which of them took so long to write
//        that a reader may truly have found the file half written, and unchanged for a while.
//
// Every line names its generation and its number, so that every byte can be judged. In a generation
// that was written swiftly nothing but the whole is right.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { FILES = 3, LINE = 64, GENERATIONS_MAX = 1 << 20, CONTENT_MAX = 2 << 20 };
enum kind { TRUNCATE, PLACE, APPEND, RENAME };

struct file {
  const char *name;
  int lines;
  int has_crlf;
  long swift_nanoseconds;
};

// Small; small with CRLF, which git converts; larger than is held in memory.
static const struct file files[FILES] = {
    {"small.txt", 380, 0, 20000},
    {"crlf.txt", 380, 1, 20000},
    {"big.bin", 24000, 0, 3000000},
};

struct ledger {
  _Atomic int done[FILES];
  _Atomic unsigned char is_slow[FILES][GENERATIONS_MAX - 16];
};

static struct ledger *ledger;
static volatile sig_atomic_t is_over;

static void stop(int number) {
  (void)number;
  is_over = 1;
}

static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static int lines_of(enum kind kind, int number, int generation) {
  // In place the size stays.
  return files[number].lines + (kind == PLACE ? 0 : generation % 17);
}

static size_t fill(char *content, enum kind kind, int number, int generation, int has_crlf) {
  int count = lines_of(kind, number, generation);
  char *place = content;
  for (int line = 0; line < count; line++) {
    int length = snprintf(place, LINE, "%08d %06d ", generation, line);
    memset(place + length, 'a' + generation % 26, (size_t)(LINE - 2 - length));
    place += LINE - 2;
    if (has_crlf) *place++ = '\r';
    *place++ = '\n';
  }
  return (size_t)(place - content);
}

static long nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000L + now.tv_nsec;
}

static long switches(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_nvcsw + usage.ru_nivcsw;
}

static void put(int file, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(file, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write");
    bytes += written;
    count -= (size_t)written;
  }
}

static int open_file(const char *name, int flags) {
  int file = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644);
  if (file < 0) fail(name);
  return file;
}

static void write_once(enum kind kind, int number, int generation, char *content) {
  const char *name = files[number].name;
  char beside[64];
  size_t size = fill(content, kind, number, generation, files[number].has_crlf);
  long began = nanoseconds(), switched = switches();
  int file;
  switch (kind) {
  case TRUNCATE:
    file = open_file(name, O_TRUNC);
    put(file, content, size);
    close(file);
    break;
  case PLACE:
    file = open_file(name, 0);
    put(file, content, size);
    close(file);
    break;
  case APPEND: {
    file = open_file(name, O_TRUNC | O_APPEND);
    size_t line = (size_t)(files[number].has_crlf ? LINE : LINE - 1);
    size_t at_once = size > 400 * LINE ? size - 100 * line : 0;
    put(file, content, at_once);
    for (size_t place = at_once; place < size; place += line) put(file, content + place, line);
    close(file);
    break;
  }
  case RENAME:
    snprintf(beside, sizeof beside, "%s.tmp", name);
    file = open_file(beside, O_TRUNC);
    put(file, content, size);
    close(file);
    if (rename(beside, name)) fail("rename");
    break;
  }
  if (nanoseconds() - began > files[number].swift_nanoseconds || switches() != switched)
    atomic_store(&ledger->is_slow[number][generation], 1);
  atomic_store(&ledger->done[number], generation);
}

static int run_writer(enum kind kind) {
  signal(SIGTERM, stop);
  char *content = malloc(CONTENT_MAX);
  int generation[FILES] = {1, 1, 1};
  if (!content) fail("malloc");
  for (int number = 0; number < FILES; number++) write_once(kind, number, 0, content);
  while (!is_over) {
    // The big one rests at times: it takes longer to read than to write.
    int big_rests = nanoseconds() / 20000000 % 4 != 0;
    for (int turn = 0; turn < 17; turn++) {
      int number = turn == 16 ? 2 : turn % 2;
      if (number == 2 && big_rests) continue;
      if (generation[number] >= GENERATIONS_MAX - 16) continue;
      write_once(kind, number, generation[number]++, content);
    }
    if (big_rests) usleep(500);
  }
  return 0;
}

static int say(const char *what, const char *why, int generation) {
  printf("%s %s %d\n", what, why, generation);
  return 0;
}

// Whether this generation was so slow to write that a half of it could be read twice.
static int was_slow(int number, int generation) {
  if (generation < 0 || generation >= GENERATIONS_MAX - 16) return 0;
  while (atomic_load(&ledger->done[number]) < generation) sched_yield();
  return atomic_load(&ledger->is_slow[number][generation]);
}

static int run_judge(enum kind kind, int number) {
  char *seen = malloc(CONTENT_MAX + 1), *right = malloc(CONTENT_MAX);
  if (!seen || !right) fail("malloc");
  size_t size = fread(seen, 1, CONTENT_MAX, stdin);
  seen[size] = 0;
  if (size == 0) {
    if (kind == APPEND) return say("whole", "empty", 0);
    for (int generation = 0; generation <= atomic_load(&ledger->done[number]); generation++)
      if (atomic_load(&ledger->is_slow[number][generation])) return say("instant", "empty", 0);
    return say("torn", "empty", 0);
  }
  int generation = atoi(seen);
  if (generation < 0 || generation >= GENERATIONS_MAX - 16) return say("torn", "nonsense", 0);
  // Line ends are as git stores them.
  size_t whole = fill(right, kind, number, generation, 0);
  if (size == whole && !memcmp(seen, right, size)) return say("whole", "all", generation);
  if (size < whole && !memcmp(seen, right, size)) {
    if (kind == APPEND && size % (LINE - 1) == 0) return say("whole", "lines", generation);
    return say(was_slow(number, generation) ? "instant" : "torn", "beginning", generation);
  }
  if (kind == PLACE && size == whole && generation > 0) {
    size_t border = 0;
    while (seen[border] == right[border]) border++;
    fill(right, kind, number, generation - 1, 0);
    if (!memcmp(seen + border, right + border, size - border))
      return say(was_slow(number, generation) ? "instant" : "torn", "mixed", generation);
  }
  return say("torn", "many", generation);
}

int main(int count, char **words) {
  static const char *names[] = {"truncate", "place", "append", "rename"};
  if (count != 5) return 64;
  int kind = 0;
  while (kind < 4 && strcmp(words[2], names[kind])) kind++;
  int file = open(words[4], O_RDWR | O_CLOEXEC);
  if (kind == 4 || file < 0) return 64;
  ledger = mmap(0, sizeof *ledger, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (ledger == MAP_FAILED) fail("mmap");
  if (!strcmp(words[1], "write")) return chdir(words[3]) ? 1 : run_writer((enum kind)kind);
  return run_judge((enum kind)kind, atoi(words[3]));
}
