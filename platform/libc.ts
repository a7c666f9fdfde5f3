/**
 * The Linux calls that Bun does not offer.
 *
 * Bun's own pipes are socket pairs, and Linux refuses to open a socket through `/dev/stdout`: with them,
 * `echo x > /dev/stderr` fails inside a sandbox. Anonymous memory files carry data that must not be
 * seen on a command line or in a folder.
 */
import { dlopen, FFIType, ptr, read } from "bun:ffi";
import { closeSync, fchmodSync, writeSync } from "node:fs";
import { getSystemErrorMap } from "node:util";

const O_CLOEXEC = 0o2000000;
const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
const F_ADD_SEALS = 1033;
/** `linux/nsfs.h` */
const NS_GET_USERNS = 0xb701;
const EBUSY = 16;
/** Nothing else runs in this process meanwhile: some 900 ms at the longest. */
const SEAL_ATTEMPTS = 6;
/** SEAL, SHRINK, GROW and WRITE: the content can never change again. */
const ALL_SEALS = 0xf;

const SYMBOLS = {
  pipe2: { args: [FFIType.ptr, FFIType.i32], returns: FFIType.i32 },
  memfd_create: { args: [FFIType.ptr, FFIType.u32], returns: FFIType.i32 },
  fcntl: { args: [FFIType.i32, FFIType.i32, FFIType.i32], returns: FFIType.i32 },
  ioctl: { args: [FFIType.i32, FFIType.u64, FFIType.i32], returns: FFIType.i32 },
  openat: { args: [FFIType.i32, FFIType.u64, FFIType.i32], returns: FFIType.i32 },
  statx: {
    args: [FFIType.i32, FFIType.u64, FFIType.i32, FFIType.u32, FFIType.ptr],
    returns: FFIType.i32,
  },
  syscall: {
    args: [FFIType.i64_fast, FFIType.i64_fast, FFIType.ptr, FFIType.i64_fast],
    returns: FFIType.i64_fast,
  },
  clock_gettime: { args: [FFIType.i32, FFIType.ptr], returns: FFIType.i32 },
  mkfifo: { args: [FFIType.ptr, FFIType.u32], returns: FFIType.i32 },
  inotify_init1: { args: [FFIType.i32], returns: FFIType.i32 },
  inotify_add_watch: { args: [FFIType.i32, FFIType.u64, FFIType.u32], returns: FFIType.i32 },
  __errno_location: { args: [], returns: FFIType.ptr },
} as const;

/** C libraries have a name of their own for it only since 2019, and one of them has lost it again. */
const SYS_GETDENTS64 = process.arch === "arm64" ? 61 : 217;
const AT_SYMLINK_NOFOLLOW = 0x100;
const STATX_BASIC_STATS = 0x7ff;

type Libc = ReturnType<typeof openLibc>;

let loaded: Libc | undefined;

// Loaded on first use: a program that never runs a tool pays nothing.
function libc(): Libc {
  loaded ??= openLibc();
  return loaded;
}

function openLibc() {
  const musl = process.arch === "arm64" ? "libc.musl-aarch64.so.1" : "libc.musl-x86_64.so.1";
  try {
    return dlopen("libc.so.6", SYMBOLS).symbols;
  } catch {
    // Not glibc: Alpine and its kin.
    return dlopen(musl, SYMBOLS).symbols;
  }
}

export interface Pipe {
  readonly read: number;
  readonly write: number;
}

/** Opens a pipe; both ends are closed when a program is started, except where they are handed over. */
export function openPipe(): Pipe {
  const ends = new Int32Array(2);
  check(libc().pipe2(ptr(ends), O_CLOEXEC), "pipe2");
  const [read = -1, write = -1] = ends;
  // The program may run as another user than ours, and `> /dev/stdout` opens the pipe anew.
  fchmodSync(write, 0o666);
  return { read, write };
}

/** Opens an anonymous file that holds `content` for ever; reading starts at its first byte. */
export function openSealedFile(content: string | Uint8Array): number {
  const name = new TextEncoder().encode("org\0");
  const fd = check(libc().memfd_create(ptr(name), MFD_CLOEXEC | MFD_ALLOW_SEALING), "memfd_create");
  try {
    // Written at a position, which leaves the shared file offset at 0 for the reader.
    writeAll(fd, typeof content === "string" ? new TextEncoder().encode(content) : content);
    seal(fd);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/**
 * Opens the user namespace that another namespace belongs to.
 *
 * @param namespace an open file of `/proc/PID/ns`.
 * @see https://man7.org/linux/man-pages/man2/ioctl_ns.2.html
 */
export function openOwner(namespace: number): number {
  return check(libc().ioctl(namespace, NS_GET_USERNS, 0), "ioctl");
}

/**
 * Reads the next entries of an open folder, as many as fit: Bun reads all of them at once, and a folder can have millions.
 *
 * @returns how many bytes were read, 0 at the end, less than 0 where the kernel refuses.
 * @see https://man7.org/linux/man-pages/man2/getdents.2.html
 */
export function readEntries(fd: number, into: Uint8Array): number {
  return Number(libc().syscall(SYS_GETDENTS64, fd, ptr(into), into.length));
}

const CLOCK_MONOTONIC = 1;

/**
 * The monotonic clock of the machine, in milliseconds: the same for all its processes, never set back, and still while
 * the machine sleeps. Bun's own clocks begin with the process.
 *
 * @see https://man7.org/linux/man-pages/man2/clock_gettime.2.html
 */
export function monotonicMs(): number {
  const time = new BigInt64Array(2);
  check(libc().clock_gettime(CLOCK_MONOTONIC, ptr(time)), "clock_gettime");
  const [seconds = 0n, nanoseconds = 0n] = time;
  return Math.round(Number(seconds) * 1000 + Number(nanoseconds) / 1e6);
}

/** Makes a pipe that has a name; everybody may read it, as far as its folder lets them. */
export function makePipe(path: string): void {
  check(libc().mkfifo(ptr(new TextEncoder().encode(`${path}\0`)), 0o644), "mkfifo");
}

const IN_NONBLOCK = 0o4000;

/**
 * Opens a list of what happens in folders; reading it never waits.
 *
 * @returns less than 0 where the user has too many of them.
 * @see https://man7.org/linux/man-pages/man7/inotify.7.html
 */
export function openWatch(): number {
  return libc().inotify_init1(IN_NONBLOCK | O_CLOEXEC);
}

/**
 * @param path {@link addressOf} it.
 * @param mask of which events the list is to tell.
 * @returns the number of the folder in the list, less than 0 where the kernel refuses.
 */
export function watchFolder(watch: number, path: number, mask: number): number {
  return libc().inotify_add_watch(watch, path, mask);
}

/** Where a name lies in memory, as bytes that end with 0: most of what a program makes need not be a text. */
export function addressOf(bytes: Uint8Array): number {
  return ptr(bytes);
}

/**
 * Looks at an entry of an open folder; a link is not followed.
 *
 * @param name {@link addressOf} its name.
 * @param into 256 bytes.
 * @returns whether there is such an entry.
 * @see https://man7.org/linux/man-pages/man2/statx.2.html
 */
export function statEntry(fd: number, name: number, into: Uint8Array): boolean {
  return libc().statx(fd, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, ptr(into)) === 0;
}

/**
 * Opens an entry of an open folder.
 *
 * @param name {@link addressOf} its name.
 * @returns less than 0 where the kernel refuses.
 */
export function openEntry(fd: number, name: number, flags: number): number {
  return libc().openat(fd, name, flags | O_CLOEXEC);
}

function writeAll(fd: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(fd, bytes, written, bytes.length - written, written);
  }
}

/**
 * The kernel refuses for a moment while it holds a page of the file itself, as when it moves pages or counts who uses
 * them; it waits some 150 ms before it says so.
 */
function seal(fd: number): void {
  for (let attempt = 1; ; attempt += 1) {
    if (libc().fcntl(fd, F_ADD_SEALS, ALL_SEALS) === 0) return;
    if (errorNumber() !== EBUSY || attempt === SEAL_ATTEMPTS) throw failed("fcntl");
  }
}

function check(result: number, call: string): number {
  if (result < 0) throw failed(call);
  return result;
}

/** To be called at once: whatever calls the system next changes the number. */
function failed(call: string): Error {
  const [name, text] = getSystemErrorMap().get(-errorNumber()) ?? ["", "unknown error"];
  return new Error(`${call} failed: ${name} ${text}`);
}

function errorNumber(): number {
  const pointer = libc().__errno_location();
  return pointer === null ? 0 : read.i32(pointer);
}
