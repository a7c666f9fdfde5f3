/*
 * Preloaded into a program, writes down in one file what the program does to the files of a folder, in the order
 * it is done: what was written where, and when it was synced. `org_trace_mark` puts a number into that order.
 *
 *   ORG_TRACE_FOLDER  absolute path of the folder      ORG_TRACE_FILE  where it is written down
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static size_t folder_length;
static int trace = -1;

struct __attribute__((packed)) header {
  uint8_t op; /* 'w'rite, 't'runcate, 's'ync, 'm'ark */
  uint8_t unused[3];
  uint32_t path_length;
  uint64_t offset; /* of a mark: its number */
  uint64_t length;
};

__attribute__((constructor)) static void begin(void) {
  const char *file = getenv("ORG_TRACE_FILE");
  folder = getenv("ORG_TRACE_FOLDER");
  if (file == NULL || folder == NULL) return;
  folder_length = strlen(folder);
  trace = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void put(uint8_t op, const char *path, uint64_t offset, const void *data, uint64_t length) {
  struct header head = {op, {0, 0, 0}, (uint32_t)strlen(path), offset, length};
  struct iovec parts[3] = {
      {&head, sizeof head}, {(void *)path, head.path_length}, {(void *)data, data == NULL ? 0 : length}};
  if (syscall(SYS_writev, trace, parts, 3) < 0) abort();
}

/* The name within the folder, or NULL for files that are of no interest. */
static const char *name_of(int fd, char *buffer, size_t size) {
  char link[64];
  if (trace < 0) return NULL;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, buffer, size - 1);
  if (length <= (ssize_t)folder_length + 1) return NULL;
  buffer[length] = 0;
  if (strncmp(buffer, folder, folder_length) != 0 || buffer[folder_length] != '/') return NULL;
  return buffer + folder_length + 1;
}

/* The lock is held around the call itself: what is written down must be in the order in which it was done. */
#define TRACED(call, op, offset, data, length)                       \
  do {                                                               \
    char buffer[4096];                                               \
    const char *name = name_of(fd, buffer, sizeof buffer);           \
    if (name == NULL) return call;                                   \
    pthread_mutex_lock(&lock);                                       \
    ssize_t done = call;                                             \
    if (done >= 0) put(op, name, (uint64_t)(offset), data, (uint64_t)(length)); \
    pthread_mutex_unlock(&lock);                                     \
    return done;                                                     \
  } while (0)

ssize_t pwrite64(int fd, const void *data, size_t count, off64_t offset) {
  TRACED(syscall(SYS_pwrite64, fd, data, count, offset), 'w', offset, data, done);
}

ssize_t pwrite(int fd, const void *data, size_t count, off_t offset) {
  return pwrite64(fd, data, count, offset);
}

int ftruncate64(int fd, off64_t length) {
  TRACED((int)syscall(SYS_ftruncate, fd, length), 't', length, NULL, 0);
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int fsync(int fd) { TRACED((int)syscall(SYS_fsync, fd), 's', 0, NULL, 0); }

int fdatasync(int fd) { TRACED((int)syscall(SYS_fdatasync, fd), 's', 0, NULL, 0); }

void org_trace_mark(uint32_t number) {
  if (trace < 0) return;
  pthread_mutex_lock(&lock);
  put('m', "", number, NULL, 0);
  pthread_mutex_unlock(&lock);
}
