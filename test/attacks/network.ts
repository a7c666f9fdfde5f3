/** Servers on the host's loopback and on Unix sockets; nothing goes further. */
import type { Probe } from "./probe.ts";

const MODULE = "elsewhere it would load a module into the kernel of the host";

export const NETWORK: readonly Probe[] = [
  {
    id: "tcp-loopback",
    class: "network",
    safe: "no program connects",
    code: "return socket.create_connection(('127.0.0.1', target['tcpPort']), 2).recv(9)",
  },
  {
    id: "tcp-any-address",
    class: "network",
    safe: "no program connects",
    code: "return socket.create_connection(('0.0.0.0', target['tcpPort']), 2).recv(9)",
  },
  {
    id: "tcp-mapped-address",
    class: "network",
    safe: "no program connects",
    code: "return socket.create_connection(('::ffff:127.0.0.1', target['tcpPort']), 2).recv(9)",
  },
  {
    id: "udp-loopback",
    class: "network",
    safe: "nothing answers",
    code: `
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); client.settimeout(1)
client.connect(('127.0.0.1', target['udpPort'])); client.send(b'hello')
return client.recv(9)`,
  },
  {
    id: "unix-by-path",
    class: "network",
    safe: "no program connects",
    code: "client = socket.socket(socket.AF_UNIX); client.connect(target['door']); return client.recv(9)",
  },
  {
    id: "unix-without-path",
    class: "network",
    safe: "no program connects",
    code: "client = socket.socket(socket.AF_UNIX); client.connect('\\0' + target['abstractDoor']); return client.recv(9)",
  },
  {
    id: "unix-in-shown-folder",
    class: "network",
    safe: "no program connects, though the socket can be seen",
    code: "client = socket.socket(socket.AF_UNIX); client.connect(target['shown'] + '/door'); return client.recv(9)",
  },
  {
    id: "unix-pair-to-a-path",
    class: "network",
    safe: "one end cannot be connected anew",
    code: "return socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
  },
  {
    id: "netlink",
    class: "network",
    safe: "there is no such socket",
    code: "client = socket.socket(16, socket.SOCK_RAW, 0); client.bind((0, 0)); return client.getsockname()",
  },
  {
    id: "unix-by-a-long-number",
    class: "network",
    safe: "a family is told by what the kernel looks at",
    // The filter sees 64 bits, and the kernel 32 of them.
    code: "return call('socket', (1 << 32) | 1, 1, 0)",
  },
  {
    id: "unix-listener",
    class: "network",
    safe: "no process can be waited for",
    code: "server = socket.socket(socket.AF_UNIX); server.bind('\\0org-probe-' + str(os.getpid())); server.listen(); return 'listening'",
  },
  {
    id: "ping",
    class: "network",
    safe: "there is no such socket",
    code: "return socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 1)",
  },
  {
    id: "multipath",
    class: "network",
    safe: "there is no such protocol",
    code: "return socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)",
  },
  {
    id: "rare-families",
    class: "network",
    safe: "there are no such sockets",
    code: `
made = []
for family in (3, 4, 5, 9, 15, 21, 24, 26, 27, 29, 30, 31, 33, 35, 37, 39, 41, 42, 43, 44, 45):
    for kind in (1, 2, 3, 5):
        try: socket.socket(family, kind).close(); made.append(family)
        except OSError: pass
return made or held('none of 21')`,
    only: MODULE,
  },
  {
    id: "interfaces",
    class: "network",
    safe: "only the sandbox's own loopback is there",
    code: "names = [l.split(':')[0].strip() for l in open('/proc/net/dev') if ':' in l]\nreturn names if names != ['lo'] else held('lo alone')",
  },
  {
    id: "who-listens",
    class: "network",
    safe: "the server of the host is not in the list",
    code: "return 'listed' if f\":{target['tcpPort']:04X} \" in read('/proc/net/tcp', 1 << 20) else held('not listed')",
  },
  {
    id: "who-listens-on-paths",
    class: "network",
    safe: "the socket of the host is not in the list",
    code: "return 'listed' if target['door'] in read('/proc/net/unix', 1 << 20) else held('not listed')",
  },
  {
    id: "raw-packets",
    class: "network",
    safe: "there is no such socket",
    code: "return socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    only: MODULE,
  },
  {
    id: "virtual-machine-host",
    class: "network",
    safe: "there is no such socket",
    code: "return socket.socket(40, socket.SOCK_STREAM)",
    only: MODULE,
  },
  {
    id: "kernel-crypto",
    class: "network",
    safe: "there is no such socket",
    code: "return socket.socket(38, socket.SOCK_SEQPACKET)",
    only: MODULE,
  },
  {
    id: "sctp",
    class: "network",
    safe: "there is no such protocol",
    code: "return socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)",
    only: MODULE,
  },
];
