import { firstBySearch, validatorIn, withGate } from "#app/gate.ts";
import { EXIT } from "#core/error-codes.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { type DrillResult, drill } from "#ops/release/drill.ts";
import type { CommandContext } from "../context.ts";

/** `org fitness drill`. @returns 0 when every verdict is the known one, else 1: an alarm. */
export async function drillGate(context: CommandContext): Promise<number> {
  const { line, settings, output, cleaner, signal } = context;
  const { home } = settings;
  const json = line.options.has("json");
  const onResult = (result: DrillResult) => json || output.say(cleaner.clean(lineOf(result)));
  const results = await withGate({ home, checkout: home }, (gate) =>
    drill(home, { validatorOf: validatorIn(gate), firstHit: firstBySearch, signal, onResult }),
  );
  const wrong = results.filter(({ ok }) => !ok).length;
  const text = `${results.length - wrong} of ${results.length} verdicts are as they have to be\n`;
  output.write(json ? jsonLine(cleaner.cleanData({ ok: wrong === 0, results })) : text);
  return wrong === 0 ? EXIT.done : EXIT.failed;
}

function lineOf({ ok, name, verdict, stage, expected, ms }: DrillResult): string {
  const seen = stage === null ? verdict : `${verdict} at ${stage}`;
  const wanted = ok ? "" : `, and should be ${expected.join(" or ") || "promote"}`;
  return `${ok ? "✔" : "✘"} ${name}: ${seen}${wanted}  ${(ms / 1000).toFixed(1)} s\n`;
}
