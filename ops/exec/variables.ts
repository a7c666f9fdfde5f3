/** `{NAME}` in the texts of a task. */
import { OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { environmentSecrets } from "#core/text/environment.ts";

/** What a task may name, by name: the environment, and the values of `--var` over it. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Upper case alone: `{a,b}` of a glob and the braces of code are not variables. `{{NAME}}` is `{NAME}`. */
const VARIABLE = /\{(\{[A-Z][A-Z0-9_]*\})\}|\{([A-Z][A-Z0-9_]*)\}/g;

/**
 * @param assignments `NAME=VALUE`, as on the command line.
 * @throws {OrgError} `USAGE` for what is not such a pair.
 */
export function withOverrides(environment: Variables, assignments: readonly string[]): Variables {
  const pairs = assignments.map((pair) => {
    const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(pair) ?? [];
    if (name !== undefined && value !== undefined) return [name, value] as const;
    throw new OrgError(`"${pair.slice(0, 80)}" is not a variable`, {
      code: "USAGE",
      why: "a variable is NAME=VALUE, its name in upper-case letters, digits and _",
      remedies: ["org help exec"],
      unchanged: "Nothing was done.",
    });
  });
  return { ...environment, ...Object.fromEntries(pairs) };
}

/** What {@link fill} needs to say where a name stands. */
export interface Source {
  /** As a person named the file. */
  readonly name: string;
  readonly text: string;
}

/**
 * Puts the values in. They are put in once: braces in a value stay braces.
 *
 * @throws {OrgError} `TASK_INVALID` with name and line of a variable without a value, or with a secret one.
 */
export function fill(text: string, variables: Variables, source: Source): string {
  return text.replace(VARIABLE, (_all, escaped: string | undefined, name: string) => {
    if (escaped !== undefined) return escaped;
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined) throw unknown(name, variables, source);
    if (environmentSecrets({ [name]: value }).length > 0) throw secret(name, source);
    return value;
  });
}

function lineOf(name: string, { text }: Source): number {
  return text.slice(0, Math.max(0, text.indexOf(`{${name}}`))).split("\n").length;
}

function unknown(name: string, variables: Variables, source: Source): OrgError {
  const near = nearestNames(name, Object.keys(variables), 1);
  const hint = near.length === 0 ? "" : `; did you mean {${near[0]}}?`;
  return new OrgError(`The variable {${name}} of the task has no value`, {
    code: "TASK_INVALID",
    why: `it stands in line ${lineOf(name, source)} of "${source.name}"${hint}`,
    remedies: [
      `org exec "${source.name}" --var ${name}=VALUE`,
      `for the text itself, write {{${name}}}`,
    ],
    unchanged: "No model was asked.",
  });
}

function secret(name: string, source: Source): OrgError {
  return new OrgError(`The variable {${name}} of the task is a secret`, {
    code: "TASK_INVALID",
    why: `it stands in line ${lineOf(name, source)} of "${source.name}"; no secret is sent to a model`,
    remedies: ["take it out of the task"],
    unchanged: "No model was asked.",
  });
}
