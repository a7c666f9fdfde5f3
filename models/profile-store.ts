/** Stores the facts of the models of all servers in one file, so that they are requested once and not with each start. */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { ServerFacts, ServerProduct } from "#core/model-facts.ts";
import { loadText, writeFileAtomically } from "#platform/files.ts";
import type { Learnt } from "./derive-profile.ts";

/** The stored facts of one model on one server. What follows from them is decided when they are read. */
export interface StoredModel {
  readonly server?: ServerFacts | undefined;
  /** When the server reported them, in milliseconds since 1970. */
  readonly askedAtMs?: number | undefined;
  readonly learnt?: Learnt | undefined;
  /** Whether it recognises which note is no longer true; absent: it took no exam. */
  readonly mayReplace?: boolean | undefined;
  /** Whether it distinguishes what is worth a note from a remark; absent: it took no exam. */
  readonly mayNote?: boolean | undefined;
}

/** A file of another version is not a reason to fail, only to ask again. */
const VERSION = 2;

const PRODUCTS = [
  "llama.cpp",
  "ollama",
  "engine",
  "lm-studio",
  "vllm",
] as const satisfies readonly ServerProduct[];
const count = z.int().min(0);
const storedSchema: z.ZodType<StoredModel> = z.object({
  server: z
    .object({
      server: z.enum(PRODUCTS).optional(),
      billions: z.number().positive().optional(),
      slots: z.int().positive().optional(),
      template: z.string().optional(),
    })
    .optional(),
  askedAtMs: z.number().optional(),
  learnt: z
    .object({
      declared: count,
      written: z.record(z.string(), count),
      takesShapes: z.boolean().optional(),
    })
    .optional(),
  mayReplace: z.boolean().optional(),
  mayNote: z.boolean().optional(),
});
const fileSchema = z.object({
  version: z.literal(VERSION),
  models: z.record(z.string(), storedSchema),
});

/** By endpoint and name of the model. */
export class ProfileStore {
  readonly #path: string;
  #models: Promise<Map<string, StoredModel>> | undefined;
  #written: Promise<void> = Promise.resolve();

  /** @param path where to keep it. A file that is missing, unreadable or of another version counts as empty. */
  constructor(path: string) {
    this.#path = path;
  }

  /** The stored facts of a model; none of one that is not stored. Does not reject. */
  async get(endpoint: string, model: string): Promise<StoredModel> {
    this.#models ??= read(this.#path);
    return (await this.#models).get(keyOf(endpoint, model)) ?? {};
  }

  /**
    Changes the stored facts of a model, at once for this process and soon on disk.
   *
   * @param change gets the stored facts; `undefined` as its result changes nothing.
   * @returns when it is on disk, or cannot be: then it is learnt again after the next start.
   */
  async update(
    [endpoint, model]: readonly [endpoint: string, model: string],
    change: (stored: StoredModel) => StoredModel | undefined,
  ): Promise<void> {
    const key = keyOf(endpoint, model);
    this.#models ??= read(this.#path);
    const models = await this.#models;
    const changed = change(models.get(key) ?? {});
    if (changed === undefined) return;
    models.set(key, changed);
    const before = this.#written;
    this.#written = before.then(() => this.#write(key, changed));
    await this.#written;
  }

  /** Names of the models of an endpoint of which facts are stored. */
  async namesAt(endpoint: string): Promise<readonly string[]> {
    this.#models ??= read(this.#path);
    const start = keyOf(endpoint, "");
    const keys = [...(await this.#models).keys()];
    return keys.filter((key) => key.startsWith(start)).map((key) => key.slice(start.length));
  }

  /**
   * Forgets a model, on disk as well.
   *
   * @throws {Error} what the system says where the file cannot be written.
   */
  async remove(endpoint: string, model: string): Promise<void> {
    this.#models ??= read(this.#path);
    (await this.#models).delete(keyOf(endpoint, model));
    await this.#written;
    const models = await read(this.#path);
    models.delete(keyOf(endpoint, model));
    await this.#replace(models);
  }

  async #replace(models: ReadonlyMap<string, StoredModel>): Promise<void> {
    // A home without a message has no folder for its state.
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const text = JSON.stringify({ version: VERSION, models: Object.fromEntries(models) }, null, 2);
    await writeFileAtomically(this.#path, `${text}\n`);
  }

  /** Other processes write the same file: only the one model is replaced. */
  async #write(key: string, stored: StoredModel): Promise<void> {
    const models = await read(this.#path);
    models.set(key, stored);
    await this.#replace(models).catch(() => undefined);
  }
}

function keyOf(endpoint: string, model: string): string {
  return `${endpoint} ${model}`;
}

async function read(path: string): Promise<Map<string, StoredModel>> {
  try {
    return new Map(Object.entries(fileSchema.parse(JSON.parse(await loadText(path))).models));
  } catch {
    return new Map();
  }
}
