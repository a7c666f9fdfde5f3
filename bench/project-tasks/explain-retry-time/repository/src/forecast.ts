import { OPTIONS } from "./options.ts";
import { retry } from "./retry.ts";

export async function forecast(ask: () => Promise<string>): Promise<string> {
  return await retry(ask, { ...OPTIONS.usual, ...OPTIONS.forecast, sleep: Bun.sleep });
}
