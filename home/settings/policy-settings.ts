/** What the human has laid down of a program that has a say in every call. */

import { dirname, isAbsolute } from "node:path";
import { z } from "zod";
import { invalid } from "#core/invalid-setting.ts";

/** A program that has a say in every call, as it is written. */
export interface PolicyEntry {
  readonly program?: string | undefined;
  readonly args: readonly string[];
  readonly allowed: readonly string[];
  readonly timeout_ms?: number | undefined;
  readonly output_bytes?: number | undefined;
  readonly applies?: readonly ("ask" | "allow")[] | undefined;
  readonly may_allow?: boolean | undefined;
}

const decision = z.enum(["ask", "allow"]);
export const policySchema: z.ZodType<PolicyEntry, unknown> = z.strictObject({
  program: z.string().min(1).optional(),
  args: z.array(z.string()).max(100).default([]),
  allowed: z.array(z.string().startsWith("/")).default([]),
  timeout_ms: z.int().min(100).max(60_000).optional(),
  output_bytes: z.int().min(64).max(1_048_576).optional(),
  applies: z.array(decision).min(1).optional(),
  may_allow: z.boolean().optional(),
});

export interface PolicyProgramSettings {
  /** Absolute path. */
  readonly program: string;
  readonly args: readonly string[];
  /** Absolute paths of the folders that the program may lie in. */
  readonly allowed: readonly string[];
  /** How long an answer may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Most bytes of an answer. */
  readonly outputBytes: number;
  /** About which decisions of org.config it is asked. */
  readonly applies: ReadonlySet<"ask" | "allow">;
  /** Whether it may allow what the user would be asked about. */
  readonly mayAllow: boolean;
}

/**
 * @param path of the human's file.
 * @returns undefined where there is no program.
 * @throws {OrgError} `CONFIG_INVALID`
 */
export function policyProgramSettings(
  entry: PolicyEntry,
  path: string,
): PolicyProgramSettings | undefined {
  const { program, args, timeout_ms: timeoutMs = 2000, output_bytes: outputBytes = 65_536 } = entry;
  if (program === undefined) {
    const [other] = Object.entries(entry).filter(([, value]) => isSet(value));
    if (other === undefined) return undefined;
    throw invalid(path, `policy.${other[0]}: there is no policy.program that it could be about`);
  }
  if (!isAbsolute(program)) throw invalid(path, "policy.program: an absolute path is needed");
  return {
    ...{ program, args, timeoutMs, outputBytes },
    allowed: entry.allowed.length > 0 ? entry.allowed : [dirname(program)],
    applies: new Set(entry.applies ?? ["ask", "allow"]),
    mayAllow: entry.may_allow ?? false,
  };
}

function isSet(value: unknown): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}
