/**
 * The system calls that the filter names, with their numbers on x86-64 and arm64 (null: does not exist there).
 *
 * @see https://github.com/torvalds/linux/blob/master/arch/x86/entry/syscalls/syscall_64.tbl
 * @see https://github.com/torvalds/linux/blob/master/include/uapi/asm-generic/unistd.h
 */

export interface SystemCall {
  readonly name: string;
  readonly x64: number;
  readonly arm64: number | null;
}

type Row = readonly [name: string, x64: number, arm64: number | null];

// Of the host's administration: no program has a use for them here.
export const ADMINISTRATION: readonly SystemCall[] = table([
  ["acct", 163, 89],
  ["add_key", 248, 217],
  ["adjtimex", 159, 171],
  ["clock_adjtime", 305, 266],
  ["clock_settime", 227, 112],
  ["create_module", 174, null],
  ["delete_module", 176, 106],
  ["finit_module", 313, 273],
  ["get_kernel_syms", 177, null],
  ["init_module", 175, 105],
  ["ioperm", 173, null],
  ["iopl", 172, null],
  ["kexec_file_load", 320, 294],
  ["kexec_load", 246, 104],
  ["keyctl", 250, 219],
  ["lookup_dcookie", 212, 18],
  ["modify_ldt", 154, null],
  ["nfsservctl", 180, 42],
  ["query_module", 178, null],
  ["quotactl", 179, 60],
  ["quotactl_fd", 443, 443],
  ["reboot", 169, 142],
  ["request_key", 249, 218],
  ["setdomainname", 171, 162],
  ["sethostname", 170, 161],
  ["settimeofday", 164, 170],
  ["swapoff", 168, 225],
  ["swapon", 167, 224],
  ["_sysctl", 156, null],
  ["sysfs", 139, null],
  ["syslog", 103, 116],
  ["uselib", 134, null],
  ["ustat", 136, null],
  ["vhangup", 153, 58],
]);

// Namespaces and mounts: the kernel code most often broken from inside a user namespace.
export const NAMESPACES: readonly SystemCall[] = table([
  ["chroot", 161, 51],
  ["mount", 165, 40],
  ["pivot_root", 155, 41],
  ["setns", 308, 268],
  ["umount2", 166, 39],
  ["unshare", 272, 97],
]);

// Other processes, even of the same user, and handles that walk around paths.
export const OTHER_PROCESSES: readonly SystemCall[] = table([
  ["fanotify_init", 300, 262],
  ["fanotify_mark", 301, 263],
  ["kcmp", 312, 272],
  ["name_to_handle_at", 303, 264],
  ["open_by_handle_at", 304, 265],
  ["perf_event_open", 298, 241],
  ["pidfd_getfd", 438, 438],
  ["process_madvise", 440, 440],
  ["process_mrelease", 448, 448],
  ["process_vm_readv", 310, 270],
  ["process_vm_writev", 311, 271],
  ["ptrace", 101, 117],
]);

// Placement of memory on NUMA nodes.
export const MEMORY_POLICY: readonly SystemCall[] = table([
  ["get_mempolicy", 239, 236],
  ["mbind", 237, 235],
  ["migrate_pages", 256, 238],
  ["move_pages", 279, 239],
  ["set_mempolicy", 238, 237],
  ["set_mempolicy_home_node", 450, 450],
]);

// Memory that no limit of ours sees: it belongs to no process and to no sized file system.
// Watches are also limited for each user, so that a program could take them all from the rest of the machine.
export const UNCOUNTED_MEMORY: readonly SystemCall[] = table([
  ["inotify_init", 253, null],
  ["inotify_init1", 294, 26],
  ["io_setup", 206, 0],
  ["memfd_create", 319, 279],
  ["memfd_secret", 447, 447],
  ["mq_getsetattr", 245, 185],
  ["mq_notify", 244, 184],
  ["mq_open", 240, 180],
  ["mq_timedreceive", 243, 183],
  ["mq_timedsend", 242, 182],
  ["mq_unlink", 241, 181],
  ["msgctl", 71, 187],
  ["msgget", 68, 186],
  ["msgrcv", 70, 188],
  ["msgsnd", 69, 189],
  ["semctl", 66, 191],
  ["semget", 64, 190],
  ["semop", 65, 193],
  ["semtimedop", 220, 192],
  ["shmat", 30, 196],
  ["shmctl", 31, 195],
  ["shmdt", 67, 197],
  ["shmget", 29, 194],
  ["vmsplice", 278, 75],
]);

// Large and young parts of the kernel; programs fall back to the plain calls.
export const YOUNG: readonly SystemCall[] = table([
  ["bpf", 321, 280],
  ["fsconfig", 431, 431],
  ["fsmount", 432, 432],
  ["fsopen", 430, 430],
  ["fspick", 433, 433],
  ["io_uring_enter", 426, 426],
  ["io_uring_register", 427, 427],
  ["io_uring_setup", 425, 425],
  ["mount_setattr", 442, 442],
  ["move_mount", 429, 429],
  ["open_tree", 428, 428],
  // Its mode lies in memory, where a filter cannot look.
  ["openat2", 437, 437],
  ["userfaultfd", 323, 282],
]);

// What Landlock leaves alone: owners, times and attributes of every file that the user owns, and their rights (see
// BY_ARGUMENT). Only for its tier, where the files of the host are the host's own.
export const METADATA: readonly SystemCall[] = table([
  ["chown", 92, null],
  ["fchown", 93, 55],
  ["fchownat", 260, 54],
  ["fremovexattr", 199, 16],
  ["fsetxattr", 190, 7],
  ["futimesat", 261, null],
  ["lchown", 94, null],
  ["lremovexattr", 198, 15],
  ["lsetxattr", 189, 6],
  ["removexattr", 197, 14],
  ["setxattr", 188, 5],
  ["utime", 132, null],
  ["utimensat", 280, 88],
  ["utimes", 235, null],
]);

// Reaches other processes of the same user; only for the tier without namespaces.
export const OTHERS_BY_NUMBER: readonly SystemCall[] = table([
  ["ioprio_set", 251, 30],
  ["sched_setaffinity", 203, 122],
  ["sched_setattr", 314, 274],
  ["sched_setparam", 142, 118],
  ["sched_setscheduler", 144, 119],
  ["setpriority", 141, 140],
]);

// Its flags lie in memory, where a filter cannot look; the C library falls back to `clone`.
export const CLONE3: readonly SystemCall[] = table([["clone3", 435, 435]]);

// Judged by their arguments.
export const BY_ARGUMENT: readonly SystemCall[] = table([
  ["chmod", 90, null],
  ["clone", 56, 220],
  ["creat", 85, null],
  ["fchmod", 91, 52],
  ["fchmodat", 268, 53],
  ["ioctl", 16, 29],
  ["mknod", 133, null],
  ["mknodat", 259, 33],
  ["mmap", 9, 222],
  ["open", 2, null],
  ["openat", 257, 56],
  ["personality", 135, 92],
  ["prlimit64", 302, 261],
  ["setsockopt", 54, 208],
  ["socket", 41, 198],
  ["socketpair", 53, 199],
]);

function table(rows: readonly Row[]): SystemCall[] {
  return rows.map(([name, x64, arm64]) => ({ name, x64, arm64 }));
}
