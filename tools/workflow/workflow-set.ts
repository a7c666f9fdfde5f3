/** The workflows that lie beside each other, by the names of their files. */
import { readdir, realpath } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { errnoOf, fileFailed, loadBytes } from "#platform/files.ts";
import { MAX_FILE_BYTES, type ReadWorkflow, readWorkflow } from "./read-workflow.ts";
import type { Workflow } from "./workflow.ts";

const ENDINGS = [".yaml", ".yml"];
/** More files than this in one folder are not workflows. */
const MAX_FILES = 1000;

export interface Member extends ReadWorkflow {
  /** Name of its file without the ending. */
  readonly key: string;
  readonly text: string;
}

/** Texts of workflows; what a run keeps of them is the same again. */
export class WorkflowSet {
  readonly #members: ReadonlyMap<string, Member>;

  /** @param texts by the names of their files, without the endings. */
  constructor(texts: ReadonlyMap<string, string>) {
    this.#members = new Map(
      [...texts].map(([key, text]) => [key, { key, text, ...readWorkflow(key, text) }]),
    );
  }

  get members(): readonly Member[] {
    return [...this.#members.values()];
  }

  /** @param name of a file, or what a workflow calls itself. */
  find(name: string): Member | undefined {
    return this.#members.get(name) ?? this.members.find(({ workflow }) => workflow?.name === name);
  }

  /** A workflow and all that it runs, directly or not, the ones with problems included. */
  closureOf(root: Member): readonly Member[] {
    const found = new Map<string, Member>();
    const rest = [root];
    for (let member = rest.pop(); member !== undefined; member = rest.pop()) {
      if (found.has(member.key)) continue;
      found.set(member.key, member);
      rest.push(...nestedIn(member.workflow).flatMap((name) => this.find(name) ?? []));
    }
    return [...found.values()];
  }
}

/** Names of the workflows that the steps of one run. */
export function nestedIn(workflow: Workflow | undefined): readonly string[] {
  return (workflow?.steps ?? []).flatMap((step) => ("workflow" in step ? [step.workflow] : []));
}

/**
 * Reads the workflows of a folder; one that does not exist holds none.
 *
 * @param file a workflow that lies elsewhere; its neighbours come first.
 * @throws {OrgError} `FILE_FAILED`
 */
export async function readWorkflows(folder: string, file?: string): Promise<WorkflowSet> {
  const texts = await textsIn(folder);
  if (file !== undefined) {
    const own = await textsIn(dirname(await realpath(file)));
    for (const [key, text] of own) texts.set(key, text);
    texts.set(keyOf(file), await textOf(file));
  }
  return new WorkflowSet(texts);
}

/** Whether an operand means a file, not a name. */
export function isFileName(name: string): boolean {
  return ENDINGS.includes(extname(name)) || name.includes("/");
}

/** The name that the workflow of a file has. */
export function keyOf(path: string): string {
  return basename(path, extname(path));
}

async function textsIn(folder: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const names = await namesIn(folder);
  for (const name of names.slice(0, MAX_FILES)) {
    if (!texts.has(keyOf(name))) texts.set(keyOf(name), await textOf(join(folder, name)));
  }
  return texts;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && ENDINGS.includes(extname(entry.name)))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw fileFailed(folder, error);
  }
}

async function textOf(path: string): Promise<string> {
  try {
    // One byte more than allowed is enough for the check of the size.
    return (await loadBytes(path, MAX_FILE_BYTES + 1)).toString("utf8");
  } catch (error) {
    throw fileFailed(path, error);
  }
}
