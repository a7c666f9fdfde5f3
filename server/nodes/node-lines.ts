/** Lines that a node sends to another one while it works for it; home/postgres/node-lines.ts is the way over a database. */
export interface NodeLines {
  /** Until the writer ends, or the signal does and all is read. @returns whether nothing is missing. */
  read(call: string, signal: AbortSignal): AsyncGenerator<unknown, boolean>;
  /** @param reader the node that reads. */
  write(call: string, reader: string): LineWriter;
}

interface LineWriter extends AsyncDisposable {
  push(line: unknown): void;
  /** Aborted once no node reads the lines. */
  readonly unread: AbortSignal;
}
