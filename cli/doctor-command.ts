import type { Check, Finding } from "#core/check.ts";
import { EXIT } from "#core/error-codes.ts";
import { reasonOf } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Output } from "#ui/output.ts";

export interface DoctorOptions {
  readonly json: boolean;
  readonly output: Output;
  /** Knows the secrets of the process. */
  readonly cleaner: TextCleaner;
  readonly signal: AbortSignal;
}

const MARK: Readonly<Record<Finding["state"], string>> = { ok: "✔", warning: "!", fault: "✘" };

/** Runs every check and prints what it found. @returns 1 when there is a fault. */
export async function runDoctor(
  checks: readonly Check[],
  { json, output, cleaner, signal }: DoctorOptions,
): Promise<number> {
  const findings = await Promise.all(
    checks.map(async (check) =>
      // A server is quoted, too.
      cleaner.cleanData({ name: check.name, ...(await found(check, signal)) }),
    ),
  );
  if (json) output.write(jsonLine({ checks: findings }));
  else for (const finding of findings) output.write(lines(finding));
  return findings.some(({ state }) => state === "fault") ? EXIT.failed : EXIT.done;
}

async function found(check: Check, signal: AbortSignal): Promise<Finding> {
  try {
    return await check.run(signal);
  } catch (error) {
    // One check that fails in an unforeseen way must not hide what the others found.
    return { state: "fault", detail: reasonOf(error), remedies: [] };
  }
}

function lines({ name, state, detail, remedies }: Finding & { readonly name: string }): string {
  const first = `${MARK[state]} ${name.padEnd(9)} ${detail.replaceAll("\n", "\n            ")}\n`;
  return first + remedies.map((remedy) => `            → ${remedy}\n`).join("");
}
