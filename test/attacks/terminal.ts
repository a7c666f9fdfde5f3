/** What a terminal would obey: typed into it from inside, or printed and shown on a screen. */
import type { Probe } from "./probe.ts";

export const TERMINAL: readonly Probe[] = [
  {
    id: "type-into-terminal",
    class: "terminal",
    safe: "the call is refused before it looks for a terminal",
    // Any other answer than a refusal means that a terminal would have obeyed.
    code: `
for fd in 0, 1, 2:
    try: fcntl.ioctl(fd, 0x5412, b'')
    except OSError as e:
        if e.errno == errno.EPERM: raise
return 'a terminal would take it'`,
  },
  {
    id: "type-by-a-long-number",
    class: "terminal",
    safe: "the call is refused before it looks for a terminal",
    // CVE-2019-10063: the filter sees 64 bits, and the kernel 32 of them.
    code: `
try: call('ioctl', 0, (1 << 32) | 0x5412, b'x')
except OSError as e:
    if e.errno == errno.EPERM: raise
return 'a terminal would take it'`,
  },
  {
    id: "paste-into-console",
    class: "terminal",
    safe: "the call is refused before it looks for a terminal",
    code: `
try: fcntl.ioctl(0, 0x541c, b'\\3')
except OSError as e:
    if e.errno == errno.EPERM: raise
return 'a console would take it'`,
  },
  {
    id: "open-terminal",
    class: "terminal",
    safe: "there is no terminal to open",
    code: "return os.open('/dev/tty', os.O_RDWR)",
  },
  {
    id: "open-console",
    class: "terminal",
    safe: "there is no console to open",
    code: "return os.open('/dev/console', os.O_WRONLY)",
  },
  {
    id: "terminals-of-others",
    class: "terminal",
    safe: "no terminal of the host is there",
    code: "return [n for n in os.listdir('/dev/pts') if n != 'ptmx'] or held('none')",
  },
];

/** Printed by a program; a screen must get none of what is not plain text. */
export const PRINTED: readonly (readonly [id: string, bytes: string])[] = [
  ["set-clipboard", "\u001b]52;c;cm0gLXJmIH4=\u0007"],
  ["clear-screen", "\u001b[2J\u001b[H"],
  ["set-title", "\u001b]0;title\u001b\\"],
  ["hide-link", "\u001b]8;;http://example.invalid\u001b\\here\u001b]8;;\u001b\\"],
  ["ask-terminal", "\u001b[c\u001bP+q544e\u001b\\"],
  ["control-c1", "\u009b2J"],
  ["overwrite-line", "harmless\rrm -rf"],
  ["backspace", "rm\b\bls"],
  ["reverse-text", "\u202etxt.exe"],
  ["invisible-text", "a\u{e0041}\u200bb"],
];
