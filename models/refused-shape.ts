import { ProviderError } from "./provider-error.ts";

/** Words for a shape of the answer that a server knows nothing of, or cannot make a grammar of. */
const NO_SHAPE =
  /response[ _]format|json_schema|(parse|compile|build|convert|invalid|load|unmarshal).{0,60}(grammar|schema|format)/i;

/** Whether a server refused a request for the shape that was wished for; without it the same request may succeed. */
export function refusesShape(error: unknown): boolean {
  return error instanceof ProviderError && NO_SHAPE.test(error.serverMessage?.message ?? "");
}
