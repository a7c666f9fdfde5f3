/** The one place that knows which wires there are. */
import { unreachable } from "#core/errors.ts";
import { anthropicProvider } from "#models/anthropic/anthropic.ts";
import { describeFrom, ollamaProvider, pullFrom } from "#models/ollama/ollama.ts";
import { openAiProvider } from "#models/openai/openai.ts";
import type { Provider } from "#models/provider.ts";
import type { Wire } from "#platform/config-schema.ts";
import type { ServerOptions } from "./http/server.ts";

export interface ProviderOptions extends ServerOptions {
  /** @default "openai", which most servers speak */
  readonly wire?: Wire | undefined;
  /** The window that was configured, in tokens; absent: the server tells. */
  readonly windowTokens?: number | undefined;
  /** How long a model stays in memory after a request, such as "30m", where the wire has a word for it. */
  readonly keepAlive?: string | undefined;
}

/** @throws {OrgError} `CONFIG_INVALID` when the base address is none. */
export function openProvider({ wire = "openai", ...options }: ProviderOptions): Provider {
  switch (wire) {
    case "openai":
      return {
        ...openAiProvider(options),
        describeModels: describeFrom(options),
        pull: pullFrom(options),
      };
    case "ollama":
      return ollamaProvider(options);
    case "anthropic":
      return anthropicProvider(options);
    default:
      return unreachable(wire);
  }
}
