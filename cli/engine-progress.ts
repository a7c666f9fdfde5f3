/** How an installation of the engine goes on, in lines for a person or a program. */
import type { EngineStep } from "#app/engine-source.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Output } from "#ui/output.ts";

interface Printing {
  readonly json: boolean;
  readonly output: Output;
  readonly cleaner: TextCleaner;
}

/** A line for each step, and for each tenth of what can be counted: a line each is read, a thousand are not. */
export function stepPrinter({ json, output, cleaner }: Printing): (step: EngineStep) => void {
  let last = "";
  let counted: Counted = { text: "", bytes: 0, at: 0 };
  return (step) => {
    const { part, text, bytes, total } = step;
    if (counted.text !== text) counted = { text, bytes: bytes ?? 0, at: performance.now() };
    const isCounted = bytes !== undefined && total !== undefined;
    const share = isCounted ? ` ${Math.floor((bytes / total) * 10) * 10} %` : "";
    const line = `${part}: ${text}${share}`;
    if (line === last) return;
    last = line;
    const rate = isCounted ? rateOf(bytes, counted) : undefined;
    if (json) {
      const progress = { type: "progress", part, text, bytes, total, bytesPerSecond: rate };
      output.write(jsonLine(cleaner.cleanData(progress)));
    } else output.say(cleaner.clean(`${line}${amountText(step, rate)}\n`));
  };
}

/** Where the counting of a step has begun. */
interface Counted {
  readonly text: string;
  readonly bytes: number;
  /** In milliseconds of a clock that only goes forward. */
  readonly at: number;
}

/** In bytes a second; nothing before there is anything to measure. */
function rateOf(bytes: number, { bytes: before, at }: Counted): number | undefined {
  const ms = performance.now() - at;
  return bytes <= before || ms < 1 ? undefined : Math.round(((bytes - before) / ms) * 1000);
}

/** Of what is small enough to come at once nothing is said. */
function amountText({ bytes, total }: EngineStep, rate: number | undefined): string {
  if (bytes === undefined || total === undefined || total < 1e6) return "";
  const amount = `, ${Math.round(bytes / 1e6)} of ${Math.round(total / 1e6)} MB`;
  return rate === undefined ? amount : `${amount}, ${(rate / 1e6).toFixed(1)} MB/s`;
}
