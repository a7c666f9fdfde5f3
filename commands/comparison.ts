import type { OpenComparison } from "../wiring-gate.ts";
import type { CommandContext } from "./context.ts";

/** Main's suite against a candidate, in rooms like those of this session; loaded when something is compared. */
export function comparisonIn(
  context: Pick<CommandContext, "settings" | "cleaner" | "signal">,
): OpenComparison {
  return async (place) => (await import("./side-by-side.ts")).sideBySideIn(context, place);
}
