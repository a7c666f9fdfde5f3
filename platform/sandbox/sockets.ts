import { readText } from "./proc.ts";

// What an unread Unix socket can hold; the filter keeps programs from raising it.
const DEFAULT_SEND_BUFFER_BYTES = 212_992;
// The kernel counts whole pages where a program wrote a few bytes.
const QUEUE_OVERHEAD = 2;

/** Of the Internet families, in `/proc/PID/net`: the table, and where the kernel says how many sockets are in it. */
const TABLES = [
  { table: "tcp", counts: "sockstat", line: /^TCP: inuse (\d+)/m },
  { table: "tcp6", counts: "sockstat6", line: /^TCP6: inuse (\d+)/m },
  { table: "udp", counts: "sockstat", line: /^UDP: inuse (\d+)/m },
  { table: "udp6", counts: "sockstat6", line: /^UDP6: inuse (\d+)/m },
] as const;

/**
 * For a table the kernel walks the connections of the whole machine: 1.3 ms each where it has room for half a million of
 * them (Linux 6.18), which at every look was a tenth of a processor beside a browser that did nothing. What is queued grows
 * only by processor time of the program, or with another socket.
 */
const CPU_MS_BETWEEN_COUNTS = 25;
/** Of a program whose processor time is not seen. */
const LOOKS_BETWEEN_COUNTS = 40;

let sendBufferBytes: number | undefined;

/** The sockets of one network namespace, look by look. */
export class SocketMeter {
  #counted: { readonly total: number; readonly cpuMs: number; readonly bytes: number } | undefined;
  #looks = 0;

  /**
   * Memory in bytes that they hold: what is queued in those of the Internet families, and the most that the others, whose
   * queues no counter shows, can hold. As it was at the last count, where it cannot have grown much since.
   *
   * @param folder the `net` folder of a process in `/proc`.
   * @param cpuMs processor time in milliseconds of all processes of the namespace.
   */
  bytes(folder: string, cpuMs: number): number {
    const counts = readText(`${folder}/sockstat`) ?? "";
    const total = readNumber(counts, /^sockets: used (\d+)/);
    this.#looks += 1;
    const before = this.#counted;
    const isKnown =
      before?.total === total &&
      Math.abs(cpuMs - before.cpuMs) < CPU_MS_BETWEEN_COUNTS &&
      this.#looks < LOOKS_BETWEEN_COUNTS;
    if (isKnown) return before.bytes;
    this.#looks = 0;
    const bytes = total === 0 ? 0 : socketBytes(folder, total);
    this.#counted = { total, cpuMs, bytes };
    return bytes;
  }
}

function socketBytes(folder: string, total: number): number {
  const queues = readTables(folder);
  sendBufferBytes ??=
    Number(readText("/proc/sys/net/core/wmem_default")) || DEFAULT_SEND_BUFFER_BYTES;
  return queues.bytes * QUEUE_OVERHEAD + Math.max(0, total - queues.sockets) * sendBufferBytes;
}

/**
 * Memory in bytes of what is queued in the connections of a network namespace.
 *
 * @param folder the `net` folder of a process in `/proc`.
 */
export function readQueuedBytes(folder: string): number {
  return readTables(folder).bytes * QUEUE_OVERHEAD;
}

interface Queues {
  readonly sockets: number;
  readonly bytes: number;
}

/** Of all tables that the kernel does not call empty. */
function readTables(folder: string): Queues {
  const counts = {
    sockstat: readText(`${folder}/sockstat`) ?? "",
    sockstat6: readText(`${folder}/sockstat6`) ?? "",
  };
  const found = TABLES.flatMap(({ table, counts: file, line }) =>
    line.exec(counts[file])?.[1] === "0" ? [] : [readQueues(`${folder}/${table}`)],
  );
  return {
    sockets: found.reduce((sum, queue) => sum + queue.sockets, 0),
    bytes: found.reduce((sum, queue) => sum + queue.bytes, 0),
  };
}

// Lines such as `0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 …`: the fifth field has what waits
// to be sent and to be read, in hexadecimal.
function readQueues(path: string): Queues {
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
