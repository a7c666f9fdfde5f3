import { expect, test } from "bun:test";
import type { ChatRequest, Provider } from "./provider.ts";
import { sampled } from "./sampled.ts";

test.each([
  [undefined, 0.7],
  [0, 0.7],
  [0.9, 0.9],
])("a request of temperature %p is sent with %p and the seed of the attempt", async (own, sent) => {
  const requests: ChatRequest[] = [];
  const provider: Provider = {
    endpoint: "memory",
    listModels: async () => ["m"],
    stream: async function* (request) {
      requests.push(request);
      yield { type: "finish", reason: "stop" };
    },
  };
  const other = sampled(provider, { seed: 2, leastTemperature: 0.7 });
  const asked = { model: "m", messages: [], tools: [], temperature: own };
  await Array.fromAsync(other.stream(asked, new AbortController().signal));
  expect(requests).toEqual([{ ...asked, seed: 2, temperature: sent }]);
  expect(await other.listModels(new AbortController().signal)).toEqual(["m"]);
});
