/** Ways out of the namespaces, to other processes, and into parts of the kernel that no program needs. */
import type { Probe } from "./probe.ts";

const NO_CALL = "the call fails";

export const ESCAPES: readonly Probe[] = [
  ...[
    ["unshare-user", "call('unshare', 0x10000000); return 'a user namespace'"],
    ["unshare-network", "call('unshare', 0x50000000); return 'a network namespace'"],
    [
      "clone-user",
      "if call('clone', 0x10000011, 0, 0, 0, 0) == 0: os._exit(0)\nreturn 'a user namespace'",
    ],
    [
      "clone3-user",
      "if call('clone3', struct.pack('QQQQQQQQ', 0x10000000, 0, 0, 0, 17, 0, 0, 0), 64) == 0: os._exit(0)\nreturn 'a user namespace'",
    ],
    ["setns", "call('setns', os.open('/proc/self/ns/uts', os.O_RDONLY), 0); return 'entered'"],
    ["mount", "call('mount', b'tmpfs', b'/tmp', b'tmpfs', 0, b''); return 'mounted'"],
    [
      "mount-after-unshare",
      "call('unshare', 0x10020000); call('mount', b'x', b'/tmp', b'tmpfs', 0, b''); return 'mounted'",
    ],
    ["chroot", "call('unshare', 0x10000000); call('chroot', b'/tmp'); return 'a root of its own'"],
    ["open-tree", "return call('open_tree', -100, b'/usr', 0)"],
    ["fsopen", "call('unshare', 0x10020000); return call('fsopen', b'tmpfs', 0)"],
    ["fsmount", "call('fsmount', 0, 0, 0); return 'tried'"],
    ["move-mount", "call('move_mount', -100, b'/usr', -100, b'/tmp', 0); return 'moved'"],
    [
      "mount-attributes",
      "call('mount_setattr', -100, b'/usr', 0, struct.pack('QQQQ', 0, 1, 0, 0), 32); return 'changed'",
    ],
    ["unmount", "call('umount2', b'/tmp', 2); return 'unmounted'"],
    ["pivot-root", "call('pivot_root', b'/tmp', b'/tmp'); return 'another root'"],
    [
      "host-name-of-its-own",
      "call('unshare', 0x14000000); call('sethostname', b'x', 1); return 'set'",
    ],
    ["unshare-time", "call('unshare', 0x10000080); return 'a time namespace'"],
    ["set-clock", "call('clock_settime', 0, struct.pack('qq', 0, 0)); return 'set'"],
    ["ptrace-traceme", "return f\"traced: {call('ptrace', 0, 0, 0, 0)}\""],
    [
      "ptrace-other",
      "call('ptrace', 0x4206, target['pid'], 0, 0); return 'seized a process of the host'",
    ],
    [
      "read-memory",
      "buffer = ctypes.create_string_buffer(8)\nhere = struct.pack('QQ', ctypes.addressof(buffer), 8)\nreturn call('process_vm_readv', os.getpid(), here, 1, here, 1, 0)",
    ],
    ["kcmp", "return call('kcmp', os.getpid(), os.getpid(), 0, 0, 0)"],
    ["take-descriptor", "return call('pidfd_getfd', os.pidfd_open(target['pid']), 0, 0)"],
    ["keyring", "return f\"keyring {call('keyctl', 0, -3, 0, 0, 0)}\""],
    ["bpf", "return call('bpf', 0, struct.pack('IIIIIIII', 2, 4, 4, 1, 0, 0, 0, 0), 32)"],
    ["io-uring", "return call('io_uring_setup', 1, b'\\0' * 120)"],
    ["userfaultfd", "return call('userfaultfd', 1)"],
    [
      "perf",
      "return call('perf_event_open', struct.pack('IIQQQQQ', 1, 112, 0, 0, 0, 0, 0x60) + b'\\0' * 64, 0, -1, -1, 0)",
    ],
    ["fanotify", "return call('fanotify_init', 0x200, 0)"],
    [
      "file-handle",
      "return call('name_to_handle_at', -100, b'/usr', struct.pack('Ii', 128, 0) + b'\\0' * 128, b'\\0' * 4, 0)",
    ],
    ["memory-policy", "return call('get_mempolicy', 0, 0, 0, 0, 0)"],
    [
      "async-io",
      "context = ctypes.c_ulong(0)\ncall('io_setup', 1, ctypes.byref(context)); return 'a context'",
    ],
    [
      "splice-memory",
      "return call('vmsplice', os.pipe()[1], struct.pack('QQ', ctypes.addressof(ctypes.create_string_buffer(8)), 8), 1, 0)",
    ],
    ["kernel-log", "return call('syslog', 10, 0, 0)"],
    ["personality", "return call('personality', 0x0040000)"],
    ["request-key", "return call('request_key', b'user', b'org-probe', 0, 0)"],
    [
      "forget-memory-of-others",
      "call('process_madvise', os.pidfd_open(os.getpid()), 0, 0, 4, 0); return 'tried'",
    ],
    ["secret-memory", "return call('memfd_secret', 0)"],
    ["quota", "call('quotactl', 0x800001 << 8, 0, 0, 0); return 'asked'"],
  ].map(([id = "", code = ""]): Probe => ({ id, class: "escape", safe: NO_CALL, code })),
  {
    id: "anonymous-file",
    class: "escape",
    safe: "there is no memory that no limit sees",
    code: "return os.memfd_create('x')",
  },
  {
    id: "system-v-memory",
    class: "escape",
    safe: "there is no memory that outlives its process",
    code: "segment = call('shmget', 0, 4096, 0o1600)\ncall('shmctl', segment, 0, 0)\nreturn f'segment {segment}'",
  },
  {
    id: "system-v-queue",
    class: "escape",
    safe: "there is no queue that outlives its process",
    code: "queue = call('msgget', 0, 0o1600)\ncall('msgctl', queue, 0, 0)\nreturn f'queue {queue}'",
  },
  {
    id: "posix-queue",
    class: "escape",
    safe: "there is no queue that outlives its process",
    code: "queue = call('mq_open', b'org-probe', 0o102, 0o600, 0)\ncall('mq_unlink', b'org-probe')\nreturn f'queue {queue}'",
  },
  {
    id: "shared-anonymous-memory",
    class: "escape",
    safe: "there is no memory that no limit sees",
    code: "return len(mmap.mmap(-1, 4096))",
  },
  {
    id: "i386-calls",
    class: "escape",
    safe: "the program is killed",
    code: `
if os.uname().machine != 'x86_64': held('another processor')
memory = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, 7)
memory.write(bytes([0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xc3]))
return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))()`,
  },
  {
    id: "x32-calls",
    class: "escape",
    safe: "the program is killed",
    code: "if os.uname().machine != 'x86_64': held('another processor')\nif libc.syscall(ctypes.c_long(0x40000027)) < 0: held('there are none in this kernel')\nreturn 'called'",
  },
  {
    id: "calls-of-the-future",
    class: "escape",
    safe: "what is newer than the filter does not exist",
    // mseal, listmount and the like: numbers that Linux has given since 5.17.
    code: "made = []\nfor number in range(451, 470):\n    ctypes.set_errno(0)\n    libc.syscall(ctypes.c_long(number), *[ctypes.c_long(-1)] * 6)\n    if ctypes.get_errno() != errno.ENOSYS: made.append(number)\nreturn made or held('all are refused')",
  },
  {
    id: "descriptors-of-init",
    class: "escape",
    safe: "init cannot be looked into",
    code: "return os.listdir('/proc/1/fd')",
  },
  {
    id: "memory-of-init",
    class: "escape",
    safe: "init cannot be looked into",
    code: "return os.open('/proc/1/mem', os.O_RDWR)",
  },
  {
    id: "root-of-init",
    class: "escape",
    safe: "init cannot be looked into",
    code: "return os.listdir('/proc/1/root/')",
  },
  {
    id: "threads-of-init",
    class: "escape",
    safe: "init cannot be looked into",
    code: "return os.listdir('/proc/1/task/1/fd')",
  },
  {
    id: "set-uid-file",
    class: "escape",
    safe: "no folder that can be written has programs with rights of their own",
    code: "flags = {path: os.statvfs(path).f_flag for path in (os.getcwd(), '/tmp', '/dev/shm')}\nfree = [path for path, flag in flags.items() if not flag & os.ST_NOSUID]\nreturn free or held('nosuid everywhere')",
  },
  {
    id: "device-file",
    class: "escape",
    safe: "no folder that can be written has devices",
    code: "flags = {path: os.statvfs(path).f_flag for path in (os.getcwd(), '/tmp', '/dev/shm')}\nfree = [path for path, flag in flags.items() if not flag & os.ST_NODEV]\nreturn free or held('nodev everywhere')",
  },
  {
    id: "settings-of-the-kernel",
    class: "escape",
    safe: "none can be written",
    code: `
free = []
for folder, _, names in os.walk('/proc/sys'):
    for name in names:
        try: os.close(os.open(folder + '/' + name, os.O_WRONLY)); free.append(name)
        except OSError: pass
return free[:5] or held('none of them')`,
  },
  {
    id: "see-processes",
    class: "escape",
    safe: "only processes of the sandbox are there",
    code: "if len(processes()) < 8: held(f'{len(processes())} processes')\nreturn f'{len(processes())} processes'",
  },
  {
    id: "signal-a-process",
    class: "escape",
    safe: "the process of the host has no number here",
    code: "os.kill(target['pid'], 0); return 'could be killed'",
  },
  {
    id: "limit-a-process",
    class: "escape",
    safe: "the process of the host has no number here",
    code: "return resource.prlimit(target['pid'], resource.RLIMIT_NOFILE)",
  },
  {
    id: "root-of-a-process",
    class: "escape",
    safe: "the process of the host has no number here",
    code: "return os.listdir(f\"/proc/{target['pid']}/root/\")",
  },
  ...["/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/vm/drop_caches"].map(
    (path): Probe => ({
      id: `open-${path.split("/").at(-1)}`,
      class: "escape",
      safe: "it cannot be opened to write",
      code: `os.open('${path}', os.O_WRONLY); return 'opened to write'`,
    }),
  ),
  {
    id: "devices",
    class: "escape",
    safe: "no device but the harmless ones exists",
    code: `
found = [name for name in ('mem', 'kmsg', 'fuse', 'kvm', 'net/tun', 'sda', 'vda', 'loop-control') if os.path.exists('/dev/' + name)]
return found or held('none')`,
  },
  {
    id: "kernel-objects",
    class: "escape",
    safe: "/sys is not there",
    code: "return os.listdir('/sys/kernel')",
  },
  {
    id: "control-groups",
    class: "escape",
    safe: "no control group can be seen",
    code: "return os.listdir('/sys/fs/cgroup')[:3]",
  },
  {
    id: "capabilities",
    class: "escape",
    safe: "all five sets are empty",
    code: "sets = [int(l.split()[1], 16) for l in open('/proc/self/status') if l.startswith('Cap')]\nreturn [hex(s) for s in sets] if any(sets) else held('empty')",
  },
  {
    id: "new-rights",
    class: "escape",
    safe: "a set-uid program gains nothing",
    code: "return 'may gain' if 'NoNewPrivs:\\t0' in read('/proc/self/status') else held('no new rights')",
  },
  {
    id: "filter",
    class: "escape",
    safe: "a filter of system calls is in force",
    code: "return 'none' if 'Seccomp:\\t0' in read('/proc/self/status') else held('in force')",
  },
];
