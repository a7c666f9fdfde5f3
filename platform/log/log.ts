/**
 * What a process of a home writes down unattended: a line of JSON for each thing that happened, cleaned
 * and of bounded size, with the id of the request that it was done for.
 */
import { join } from "node:path";
import { pino } from "pino";
import { explain, OrgError, reasonOf } from "#core/errors.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { errnoOf } from "../files.ts";
import { requestId } from "./request-context.ts";
import { RotatingFile, type RotatingOptions } from "./rotating-file.ts";

/** Flat, so that a line is bounded and anything can read it. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** A log that is being written. */
export interface OpenLog extends Log, Disposable {
  /** Of each warning and error that is written again and again only one of a hundred, for ten minutes. */
  sample(): void;
}

export interface LogOptions extends RotatingOptions {
  /** Where the logs of the home lie. */
  readonly folder: string;
  /** Of the file, without ending; several processes may write to one. */
  readonly name: string;
  /** The only one of the process. */
  readonly cleaner: TextCleaner;
}

type Level = "info" | "warn" | "error";

/** Longest message and longest text of a field, in characters. */
const MESSAGE_CHARACTERS = 500;
const FIELD_CHARACTERS = 2000;
/** Most bytes of all fields of a line together, as JSON. */
const FIELDS_BYTES = 12 * 1024;

/** Opens the log of a process. */
export async function openLog(options: LogOptions): Promise<OpenLog> {
  const { folder, name, cleaner } = options;
  // biome-ignore lint/nursery/useDisposables: the caller disposes of it
  const file = await RotatingFile.open(join(folder, `${name}.ndjson`), options);
  let lost = 0;
  const logger = pino(
    {
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write: (line) => {
        if (!file.write(line)) lost += 1;
      },
    },
  );
  let sampler: Sampler | undefined;
  const write = (level: Level, message: string, fields: LogFields = {}): void => {
    if (level !== "info" && sampler?.takes(message) === false) return;
    if (lost > 0) {
      const reported = lost;
      lost = 0;
      logger.warn({ lost: reported }, "lines could not be written");
      // Nor could this one; it is none of those that count.
      if (lost > 0) lost = reported;
    }
    const text = cleaner.clean(message, { cap: MESSAGE_CHARACTERS });
    logger[level](boundedFields({ request_id: requestId(), ...fields }, cleaner), text);
  };
  return {
    info: (message, fields) => write("info", message, fields),
    warn: (message, fields) => write("warn", message, fields),
    error: (message, fields) => write("error", message, fields),
    sample: () => {
      sampler = new Sampler();
    },
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}

const SAMPLING_MS = 10 * 60_000;
/** Of so many equal messages one is written, and all of the first ones. */
const ONE_OF = 100;
const FIRST = 10;
const MOST_MESSAGES = 1000;

/** Lets a part of the messages through that are written again and again. */
class Sampler {
  readonly #until = performance.now() + SAMPLING_MS;
  readonly #counts = new Map<string, number>();

  takes(message: string): boolean {
    if (performance.now() >= this.#until) return true;
    // Figures in a message do not make it another one.
    const kind = message.slice(0, MESSAGE_CHARACTERS).replaceAll(/\d+/g, "#");
    const key = this.#counts.has(kind) || this.#counts.size < MOST_MESSAGES ? kind : "";
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count <= FIRST || count % ONE_OF === 0;
  }
}

/** Of an error, the causes behind it. */
const MOST_CAUSES = 5;

/** What an error says of itself, as fields. */
export function errorFields(error: unknown): LogFields {
  return {
    code: error instanceof OrgError ? error.code : "BUG",
    ...systemError(error),
    error: reasonOf(error),
    details: explain(error, true),
  };
}

/** What the system or SQLite calls it, or what caused it. */
function systemError(error: unknown): LogFields {
  for (let one = error, depth = 0; one instanceof Error && depth < MOST_CAUSES; depth += 1) {
    const errno = one instanceof OrgError ? "" : errnoOf(one);
    if (/^(?:SQLITE_|E[A-Z])[A-Z0-9_]*$/.test(errno)) return { errno };
    one = one.cause;
  }
  return {};
}

function boundedFields(fields: LogFields, cleaner: TextCleaner): LogFields {
  const capped = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === "string" ? cleaner.clean(value, { cap: FIELD_CHARACTERS }) : value,
  ]);
  // Once more as a whole: a field may be a secret by its name.
  const clean: LogFields = cleaner.cleanData(Object.fromEntries(capped));
  if (Buffer.byteLength(JSON.stringify(clean)) <= FIELDS_BYTES) return clean;
  const short = Object.entries(clean).filter(([, value]) => {
    return typeof value !== "string" || value.length <= MESSAGE_CHARACTERS / 5;
  });
  return { ...Object.fromEntries(short.slice(0, 32)), cut: true };
}
