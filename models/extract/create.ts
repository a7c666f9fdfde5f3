import type { Extractor, ExtractorOptions } from "./extractor.ts";
import { Splitter } from "./split/splitter.ts";

/**
 * Makes the splitter of one answer; a new answer needs a new one.
 *
 * It never throws on text. What it hands out, joined, does not depend on how the text is cut.
 */
export function createExtractor(options: ExtractorOptions): Extractor {
  return new Splitter(options);
}
