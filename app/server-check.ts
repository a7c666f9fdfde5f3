import type { Check } from "#core/check.ts";
import type { Settings } from "#home/settings/settings.ts";
import type { Provider } from "#models/provider.ts";
import { providerCheck } from "#models/provider-check.ts";

/** Whether the server answers, and has the model that a person has set. */
export function serverCheck(provider: Provider, { model }: Pick<Settings, "model">): Check {
  return providerCheck(provider, model);
}
