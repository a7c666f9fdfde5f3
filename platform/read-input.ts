/** Reads what a person hands over as a text: a file, a pipe, standard input. */
import { OrgError } from "#core/errors.ts";

export interface InputRules {
  /** More is refused, and not read. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/**
 * Holds no more than its limit: what comes in may have no end. Bytes that are not UTF-8 become U+FFFD.
 *
 * @param path of a file; "-" is standard input.
 * @throws {OrgError} `INPUT_INVALID` for more than the limit.
 * @throws what the system says, and the signal's reason.
 */
export async function readInput(path: string, { maxBytes, signal }: InputRules): Promise<string> {
  const source = path === "-" ? Bun.stdin : Bun.file(path);
  const reader = source.stream().getReader();
  // A pipe whose other end writes nothing and stays open must not hold the command.
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  aborted.promise.catch(() => undefined);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const chunks: Uint8Array[] = [];
    for (let bytes = 0; ; ) {
      const { value, done } = await Promise.race([reader.read(), aborted.promise]);
      if (done) return new TextDecoder().decode(Buffer.concat(chunks));
      bytes += value.length;
      if (bytes > maxBytes) throw tooLong(path, maxBytes);
      chunks.push(value);
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    // Not awaited: a read that is under way ends when its writer does.
    void reader.cancel().catch(() => undefined);
  }
}

function tooLong(path: string, maxBytes: number): OrgError {
  const name = path === "-" ? "Standard input" : JSON.stringify(path.slice(0, 200));
  return new OrgError(`${name} is too long`, {
    code: "INPUT_INVALID",
    why: `it has more than ${maxBytes.toLocaleString("en")} bytes, of which none beyond were read`,
    remedies: [
      "check what is piped into the command",
      "hand over the part that matters: head -c 100000 FILE",
    ],
    unchanged: "Nothing was done.",
  });
}
