/** The tasks of `bench tasks`: one Markdown file each, in `bench/tasks/`. */
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { parseYaml } from "#core/parse-yaml.ts";
import type { Check } from "./answer-check.ts";

/** `---`, YAML, `---`, then the question. */
const FRONT_MATTER = /^---\n([\s\S]*?)\n---\n/;

const text = z.string().min(1);

const headSchema = z.strictObject({
  kind: z.enum(["plain", "folder"]),
  folder: text.optional(),
  heldout: z.boolean().default(false),
  answer: z.union([
    z.strictObject({ number: z.number() }),
    z.strictObject({ contains: text }),
    z.strictObject({ "any-of": z.array(text).min(1) }),
    z.strictObject({ regex: text }),
  ]),
  unless: text.optional(),
  right: z.array(text).min(1),
  wrong: z.array(text).min(2),
});

export interface Task extends Check {
  /** Of the file, without `.md`. */
  readonly name: string;
  readonly kind: "plain" | "folder";
  /** Tasks that are held out measure a change; nothing is tuned on them. */
  readonly heldout: boolean;
  /** The folder the question is about, as an absolute path. */
  readonly folder?: string;
  readonly question: string;
  /** Answers that the check accepts. */
  readonly right: readonly string[];
  /** Answers that the check refuses. */
  readonly wrong: readonly string[];
}

/**
 * @param folder absolute path; the folders that tasks name lie in its `folders/`.
 * @throws {Error} naming the file that is not a task.
 */
export async function readTasks(folder: string): Promise<readonly Task[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".md")).sort();
  return await Promise.all(names.map((name) => readTask(join(folder, name))));
}

async function readTask(path: string): Promise<Task> {
  const whole = await Bun.file(path).text();
  const block = FRONT_MATTER.exec(whole);
  if (block === null) throw new Error(`${path}: it does not begin with a block between --- lines`);
  const { value, problem } = parseYaml(block[1] ?? "");
  if (problem !== undefined) throw new Error(`${path}: ${problem}`);
  const head = headSchema.safeParse(value);
  if (!head.success) throw new Error(`${path}: ${z.prettifyError(head.error)}`);
  const { folder, ...rest } = head.data;
  if ((rest.kind === "folder") !== (folder !== undefined))
    throw new Error(`${path}: a task of kind "folder", and no other, names a folder`);
  const question = whole.slice(block[0].length).trim();
  if (question === "") throw new Error(`${path}: there is no question below the block`);
  const files = folder === undefined ? {} : { folder: join(path, "..", "folders", folder) };
  return { ...rest, ...files, name: basename(path, ".md"), question };
}
