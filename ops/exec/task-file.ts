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
  const { prompt: promptField, context, outputs, guarantees } = parsed.data;
  const filled = (one: string): string => fill(one, variables, source);
  const prompt = filled(promptField ?? block.rest).trim();
  if (prompt === "")
    throw invalid(name, "there is no prompt: neither a key nor text beside the block");
  return {
    prompt,
    context: context.map(filled),
    outputs: outputs.map(filled),
    guarantees: guarantees.map(({ text: guarantee, check }) => ({
      text: filled(guarantee),
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

/** Between two `---` lines at the very top, or else in the one fence of YAML. */
function blockOf({ name, text }: Source): Block {
  const lines = text.split("\n");
  const isFront = /^---[ \t]*$/.test(lines[0] ?? "");
  const [opens, closes] = isFront
    ? [/^---[ \t]*$/, /^---[ \t]*$/]
    : [/^```ya?ml[ \t]*$/, /^```[ \t]*$/];
  const start = lines.findIndex((line) => opens.test(line));
  const end = lines.findIndex((line, index) => index > start && closes.test(line));
  if (start < 0 || end < 0) {
    const where = "between two --- lines at its top, or in a ```yaml fence";
    throw invalid(name, `it has no block of YAML: ${where}`);
  }
  const second = lines.findIndex((line, index) => index > end && opens.test(line));
  if (second >= 0 && !isFront) {
    throw invalid(name, `it has a second block of YAML in line ${second + 1}; one is the task`);
  }
  return {
    yaml: `${lines.slice(start + 1, end).join("\n")}\n`,
    line: start + 2,
    rest: [...lines.slice(0, start), ...lines.slice(end + 1)].join("\n"),
  };
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
    unchanged: "No model was asked.",
  });
}
