/** The one module that knows which wires there are. */
import { OrgError, unreachable } from "#core/errors.ts";
import type { Wire } from "#core/wires.ts";
import { anthropicProvider } from "../anthropic/anthropic.ts";
import type { ServerOptions } from "../http/server.ts";
import { describeFrom, loadedIn, ollamaProvider, pullFrom } from "../ollama/ollama.ts";
import { openAiProvider } from "../openai/openai.ts";
import type { Provider } from "../provider.ts";

export interface ProviderOptions extends ServerOptions {
  /** @default "openai", which most servers speak */
  readonly wire?: Wire | undefined;
  /** The window that was configured, in tokens; absent: the server reports it. */
  readonly windowTokens?: number | undefined;
  /** How long a model stays in memory after a request, such as "30m", where the wire has a word for it. */
  readonly keepAlive?: string | undefined;
}

/** @throws {OrgError} `CONFIG_INVALID` when the base address is none. */
export function openProvider({ wire = "openai", ...options }: ProviderOptions): Provider {
  switch (wire) {
    case "openai":
      return compatible(options);
    case "ollama":
      return ollamaProvider(options);
    case "anthropic":
      return anthropicProvider(options);
    default:
      return unreachable(wire);
  }
}

/** Most compatible servers are an Ollama, which knows more of its models than their names, and fetches them. */
function compatible(options: ServerOptions): Provider {
  const provider = openAiProvider(options);
  const describe = describeFrom(options);
  const describeModels = async (signal: AbortSignal) => {
    try {
      return await describe(signal);
    } catch (error) {
      if (!(error instanceof OrgError) || error.code === "PROVIDER_UNREACHABLE") throw error;
      return (await provider.listModels(signal)).map((name) => ({ name }));
    }
  };
  return { ...provider, describeModels, isLoaded: loadedIn(options), pull: pullFrom(options) };
}
