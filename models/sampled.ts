import type { Provider } from "./provider.ts";

/** How one of several answers to the same prompt is drawn. */
export interface Sampling {
  /** Another one for each answer. */
  readonly seed: number;
  /** At a lower temperature the model would write nearly the same again. */
  readonly leastTemperature: number;
}

/** A provider whose answers are sampled anew. */
export function sampled(provider: Provider, { seed, leastTemperature }: Sampling): Provider {
  return {
    ...provider,
    stream: (request, signal) => {
      const temperature = Math.max(request.temperature ?? leastTemperature, leastTemperature);
      return provider.stream({ ...request, seed, temperature }, signal);
    },
  };
}
