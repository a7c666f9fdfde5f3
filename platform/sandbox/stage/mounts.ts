/** The mount calls of Linux with which root shows folders to an id that may not read them. */
import { dlopen, FFIType, ptr } from "bun:ffi";

const CLONE_NEWNS = 0x0002_0000;
const MS_NOSUID_NODEV = 6;
const MS_REC_PRIVATE = 0x0004_4000;
const AT_FDCWD = -100;
const AT_EMPTY_PATH = 0x1000;
const AT_RECURSIVE = 0x8000;
const O_CLOEXEC = 0o2000000;
const OPEN_TREE_CLONE = 1;
const MOVE_MOUNT_F_EMPTY_PATH = 4;
const MOUNT_ATTR_RDONLY = 0x1n;
const MOUNT_ATTR_NOSUID_NODEV = 0x6n;
const MOUNT_ATTR_IDMAP = 0x10_0000n;
const MOUNT_ATTR_BYTES = 32;
// The same numbers on every processor; C libraries know the names only since 2022.
const SYS_OPEN_TREE = 428;
const SYS_MOVE_MOUNT = 429;
const SYS_MOUNT_SETATTR = 442;

const { i32, i64, u64, ptr: pointer } = FFIType;
const SYMBOLS = {
  unshare: { args: [i32], returns: i32 },
  mount: { args: [pointer, pointer, pointer, u64, pointer], returns: i32 },
  syscall: { args: [i64, i64, i64, i64, i64, i64], returns: i64 },
} as const;

/** The calls, bound to the C library of the process. Each throws when the kernel refuses. */
export class Mounts {
  readonly #libc = dlopen("libc.so.6", SYMBOLS).symbols;

  /** From here on, what this process mounts is seen by it and its children alone. */
  enterPrivateNamespace(): void {
    check(this.#libc.unshare(CLONE_NEWNS), "unshare");
    const root = cString("/");
    check(
      this.#libc.mount(ptr(root), ptr(root), ptr(root), MS_REC_PRIVATE, null),
      "making mounts private",
    );
  }

  /** Puts an empty file system of 64 KiB over a folder. */
  mountTmpfs(path: string): void {
    const [type, target, options] = [cString("tmpfs"), cString(path), cString("mode=755,size=64k")];
    check(
      this.#libc.mount(ptr(type), ptr(target), ptr(type), MS_NOSUID_NODEV, ptr(options)),
      "mounting a tmpfs",
    );
  }

  /** A copy of what is mounted at `path`, attached nowhere yet; returns its descriptor. */
  cloneTree(path: string): number {
    const source = cString(path);
    const flags = OPEN_TREE_CLONE | AT_RECURSIVE | O_CLOEXEC;
    return check(
      this.#libc.syscall(SYS_OPEN_TREE, AT_FDCWD, ptr(source), flags, 0, 0),
      `opening ${path}`,
    );
  }

  /**
   * Translates the owners of a cloned tree by a user namespace, and makes it read-only unless it is to be
   * written. Fails on file systems that cannot do it.
   */
  translateOwners(tree: number, userNamespace: number, isWritable: boolean): void {
    const attributes = new BigUint64Array([
      MOUNT_ATTR_NOSUID_NODEV | MOUNT_ATTR_IDMAP | (isWritable ? 0n : MOUNT_ATTR_RDONLY),
      0n,
      0n,
      BigInt(userNamespace),
    ]);
    const empty = cString("");
    const flags = AT_EMPTY_PATH | AT_RECURSIVE;
    check(
      this.#libc.syscall(
        SYS_MOUNT_SETATTR,
        tree,
        ptr(empty),
        flags,
        ptr(attributes),
        MOUNT_ATTR_BYTES,
      ),
      "translating owners",
    );
  }

  attachTree(tree: number, path: string): void {
    const [empty, target] = [cString(""), cString(path)];
    check(
      this.#libc.syscall(
        SYS_MOVE_MOUNT,
        tree,
        ptr(empty),
        AT_FDCWD,
        ptr(target),
        MOVE_MOUNT_F_EMPTY_PATH,
      ),
      `mounting at ${path}`,
    );
  }
}

function cString(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}

function check(result: number | bigint, action: string): number {
  if (result < 0) throw new Error(`The kernel refused ${action}`);
  return Number(result);
}
