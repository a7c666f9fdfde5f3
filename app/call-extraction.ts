/** What the extractor makes of answers of models, one after the other, for a person who looks into it. */
import { type ExtractedRecord, extractRecord } from "#models/extract/debug.ts";
import { readExtractRecord, readToolList } from "#models/extract/debug-record.ts";

interface ExtractionOptions {
  /** The tools that are declared, as JSON. @default none is */
  readonly tools: unknown;
  /** Feeds each answer character by character. */
  readonly chars: boolean;
}

/** @throws {Error} naming what is wrong with the tools, or with an answer. */
export function callExtraction({
  tools,
  chars,
}: ExtractionOptions): (answer: unknown) => ExtractedRecord {
  const how = { chars, tools: tools === undefined ? undefined : readToolList(tools) };
  return (answer) => extractRecord(readExtractRecord(answer), how);
}
