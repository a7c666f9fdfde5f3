/** Tricks with paths: out of the folder that is shown, into it with a pen, and around the read-only system. */
import type { Probe } from "./probe.ts";

const held = (id: string, safe: string, code: string): Probe => ({ id, class: "path", safe, code });
const READ_ONLY = "the file system is read-only";

/** Probes that write to the shown folder: where it has a layer they may, and the folder stays as it is. */
export const WRITES_TO_SHOWN: ReadonlySet<string> = new Set([
  ...["write-shown", "change-shown", "rename-shown", "mode-of-shown", "times-of-shown"],
  ...["attribute-of-shown", "hard-link-of-shown", "reopen-to-write", "link-race"],
]);

export const PATHS: readonly Probe[] = [
  held("link-out", "it leads nowhere", "return read(target['shown'] + '/link-to-secret')"),
  held("dots-out", "there is nothing above", "return read(target['shown'] + '/../secret')"),
  held("hidden-file", "it cannot be opened", "return read(target['shown'] + '/.env')"),
  held("hidden-folder", "it cannot be opened", "return read(target['shown'] + '/.ssh/id')"),
  held(
    "uncover-hidden-file",
    "what is hidden cannot be moved",
    "a, b = target['shown'] + '/.env', target['shown'] + '/seen'\nos.rename(a, b); seen = read(b); os.rename(b, a); return seen",
  ),
  held(
    "uncover-hidden-folder",
    "what is hidden cannot be moved",
    "a, b = target['shown'] + '/.ssh', target['shown'] + '/seen'\nos.rename(a, b); seen = read(b + '/id'); os.rename(b, a); return seen",
  ),
  held(
    "root-of-self",
    "it is the root of the sandbox",
    "return read('/proc/self/root' + target['secretFile'])",
  ),
  held(
    "write-shown",
    READ_ONLY,
    "path = target['shown'] + '/new'\npathlib.Path(path).touch(); os.remove(path); return 'written'",
  ),
  held(
    "change-shown",
    READ_ONLY,
    "os.open(target['shown'] + '/file', os.O_RDWR); return 'opened to write'",
  ),
  held(
    "rename-shown",
    READ_ONLY,
    "a, b = target['shown'] + '/file', target['shown'] + '/moved'\nos.rename(a, b); os.rename(b, a); return 'renamed'",
  ),
  held("mode-of-shown", READ_ONLY, "os.chmod(target['shown'] + '/file', 0o666); return 'changed'"),
  held("times-of-shown", READ_ONLY, "os.utime(target['shown'] + '/file'); return 'changed'"),
  held(
    "attribute-of-shown",
    READ_ONLY,
    "os.setxattr(target['shown'] + '/file', 'user.probe', b'x'); return 'changed'",
  ),
  held(
    "hard-link-of-shown",
    READ_ONLY,
    "path = target['shown'] + '/hard'\nos.link(target['shown'] + '/file', path); os.remove(path); return 'linked'",
  ),
  held(
    "reopen-to-write",
    READ_ONLY,
    "fd = os.open(target['shown'] + '/file', os.O_RDONLY)\nos.open(f'/proc/self/fd/{fd}', os.O_WRONLY); return 'opened to write'",
  ),
  held("write-system", READ_ONLY, "pathlib.Path('/usr/bin/org-probe').touch(); return 'written'"),
  held("write-root", READ_ONLY, "os.mkdir('/org-probe'); return 'written'"),
  held(
    "make-device",
    "it cannot be made",
    "os.mknod('/tmp/device', 0o20600, os.makedev(1, 1)); return 'made'",
  ),
  held(
    "inherited-descriptors",
    "there are three",
    "more = [fd for fd in os.listdir('/proc/self/fd') if int(fd) > 2 and os.path.exists(f'/proc/self/fd/{fd}') and not os.readlink(f'/proc/self/fd/{fd}').startswith(('pipe:', '/proc/'))]\nreturn more or held('three')",
  ),
  held(
    "inherited-pipes",
    "nothing can be said in the name of bubblewrap",
    `
said = []
for fd in AT_START:
    try: os.write(fd, b'{"exit-code": 0}\\n'); said.append(os.readlink(f'/proc/self/fd/{fd}'))
    except OSError: pass
return said or held('nothing was open')`,
  ),
  held(
    "link-race",
    "what was mounted stays, whatever lies at the path",
    "before = os.stat(target['shown'] + '/file').st_ino\nlink = os.readlink('/proc/self/cwd')\nos.rename(target['shown'] + '/link-to-secret', target['shown'] + '/file')\nreturn f'{before} {link}'",
  ),
  held(
    "link-to-the-outside-made-inside",
    "it leads to the sandbox's own files",
    "os.symlink(target['secretFile'], '/tmp/out'); return read('/tmp/out')",
  ),
  held(
    "magic-link-of-a-folder",
    "an open folder leads nowhere else",
    "fd = os.open(target['shown'], os.O_RDONLY)\nreturn read(f'/proc/self/fd/{fd}/../secret')",
  ),
  held(
    "write-to-input",
    "what comes in is a copy, or nothing",
    "os.write(os.open('/proc/self/fd/0', os.O_WRONLY | os.O_APPEND), b''); path = os.readlink('/proc/self/fd/0')\nreturn path if path != '/dev/null' else held('/dev/null')",
  ),
];
