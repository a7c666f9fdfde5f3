import { EXIT } from "#core/error-codes.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { SelfTestOptions, SelfTestResult } from "#ops/release/gate-self-test.ts";
import type { Output } from "#ui/output.ts";
import type { CommandLine } from "./command-spec.ts";

export interface DrillDeps {
  /** Puts known faults before the gate. @throws {OrgError} `INPUT_MISSING` for a home without a tool. */
  readonly drill: (onResult: SelfTestOptions["onResult"]) => Promise<readonly SelfTestResult[]>;
  readonly output: Pick<Output, "write" | "say">;
  readonly cleaner: TextCleaner;
}

/** `org fitness drill`. @returns 0 when every verdict is the known one, else 1: an alarm. */
export async function runDrillCommand(
  { options }: Pick<CommandLine, "options">,
  { drill, output, cleaner }: DrillDeps,
): Promise<number> {
  const json = options.has("json");
  const results = await drill((result) => json || output.say(cleaner.clean(lineOf(result))));
  const wrong = results.filter(({ ok }) => !ok).length;
  const text = `${results.length - wrong} of ${results.length} verdicts are right\n`;
  output.write(json ? jsonLine(cleaner.cleanData({ ok: wrong === 0, results })) : text);
  return wrong === 0 ? EXIT.done : EXIT.failed;
}

function lineOf({ ok, name, verdict, stage, expected, ms }: SelfTestResult): string {
  const outcome = stage === null ? verdict : `${verdict} at ${stage}`;
  const expectation = ok ? "" : `, and should be ${expected.join(" or ") || "promote"}`;
  return `${ok ? "✔" : "✘"} ${name}: ${outcome}${expectation}  ${(ms / 1000).toFixed(1)} s\n`;
}
