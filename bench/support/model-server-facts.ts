/** Which model server answers at an address. */
import { z } from "zod";

const propsSchema = z.object({
  build_info: z.string().nullish(),
  total_slots: z.number(),
  default_generation_settings: z.object({ n_ctx: z.number() }),
});

export interface ServerFacts {
  /** For a person, for example "llama.cpp, 3 slots of 8,192 tokens". */
  readonly text: string;
  readonly isLlamaCpp: boolean;
  /** Of one slot; {@link USUAL_WINDOW} where the server does not tell. */
  readonly windowTokens: number;
}

const USUAL_WINDOW = 8192;

/**
 * @param base without a path.
 * @throws {Error} when nothing answers.
 */
export async function serverFacts(base: string, signal: AbortSignal): Promise<ServerFacts> {
  const props = propsSchema.safeParse(await json(`${base}/props`, signal));
  if (props.success) {
    const { build_info, total_slots, default_generation_settings } = props.data;
    const windowTokens = default_generation_settings.n_ctx;
    const window = windowTokens.toLocaleString("en");
    const build = build_info == null ? "" : ` ${build_info}`;
    const text = `llama.cpp${build}, ${total_slots} slots of ${window} tokens`;
    return { text, isLlamaCpp: true, windowTokens };
  }
  const ollama = z.object({ version: z.string() });
  const version = ollama.safeParse(await json(`${base}/api/version`, signal));
  const text = version.success ? `Ollama ${version.data.version}` : "another server";
  return { text, isLlamaCpp: false, windowTokens: USUAL_WINDOW };
}

async function json(url: string, signal: AbortSignal): Promise<unknown> {
  const answer = await fetch(url, { signal });
  return answer.ok ? await answer.json().catch(() => undefined) : undefined;
}
