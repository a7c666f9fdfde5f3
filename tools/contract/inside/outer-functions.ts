/** The functions that the program lends to the realm of the tool. */
import { writeSync } from "node:fs";
import type { Outer } from "./outer.ts";
import type { CallRequest } from "./protocol.ts";
import { randomFrom } from "./random.ts";

const STDERR = 2;
/** Longest log in characters; the host reads four times as many bytes. */
const MAX_LOG = 60_000;

const DIGESTS: Readonly<Record<string, Bun.SupportedCryptoAlgorithms>> = {
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

/** @param rest what needs to know more of the call. */
export function createOuter(
  { nowMs, seed }: CallRequest,
  rest: Pick<Outer, "ask" | "finish" | "violate">,
): Outer {
  return {
    ...rest,
    ...timers(),
    nowMs: () => nowMs ?? Date.now(),
    random: seed === null ? secureRandom : randomFrom(seed),
    log: logger(),
    encode: (text, bytes) => new TextEncoder().encodeInto(text, bytes),
    decode: (bytes, { label, fatal, ignoreBOM }) =>
      // The type lists what Bun knows; an unknown name throws.
      orNothing(() => new TextDecoder(label as Bun.Encoding, { fatal, ignoreBOM }).decode(bytes)),
    digest: (algorithm, bytes) => {
      const digest = Object.hasOwn(DIGESTS, algorithm) ? DIGESTS[algorithm] : undefined;
      return digest && orNothing(() => new Bun.CryptoHasher(digest).update(bytes).digest("hex"));
    },
    parseUrl: (text, base) => URL.parse(text, base) ?? undefined,
    parseQuery: (text) => new URLSearchParams(text),
  };
}

// Tools draw passwords: where the numbers need not be repeatable, they must not be guessable.
function secureRandom(): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

function logger(): Outer["log"] {
  let remaining = MAX_LOG;
  return (text) => {
    const line = `${text}\n`.slice(0, remaining);
    remaining -= line.length;
    writeSync(STDERR, line);
  };
}

function timers(): Pick<Outer, "startTimer" | "stopTimer"> {
  const running = new Map<number, Timer>();
  let started = 0;
  return {
    startTimer: (run, delayMs) => {
      started += 1;
      const number = started;
      const fire = (): void => {
        running.delete(number);
        run();
      };
      running.set(number, setTimeout(fire, delayMs));
      return number;
    },
    stopTimer: (number) => {
      clearTimeout(running.get(number));
      running.delete(number);
    },
  };
}

function orNothing<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
