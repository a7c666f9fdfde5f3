/**
 * Ways out of the sandbox, tried from inside, started by root and by an ordinary user. All are harmless:
 * they look, and they reach for loopback only.
 */
import { expect, test } from "bun:test";
import { chmodSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { SECRET } from "../sandbox-roles.ts";
import type { SandboxEngine } from "./engine.ts";

export function escapesSuite(engine: SandboxEngine): void {
  networkSuite(engine);
  filesSuite(engine);
  callsSuite(engine);
}

function networkSuite({ attack }: SandboxEngine): void {
  test("the network of the host is out of reach", async () => {
    let visitors = 0;
    const server = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        open: () => {
          visitors += 1;
        },
        data: () => undefined,
      },
    });
    try {
      const { stdout } = await attack(`
for host in '127.0.0.1', '::1', '0.0.0.0', '10.0.0.1', '192.0.2.1':
    attempt(host, lambda: socket.create_connection((host, ${server.port}), 1))
attempt('name', lambda: socket.getaddrinfo('example.invalid', 80))
`);
      expect(stdout).not.toContain("REACHED");
      expect(stdout.match(/refused/g)?.length).toBe(6);
      expect(visitors).toBe(0);
    } finally {
      server.stop(true);
    }
  });
}

function filesSuite(engine: SandboxEngine): void {
  const { attack, bench } = engine;

  if (engine.isContainer) imageFiles(engine);
  else systemFiles(engine);

  test("the environment is ours, and no other can be read", async () => {
    const { stdout } = await attack(`
print(sorted(os.environ))
attempt('init', lambda: open('/proc/1/environ').read())
attempt('boot', lambda: open('/proc/cmdline').read())
for pid in filter(str.isdigit, os.listdir('/proc')):
    for file in 'environ', 'cmdline', 'mountinfo':
        try: text = open(f'/proc/{pid}/{file}').read()
        except OSError: continue
        if '${SECRET}' in text or file == 'cmdline' and '${bench.folder}' in text: print('LEAK', pid, file, text)
`);
    // An engine shows the file of the boot options, and it is empty.
    const boot = engine.isContainer ? "boot REACHED " : "boot refused";
    expect(stdout).toBe(`['HOME', 'LANG', 'PATH', 'PWD', 'TMPDIR']\ninit refused\n${boot}\n`);
  });

  test("nothing can be written but scratch", async () => {
    const { stdout } = await attack(`
for path in '/usr/x', '/etc/x', '/etc/passwd', '/x', '/run/x', '/dev/x', '/opt/x', '/proc/1/x', '/usr/bin/env':
    attempt(path, lambda: open(path, 'w'))
for path in '/proc/sys/kernel/core_pattern', '/proc/sys/kernel/hostname', '/proc/sysrq-trigger', '/proc/sys/vm/drop_caches':
    attempt(path, lambda: os.open(path, os.O_WRONLY))
for path in '/work/a', '/tmp/a', '/dev/shm/a': open(path, 'w').write('x')
attempt('size', lambda: open('/work/big', 'w').truncate(65 * 1024 * 1024))
attempt('remount', lambda: call(165, 0, 0, 0, 32, 0))
print(os.getuid(), [line.split()[1] for line in open('/proc/self/status') if line.startswith('Cap')])
`);
    expect(stdout).not.toContain("REACHED");
    // Inherited, permitted, effective, bounding and ambient capabilities: none.
    const none = Array(5).fill("'0000000000000000'").join(", ");
    expect(stdout).toEndWith(`${engine.user} [${none}]\n`);
  });
}

function systemFiles({ attack, bench }: SandboxEngine): void {
  test("nothing of the host's files is there but the system", async () => {
    const { stdout } = await attack(`
print(sorted(os.listdir('/')))
print(sorted(os.listdir('/etc')))
for path in ${JSON.stringify(["/home", bench.folder, import.meta.dir, "/root", "/etc/shadow", "/etc/hostname", "/sys", "/var", "/run/user"])}:
    attempt(path, lambda: os.stat(path))
`);
    const [root = "", etc = ""] = stdout.split("\n");
    expect(root).toMatch(
      /^\['bin', 'dev', 'etc', 'lib',.* 'opt', 'proc', 'run', 'sbin', 'tmp', 'usr', 'work'\]$/,
    );
    expect(etc).toMatch(
      /^\['alternatives',( 'debian_version',)? 'group', 'hosts', 'ld\.so\.cache', 'nsswitch\.conf',( 'os-release',)? 'passwd'\]$/,
    );
    expect(stdout).not.toContain("REACHED");
  });
}

function imageFiles({ attack, bench }: SandboxEngine): void {
  test("nothing of the host's files is there, and the system is the image's", async () => {
    const mine = [bench.folder, import.meta.dir, "/etc/shadow", "/root", "/run/user", "/boot"];
    const { stdout } = await attack(`
import json
print(json.dumps({name: open('/etc/' + name).read() for name in ['hosts', 'hostname']}))
print(sorted(os.listdir('/run')))
attempt('/sys', lambda: os.listdir('/sys'))
for path in ${JSON.stringify(mine)}: attempt(path, lambda: os.stat(path))
`);
    const [etc = "", run, ...tried] = stdout.trimEnd().split("\n");
    expect(JSON.parse(etc)).toEqual({ hosts: "127.0.0.1 localhost\n", hostname: "sandbox" });
    expect(run).toBe("['.org', 'attack.py']");
    expect(tried).toEqual(["/sys", ...mine].map((path) => `${path} refused`));
  });
}

function callsSuite(engine: SandboxEngine): void {
  const { attack, bench } = engine;

  test("system calls that lead out do not exist", async () => {
    const { stdout } = await attack(`
attempt('unshare user', lambda: call(272, 0x10000000))
attempt('clone user', lambda: call(56, 0x10000011, 0, 0, 0, 0))
attempt('clone3', lambda: call(435, 0, 0))
attempt('setns', lambda: call(308, 0, 0))
attempt('ptrace', lambda: call(101, 0, 0, 0, 0))
attempt('keyctl', lambda: call(250, 0, -1, 0, 0, 0))
attempt('bpf', lambda: call(321, 0, 0, 0))
attempt('io_uring', lambda: call(425, 1, 0))
attempt('userfaultfd', lambda: call(323, 0))
attempt('memfd', lambda: call(319, ctypes.cast(ctypes.c_char_p(b'x'), ctypes.c_void_p).value, 0))
attempt('shmget', lambda: call(29, 0, 4096, 0o1600))
attempt('open_tree', lambda: call(428, -100, 0, 0))
attempt('perf', lambda: call(298, 0, 0, 0, 0, 0))
attempt('personality', lambda: call(135, 0x0040000))
attempt('vsock', lambda: socket.socket(40, 1))
attempt('netlink', lambda: socket.socket(16, 3))
attempt('packet', lambda: socket.socket(17, 3))
attempt('unix', lambda: socket.socket(1, 1))
attempt('unix pair to a path', lambda: socket.socketpair(1, 2))
attempt('sctp', lambda: socket.socket(2, 1, 132))
attempt('shared memory', lambda: __import__('mmap').mmap(-1, 4096))
attempt('zero as memory', lambda: __import__('mmap').mmap(os.open('/dev/zero', os.O_RDWR), 4096))
import fcntl
attempt('tiocsti', lambda: fcntl.ioctl(0, 0x5412, b'x'))
socket.socketpair()
`);
    // What a container maps of it counts as its memory: the suite of limits has it.
    const allowed = engine.isContainer ? "zero as memory REACHED" : "";
    expect(stdout.match(/^.* REACHED/gm) ?? []).toEqual(allowed === "" ? [] : [allowed]);
    expect(stdout.match(/refused/g)?.length).toBe(allowed === "" ? 23 : 22);
  });

  test.if(process.arch === "x64")("the other ABIs of the processor end the program", async () => {
    const { stdout } = await attack(`
import mmap
def child(act):
    pid = os.fork()
    if pid == 0: act(); os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
def i386():
    memory = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, 7)
    memory.write(bytes([0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xc3]))
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))()
child(i386)
child(lambda: libc.syscall(ctypes.c_long(0x40000000 + 39)))
`);
    expect(stdout).toBe(`${-31}\n${-31}\n`);
  });

  test("a socket that lies in a shown folder cannot be connected", async () => {
    const shown = mkdtempSync(join(bench.folder, "shown-"));
    chmodSync(shown, 0o755);
    let visitors = 0;
    const server = Bun.listen({
      unix: join(shown, "door"),
      socket: {
        open: () => {
          visitors += 1;
        },
        data: () => undefined,
      },
    });
    try {
      chmodSync(join(shown, "door"), 0o777);
      const { stdout } = await attack(
        `
print(os.listdir('/shown'))
attempt('stream', lambda: socket.socket(socket.AF_UNIX).connect('/shown/door'))
attempt('pair', lambda: socket.socketpair()[0].connect('/shown/door'))
`,
        { readOnly: [{ from: shown, to: "/shown" }] },
      );
      expect(stdout).toBe("['door']\nstream refused\npair refused\n");
      expect(visitors).toBe(0);
    } finally {
      server.stop(true);
    }
  });
}
