import type { Check, Finding } from "#core/check.ts";
import { OrgError } from "#core/errors.ts";
import { chatModel } from "#models/default-model.ts";
import type { Provider } from "#models/provider.ts";

/**
 * Whether the model server answers and has the model.
 *
 * @param model the one that is asked for; absent: any that can chat.
 */
export function providerCheck(provider: Provider, model: string | undefined): Check {
  const run = async (signal: AbortSignal): Promise<Finding> => {
    try {
      const names = await provider.listModels(signal);
      if (model === undefined)
        return ok(provider, chatModel(names, provider.endpoint), names.length);
      if (names.some((name) => isSame(name, model))) return ok(provider, model, names.length);
      return {
        state: "fault",
        detail: `${provider.endpoint} has no model "${model}"; it has ${names.slice(0, 8).join(", ") || "none"}`,
        remedies: [`org models pull ${model}`],
      };
    } catch (error) {
      if (!(error instanceof OrgError)) throw error;
      const detail = [error.message, error.why].filter((line) => line !== undefined).join("\n");
      return { state: "fault", detail, remedies: error.remedies };
    }
  };
  return { name: "provider", run };
}

/** Ollama lists "llama3.2:latest" for what everybody calls "llama3.2". */
function isSame(listed: string, wanted: string): boolean {
  return listed === wanted || listed === `${wanted}:latest`;
}

function ok({ endpoint }: Provider, model: string, count: number): Finding {
  const detail = `${endpoint} answers with ${count} ${count === 1 ? "model" : "models"}; using ${model}`;
  return { state: "ok", detail, remedies: [] };
}
