/** What must not be learnt of the host. */
import type { Probe } from "./probe.ts";

const files = (id: string, paths: readonly string[], safe: string): Probe => ({
  id,
  class: "leak",
  safe,
  code: `
seen = [path for path in ${JSON.stringify(paths)} if os.path.exists(path)]
return seen or held('none is there')`,
});

export const LEAKS: readonly Probe[] = [
  {
    id: "own-environment",
    class: "leak",
    safe: "the environment is made up",
    code: "return 'the secret' if target['secret'] in os.environ.values() else held('only ' + ' '.join(os.environ))",
  },
  {
    id: "environment-of-init",
    class: "leak",
    safe: "it cannot be read, or holds nothing",
    code: "return 'the secret' if target['secret'] in read('/proc/1/environ', 1 << 20) else held('nothing')",
  },
  {
    id: "environment-of-others",
    class: "leak",
    safe: "no other's can be read",
    code: "return 'the secret' if target['secret'] in read(f\"/proc/{target['pid']}/environ\", 1 << 20) else held('nothing')",
  },
  {
    id: "command-lines",
    class: "leak",
    safe: "no command line of the host can be read",
    code: `
try: pids = processes()
except OSError: pids = [target['pid']]
for pid in pids:
    try:
        if target['secret'] in read(f'/proc/{pid}/cmdline', 1 << 16): return 'the secret'
    except OSError: pass
held('nothing')`,
  },
  {
    id: "memory-of-others",
    class: "leak",
    safe: "no other's can be opened",
    code: "os.open(f\"/proc/{target['pid']}/mem\", os.O_RDONLY); return 'opened'",
  },
  {
    id: "secret-file",
    class: "leak",
    safe: "the file is not there",
    code: "return read(target['secretFile'])",
  },
  {
    id: "host-name",
    class: "leak",
    safe: "the name is made up",
    code: "return os.uname().nodename if os.uname().nodename == target['hostname'] else held(os.uname().nodename)",
  },
  {
    id: "boot-options",
    class: "leak",
    safe: "they are empty",
    code: "return read('/proc/cmdline') or held('empty')",
  },
  {
    id: "user-names",
    class: "leak",
    safe: "the list of users is made up",
    code: "lines = read('/etc/passwd', 1 << 16).splitlines()\nreturn f'{len(lines)} users' if len(lines) > 1 else held(lines[0])",
  },
  {
    id: "parent-process",
    class: "leak",
    safe: "it has no name here",
    code: "return read(f'/proc/{os.getsid(0)}/../{target[\"pid\"]}/stat')",
  },
  files(
    "machine-identity",
    ["/etc/machine-id", "/etc/hostname", "/sys/class/dmi"],
    "they are not there",
  ),
  files("name-servers", ["/etc/resolv.conf"], "the file is not there"),
  files("home-folders", ["/home", "/root"], "they are not there"),
  files(
    "state-of-services",
    ["/run/dbus", "/run/systemd", "/run/lock", "/var/lib", "/var/log"],
    "it is not there",
  ),
  files(
    "configuration-of-the-system",
    ["/etc/ssh", "/etc/ssl", "/etc/apt", "/etc/shadow", "/etc/sudoers"],
    "it is not there",
  ),
];
