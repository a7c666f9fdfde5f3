/** One line of JSON for every request, on standard error: in the log of a generation that runs in the background. */
import { explain } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { GenerationOptions } from "#serve/generation/app.ts";
import type { RequestSeen } from "#serve/http/observe-requests.ts";
import type { CommandContext } from "./context.ts";

/** Asked again and again by whoever watches; only what is wrong with them is worth a line. */
const WATCHED: ReadonlySet<string> = new Set(["/health", "/ready", "/metrics"]);

export function logTo(
  { output, cleaner }: Pick<CommandContext, "output" | "cleaner">,
  { onRequest }: { readonly onRequest: (seen: RequestSeen) => void },
): Required<Pick<GenerationOptions, "onRequest" | "report">> {
  return {
    onRequest: (seen) => {
      onRequest(seen);
      const { requestId: request_id, ...rest } = seen;
      if (WATCHED.has(seen.route) && seen.status < 400) return;
      output.say(jsonLine({ at: new Date().toISOString(), request_id, ...rest }));
    },
    report: (error, requestId) => {
      const id = requestId === undefined ? "" : `request ${requestId}: `;
      output.say(`${id}${cleaner.clean(explain(error, true))}\n`);
    },
  };
}
