import type { Check, Finding } from "#core/check.ts";
import { OrgError } from "#core/errors.ts";
import type { ModelFacts } from "#core/model-facts.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { chatModel } from "./default-model.ts";
import type { Provider } from "./provider.ts";
import { isSameModel } from "./same-model.ts";

/**
 * Whether the model server answers and has the model.
 *
 * @param model the requested one; absent: any that can chat.
 */
export function providerCheck(provider: Provider, model: string | undefined): Check {
  const run = async (signal: AbortSignal): Promise<Finding> => {
    try {
      const startMs = performance.now();
      const names = await provider.listModels(signal);
      const tookMs = performance.now() - startMs;
      const chosen = model ?? chatModel(names, provider.endpoint);
      const listed = names.find((name) => isSameModel(name, chosen));
      if (listed !== undefined) {
        return (
          (await withoutTools(provider, listed, signal)) ??
          ok(provider, chosen, { count: names.length, tookMs })
        );
      }
      return {
        state: "fault",
        detail: `${provider.endpoint} has no model "${chosen}"; it has ${names.slice(0, 8).join(", ") || "none"}`,
        remedies: [`org models pull ${shellWord(chosen)}`],
      };
    } catch (error) {
      if (!(error instanceof OrgError)) throw error;
      const detail = [error.message, error.why].filter((line) => line !== undefined).join("\n");
      return { state: "fault", detail, remedies: error.remedies };
    }
  };
  return { name: "provider", run };
}

/** Many servers do not tell what their models can do; those are taken as they are. */
async function withoutTools(
  { describeModels, endpoint }: Provider,
  name: string,
  signal: AbortSignal,
): Promise<Finding | undefined> {
  const models = (await describeModels?.(signal).catch(() => undefined)) ?? [];
  const takesTools = (one: ModelFacts) => one.capabilities?.includes("tools") === true;
  const chosen = models.find((one) => one.name === name);
  if (chosen?.capabilities === undefined || takesTools(chosen)) return undefined;
  const better = models.find(takesTools)?.name;
  return {
    state: "warning",
    detail: `"${name}" on ${endpoint} takes no tools: its calls are read from its text, less reliably`,
    remedies: [
      better === undefined ? "org models pull qwen3:8b" : `org --model ${shellWord(better)}`,
    ],
  };
}

function ok(
  { endpoint }: Provider,
  model: string,
  { count, tookMs }: { readonly count: number; readonly tookMs: number },
): Finding {
  const models = `${count} ${count === 1 ? "model" : "models"}`;
  const detail = `${endpoint} answers in ${Math.ceil(tookMs)} ms with ${models}; using ${model}`;
  return { state: "ok", detail, remedies: [] };
}
