import { readText } from "./proc.ts";

// What an unread Unix socket can hold; the filter keeps programs from raising it.
const DEFAULT_SEND_BUFFER_BYTES = 212_992;
// The kernel counts whole pages where a program wrote a few bytes.
const QUEUE_OVERHEAD = 2;

/** Of the Internet families, in `/proc/PID/net`. */
const TABLES = ["tcp", "tcp6", "udp", "udp6"];

let sendBufferBytes: number | undefined;

/**
 * Memory in bytes that the sockets of a network namespace hold: what is queued in those of the Internet
 * families, and the most that the others, whose queues no counter shows, can hold.
 *
 * @param folder the `net` folder of a process in `/proc`.
 */
export function readSocketBytes(folder: string): number {
  const total = readNumber(readText(`${folder}/sockstat`) ?? "", /^sockets: used (\d+)/);
  if (total === 0) return 0;
  const queues = TABLES.map((table) => readQueues(`${folder}/${table}`));
  const listed = queues.reduce((sum, queue) => sum + queue.sockets, 0);
  const queuedBytes = queues.reduce((sum, queue) => sum + queue.bytes, 0);
  sendBufferBytes ??=
    Number(readText("/proc/sys/net/core/wmem_default")) || DEFAULT_SEND_BUFFER_BYTES;
  return queuedBytes * QUEUE_OVERHEAD + Math.max(0, total - listed) * sendBufferBytes;
}

/**
 * Memory in bytes of what is queued in the connections of a network namespace.
 *
 * @param folder the `net` folder of a process in `/proc`.
 */
export function readQueuedBytes(folder: string): number {
  const bytes = TABLES.map((table) => readQueues(`${folder}/${table}`).bytes);
  return bytes.reduce((sum, queued) => sum + queued, 0) * QUEUE_OVERHEAD;
}

// Lines such as `0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 …`: the fifth field has what waits
// to be sent and to be read, in hexadecimal.
function readQueues(path: string): { readonly sockets: number; readonly bytes: number } {
  const [, ...lines] = (readText(path) ?? "").trimEnd().split("\n");
  let bytes = 0;
  for (const line of lines) {
    const [sending = "0", receiving = "0"] = (line.trim().split(/\s+/)[4] ?? "").split(":");
    bytes += Number.parseInt(sending, 16) + Number.parseInt(receiving, 16);
  }
  return { sockets: lines.length, bytes };
}

function readNumber(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 0);
}
