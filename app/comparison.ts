import type { AppContext } from "./context.ts";
import type { OpenComparison } from "./gate.ts";

/** Main's suite against a candidate, in rooms like those of this session; loaded when something is compared. */
export function comparisonIn(
  context: Pick<AppContext, "settings" | "cleaner" | "signal">,
): OpenComparison {
  return async (place) => (await import("./side-by-side.ts")).sideBySideIn(context, place);
}
