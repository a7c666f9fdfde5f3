import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Output } from "#ui/output.ts";

/** Writes what came of a request, as text or as lines of JSON; everything is clean. */
export class CleanPrinter {
  readonly #deps: { readonly cleaner: TextCleaner; readonly output: Output };
  protected readonly isJson: boolean;

  constructor(deps: { readonly cleaner: TextCleaner; readonly output: Output }, isJson: boolean) {
    this.#deps = deps;
    this.isJson = isJson;
  }

  protected json(data: unknown): void {
    this.#deps.output.write(jsonLine(this.#deps.cleaner.cleanData(data)));
  }

  protected write(text: string): void {
    this.#deps.output.write(`${this.#deps.cleaner.clean(text)}\n`);
  }

  /** A remark beside it, which programs need not read. */
  protected say(text: string): void {
    if (!this.isJson) this.#deps.output.say(`${this.#deps.cleaner.clean(text)}\n`);
  }
}
