import { StepFailure } from "./step-failure.ts";
import { type Json, MAX_OUTPUT_BYTES } from "./workflow.ts";

/** As JSON. */
export function bytesOf(output: Json): number {
  return Buffer.byteLength(JSON.stringify(output));
}

/** @throws {StepFailure} for more than a step may give. */
export function requireSmall(bytes: number, path: string): void {
  if (bytes <= MAX_OUTPUT_BYTES) return;
  const message = `its output has ${bytes} bytes or more; ${MAX_OUTPUT_BYTES} are allowed. Give the step an "output" that keeps less of it`;
  throw new StepFailure(message, { kind: "workflow", path });
}
