import type { Check, Finding } from "#core/check.ts";
import type { ServerFacts } from "#core/model-facts.ts";
import { ANY_MODEL } from "#core/model-facts.ts";
import { counted } from "#core/text/counted.ts";
import type { Provider } from "./provider.ts";

export interface SlotsCheckOptions {
  readonly provider: Provider;
  /** Absent: the first that can chat. */
  readonly model: string | undefined;
  /** How many personas speak through the server. @throws {OrgError} `PERSONA_INVALID` */
  readonly personas: () => number;
  /** What a person has set for a model. */
  readonly slots: (model: string) => number | undefined;
}

/** Whether each persona finds its prompt in the server's cache when it speaks again. */
export function slotsCheck({ provider, model, personas, slots }: SlotsCheckOptions): Check {
  const run = async (signal: AbortSignal): Promise<Finding> => {
    const requested = model ?? ANY_MODEL;
    const facts = await provider.factsOf?.(requested, signal);
    const there = slots(provider.modelName?.(requested) ?? requested) ?? facts?.slots;
    if (there === undefined) {
      const detail = `it is not known how many prompts ${provider.endpoint} keeps in its cache`;
      return { state: "ok", detail, remedies: [] };
    }
    const speakers = personas();
    const numbers = `${counted(speakers, "persona")} and ${counted(there, "slot")} on ${provider.endpoint}`;
    if (there >= speakers) return { state: "ok", detail: numbers, remedies: [] };
    return {
      state: "warning",
      detail: `${numbers}: when another persona speaks, the server reads again what their prompts do not share`,
      remedies: [remedyFor(facts, speakers)],
    };
  };
  return { name: "slots", run };
}

function remedyFor(facts: ServerFacts | undefined, speakers: number): string {
  // An Ollama does not tell that it was started so: then the setting of the model says it.
  if (facts?.server === "ollama") {
    return `OLLAMA_NUM_PARALLEL=${speakers} ollama serve   # and slots = ${speakers} under [models."NAME"] in org.config`;
  }
  return `llama-server --parallel ${speakers}   # and as many times the window with -c`;
}
