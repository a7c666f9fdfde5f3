import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { YAML } from "bun";
import { z } from "zod";
import { OrgError, reasonOf } from "#core/errors.ts";
import { CALL_STYLES } from "#core/model-facts.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { readTextFile } from "#platform/files.ts";
import { dialectIds } from "./model-profile.ts";
import { PERSONA_ID, type Persona, RESERVED_IDS } from "./persona.ts";

/** `---`, YAML, `---`, then the system prompt. */
const FRONT_MATTER = /^---\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/;
/** A persona's prompt is sent with every request; see the limit of 1,500 tokens with its schemas. */
const LONGEST_PROMPT = 4000;

const headSchema = z.strictObject({
  id: z
    .string()
    .regex(PERSONA_ID, "an id is 1 to 32 lower-case letters, digits and dashes")
    .refine((id) => !RESERVED_IDS.includes(id), "this id has a meaning of its own"),
  description: z.string().min(1).max(200).optional(),
  model: z.string().min(1).optional(),
  tools: z.array(z.string()).default([]),
  temperature: z.number().min(0).max(2).optional(),
  calls: z.enum(CALL_STYLES).optional(),
  lean: z.boolean().optional(),
  think_open: z.boolean().optional(),
  dialect: z
    .string()
    .refine((id) => dialectIds().includes(id), "there is no such dialect; see docs/dialects.md")
    .optional(),
});

/**
 * Reads the personas that a user has added: every `*.md` of a folder, in the order of the file names.
 *
 * @param folder absolute path; one that does not exist holds no personas.
 * @param knownTools names that may stand under `tools`.
 * @throws {OrgError} `PERSONA_INVALID` naming the file and the field.
 */
export function readPersonaFiles(folder: string, knownTools: readonly string[]): Persona[] {
  const personas = fileNames(folder).map((file) => readPersonaFile(join(folder, file), knownTools));
  const ids = new Set<string>();
  for (const { id } of personas) {
    if (ids.has(id)) throw invalid(folder, `two files define the persona "${id}"`);
    ids.add(id);
  }
  return personas;
}

function fileNames(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".md"))
      .sort();
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return [];
    throw invalid(folder, reasonOf(cause));
  }
}

function readPersonaFile(path: string, knownTools: readonly string[]): Persona {
  const text = readText(path);
  const match = FRONT_MATTER.exec(text);
  if (match === null)
    throw invalid(path, "the file does not begin with a block between two --- lines");
  const head = headSchema.safeParse(parseYaml(path, match[1] ?? ""));
  if (!head.success) throw invalid(path, firstIssue(head.error));
  const prompt = text.slice(match[0].length).trim();
  if (prompt === "") throw invalid(path, "there is no system prompt below the --- block");
  if (prompt.length > LONGEST_PROMPT) {
    throw invalid(
      path,
      `the prompt has ${prompt.length} characters, the limit is ${LONGEST_PROMPT}`,
    );
  }
  const unknown = head.data.tools.find((tool) => !knownTools.includes(tool));
  if (unknown !== undefined) {
    throw invalid(path, `tools: there is no "${unknown}"; the tools are ${knownTools.join(", ")}`);
  }
  const { description = `defined in ${basename(path)}`, ...data } = head.data;
  const { calls, lean, think_open: thinkOpen, dialect, ...rest } = data;
  const profile = { calls, lean, thinkOpen, dialect };
  const hasProfile = Object.values(profile).some((part) => part !== undefined);
  return { ...rest, ...(hasProfile ? { profile } : {}), description, prompt };
}

function readText(path: string): string {
  try {
    return readTextFile(path);
  } catch (cause) {
    throw invalid(path, reasonOf(cause));
  }
}

function parseYaml(path: string, text: string): unknown {
  try {
    return YAML.parse(text);
  } catch (cause) {
    throw invalid(path, `the --- block is not YAML: ${reasonOf(cause)}`);
  }
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined
    ? "unreadable"
    : `${issue.path.join(".") || "the block"}: ${issue.message}`;
}

function invalid(path: string, why: string): OrgError {
  return new OrgError(`The persona file "${path}" cannot be used`, {
    code: "PERSONA_INVALID",
    why,
    remedies: [
      "write id, model, tools and temperature between two --- lines, the system prompt below",
      `mv ${shellWord(path)} ${shellWord(`${path}.off`)}`,
    ],
    unchanged: "No persona was loaded.",
  });
}
