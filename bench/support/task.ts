/** The tasks of `bench tasks`: one Markdown file each, in `bench/tasks/`. */
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { parseYaml } from "#core/parse-yaml.ts";
import type { Check, Expected } from "./answer-check.ts";

/** `---`, YAML, `---`, then the question. */
const FRONT_MATTER = /^---\n([\s\S]*?)\n---\n/;

const text = z.string().min(1);

const expectedSchema: z.ZodType<Expected> = z.union([
  z.strictObject({ number: z.number() }),
  z.strictObject({ contains: text }),
  z.strictObject({ "any-of": z.array(text).min(1) }),
  z.strictObject({ regex: text }),
]);

/** How an answer is checked, and examples that the check is held to, in the front matter of a task. */
export const CHECK_FIELDS: Readonly<{
  answer: z.ZodType<Expected>;
  unless: z.ZodOptional<z.ZodString>;
  right: z.ZodArray<z.ZodString>;
  wrong: z.ZodArray<z.ZodString>;
}> = {
  answer: expectedSchema,
  unless: text.optional(),
  right: z.array(text).min(1),
  wrong: z.array(text).min(2),
};

const headSchema = z.strictObject({
  kind: z.enum(["plain", "folder"]),
  folder: text.optional(),
  heldout: z.boolean().default(false),
  ...CHECK_FIELDS,
});

/** An answer's check with examples. */
export interface Checked extends Check {
  /** Answers that the check accepts. */
  readonly right: readonly string[];
  /** Answers that the check refuses. */
  readonly wrong: readonly string[];
}

export interface Task extends Checked {
  /** Of the file, without `.md`. */
  readonly name: string;
  readonly kind: "plain" | "folder";
  /** Tasks that are held out measure a change; nothing is tuned on them. */
  readonly heldout: boolean;
  /** The folder the question is about, as an absolute path. */
  readonly folder?: string;
  readonly question: string;
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
  const { head, question } = await readTaskFile(path, headSchema);
  const { folder, ...rest } = head;
  if ((rest.kind === "folder") !== (folder !== undefined))
    throw new Error(`${path}: a task of kind "folder", and no other, names a folder`);
  const files = folder === undefined ? {} : { folder: join(path, "..", "folders", folder) };
  return { ...rest, ...files, name: basename(path, ".md"), question };
}

/**
 * Reads front matter, and the question below it.
 *
 * @throws {Error} naming the file when it has no such block, the schema refuses it, or there is no question.
 */
export async function readTaskFile<Head>(
  path: string,
  schema: z.ZodType<Head>,
): Promise<{ readonly head: Head; readonly question: string }> {
  const whole = await Bun.file(path).text();
  const block = FRONT_MATTER.exec(whole);
  if (block === null) throw new Error(`${path}: it does not begin with a block between --- lines`);
  const { value, problem } = parseYaml(block[1] ?? "");
  if (problem !== undefined) throw new Error(`${path}: ${problem}`);
  const head = schema.safeParse(value);
  if (!head.success) throw new Error(`${path}: ${z.prettifyError(head.error)}`);
  const question = whole.slice(block[0].length).trim();
  if (question === "") throw new Error(`${path}: there is no question below the block`);
  return { head: head.data, question };
}
