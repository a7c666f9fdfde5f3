/** Reads the file of a task: Markdown with one block of YAML. */
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { parseYaml } from "#core/parse-yaml.ts";
import { fill, type Source, type Variables } from "./variables.ts";

/** Largest file, in bytes. */
const MAX_BYTES = 256 * 1024;

/** What the change has to fulfil. */
export interface Guarantee {
  /** Told to the model. */
  readonly text: string;
  /** A shell command that ends with 0 on the changed tree; run in the sandbox. */
  readonly check?: string | undefined;
}

export interface Task {
  readonly prompt: string;
  /** Paths and globs, in the order in which the model reads the files. */
  readonly context: readonly string[];
  /** Globs of the paths that may change. */
  readonly outputs: readonly string[];
  readonly guarantees: readonly Guarantee[];
}

const line = z.string().min(1).max(500);

/** A text alone is one without a check. */
const guaranteeSchema = z.preprocess(
  (one) => (typeof one === "string" ? { text: one } : one),
  z.strictObject({ text: line, check: z.string().min(1).max(4000).optional() }),
);

const taskSchema = z.strictObject({
  prompt: z.string().optional(),
  context: z.array(line).max(200).default([]),
  outputs: z.array(line).min(1).max(200),
  guarantees: z.array(guaranteeSchema).max(50).default([]),
});

const KEYS = Object.keys(taskSchema.shape);

/** `---`, YAML, `---` at the very top. */
const FRONT_MATTER = /^---[ \t]*\n([\s\S]*?)^---[ \t]*(?:\n|$)/m;
const FENCED = /^```ya?ml[ \t]*\n([\s\S]*?)^```[ \t]*(?:\n|$)/gm;

/**
 * @param source the file as it is.
 * @throws {OrgError} `TASK_INVALID` with the line.
 */
export function readTask({ name, text: whole }: Source, variables: Variables): Task {
  if (Buffer.byteLength(whole) > MAX_BYTES) {
    throw invalid(name, `it has ${Buffer.byteLength(whole)} bytes; ${MAX_BYTES} are allowed`);
  }
  const text = whole.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
  const source: Source = { name, text };
  const block = blockOf(source);
  // Empty lines in front of it: so that the parser counts the lines of the file.
  const { value, problem } = parseYaml("\n".repeat(block.line - 1) + block.yaml);
  if (problem !== undefined) throw invalid(name, `${problem}${quoteHint(block.yaml)}`);
  const parsed = taskSchema.safeParse(value);
  if (!parsed.success) throw invalid(name, issueText(parsed.error.issues, block));
  const { prompt: asked, context, outputs, guarantees } = parsed.data;
  const filled = (one: string): string => fill(one, variables, source);
  const prompt = filled(asked ?? block.rest).trim();
  if (prompt === "")
    throw invalid(name, "there is no prompt: neither a key nor text beside the block");
  return {
    prompt,
    context: context.map(filled),
    outputs: outputs.map(filled),
    guarantees: guarantees.map(({ text: said, check }) => ({
      text: filled(said),
      ...(check === undefined ? {} : { check: filled(check) }),
    })),
  };
}

interface Block {
  readonly yaml: string;
  /** Of its first line, from 1. */
  readonly line: number;
  /** The text around it. */
  readonly rest: string;
}

function blockOf({ name, text }: Source): Block {
  const front = text.startsWith("---") ? FRONT_MATTER.exec(text) : null;
  const [found, second] = front === null ? [...text.matchAll(FENCED)] : [front];
  if (found === undefined) {
    throw invalid(
      name,
      "it has no block of YAML: between two --- lines at its top, or in a ```yaml fence",
    );
  }
  const lineAt = (index: number) => text.slice(0, index).split("\n").length;
  if (second !== undefined) {
    throw invalid(
      name,
      `it has a second block of YAML in line ${lineAt(second.index)}; one is the task`,
    );
  }
  const rest = text.slice(0, found.index) + text.slice(found.index + found[0].length);
  return { yaml: found[1] ?? "", line: lineAt(found.index) + 1, rest };
}

function issueText(issues: readonly z.core.$ZodIssue[], block: Block): string {
  // A misspelt key is also a missing one: the first says more.
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  if (issue === undefined) return "it cannot be read";
  if (issue.code !== "unrecognized_keys") {
    const [key, ...rest] = issue.path.map(String);
    if (key === undefined) return `the block holds no keys; there are ${KEYS.join(", ")}`;
    return `${[key, ...rest].join(".")}${lineOf(key, block)}: ${issue.message}${quoteHint(block.yaml)}`;
  }
  const keys = issue.path.includes("guarantees") ? ["text", "check"] : KEYS;
  const [wrong = ""] = issue.keys;
  const near = nearestNames(wrong, keys, 1);
  const hint = near.length === 0 ? `there are ${keys.join(", ")}` : `did you mean ${near[0]}?`;
  return `unknown key ${JSON.stringify(wrong.slice(0, 80))}${lineOf(wrong, block)}; ${hint}`;
}

function lineOf(key: string, { yaml, line: first }: Block): string {
  const index = yaml.split("\n").findIndex((one) => {
    const at = one.indexOf(`${key}:`);
    return at === 0 || /[\s{,]/.test(one.charAt(at - 1));
  });
  return index < 0 ? "" : ` in line ${first + index}`;
}

/** The one trap of YAML that every task with variables meets. */
function quoteHint(yaml: string): string {
  return /(?:^|[-:])[ \t]*\{[A-Z]/m.test(yaml)
    ? '; a text that begins with { stands in quotes: "{NAME}"'
    : "";
}

function invalid(name: string, why: string): OrgError {
  return new OrgError(`The task "${name}" cannot be used`, {
    code: "TASK_INVALID",
    why,
    remedies: ["docs/exec.md shows a whole one"],
    left: "No model was asked.",
  });
}
