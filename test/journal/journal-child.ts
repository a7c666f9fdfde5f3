/**
 * A process of its own that owns a journal, for the tests that stop it, kill it or take its disk away.
 * It reads one JSON order a line and answers each with one JSON line.
 */
import { unlink } from "node:fs/promises";
import { createInterface } from "node:readline";
import { OrgError } from "#core/errors.ts";
import { openSqliteJournal, type SqliteJournal } from "#home/journal/sqlite-journal.ts";
import { notice } from "./conformance-bench.ts";

type Order =
  | { readonly type: "acquire"; readonly ttlMs: number }
  | { readonly type: "append"; readonly key: string; readonly token?: number }
  /** Appends entries of 50 kB until one is refused; answers with how many were accepted. */
  | { readonly type: "fill" }
  /** Removes another file, to make room on a full disk. */
  | { readonly type: "remove"; readonly file: string }
  /** Never ends: prints every entry as soon as the journal has confirmed it. */
  | { readonly type: "write"; readonly writers: number; readonly prefix: string };

export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** The next line that it prints, parsed; `undefined` at its end. */
  next(): Promise<unknown>;
  order(order: Order): void;
  /** Ends it in peace, and waits until it is gone. */
  end(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts the process; its first line is `"open"` or how opening failed. */
export function startChild(path: string, wrapper: readonly string[] = []): Child {
  const child = Bun.spawn([...wrapper, process.execPath, import.meta.path, path], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const lines = readLines(child.stdout);
  return {
    pid: child.pid,
    next: async () => {
      const line = await lines.next();
      return line.done === true ? undefined : line.value;
    },
    order: (order) => {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      child.stdin.flush();
    },
    end: async () => {
      await child.stdin.end();
      await child.exited;
    },
    kill: (signal) => child.kill(signal),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

/** Whole lines only: what a killed process had half written was never said. */
async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of stream) {
    const lines = (text + decoder.decode(bytes, { stream: true })).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line);
  }
}

async function main(path: string): Promise<void> {
  await using journal = await openSqliteJournal(path);
  say("open");
  for await (const line of createInterface({ input: process.stdin })) {
    // Only the test above writes here.
    const order: Order = JSON.parse(line);
    say(await obey(journal, order).catch(failureOf));
  }
}

function obey(journal: SqliteJournal, order: Order): Promise<unknown> {
  switch (order.type) {
    case "acquire":
      return journal.acquire("turn", "child", order.ttlMs);
    case "append": {
      const { key, token } = order;
      const fence = token === undefined ? {} : { fence: { name: "turn", token } };
      return journal.append("a", { key, event: notice(key) }, fence);
    }
    case "fill":
      return fill(journal);
    case "remove":
      return unlink(order.file);
    case "write":
      return Promise.all(Array.from({ length: order.writers }, (_, n) => write(journal, order, n)));
  }
}

async function fill(journal: SqliteJournal): Promise<unknown> {
  const event = notice("x".repeat(50_000));
  for (let accepted = 0; ; accepted += 1) {
    try {
      await journal.append("a", { key: `${accepted}`, event });
    } catch (error) {
      return { accepted, ...failureOf(error) };
    }
  }
}

async function write(journal: SqliteJournal, order: { prefix: string }, writer: number) {
  const room = `room ${writer % 7}`;
  for (let n = 0; ; n += 1) {
    const key = `${order.prefix} ${writer} ${n}`;
    const { seq } = await journal.append(room, { key, event: notice(key) });
    say({ room, key, seq });
  }
}

function failureOf(error: unknown): { failed: string; why: string | undefined } {
  if (error instanceof OrgError) return { failed: error.code, why: error.why };
  return { failed: error instanceof Error ? error.name : "unknown", why: undefined };
}

function say(answer: unknown): void {
  process.stdout.write(`${JSON.stringify(answer ?? null)}\n`);
}

if (import.meta.main) {
  await main(process.argv[2] ?? "").catch((error: unknown) => say(failureOf(error)));
}
