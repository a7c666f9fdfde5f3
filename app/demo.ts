/** The model of `org demo`, and the settings of the home that it plays in. */
import { readSettings, type Settings } from "#home/settings/settings.ts";
import type { ReplayServer } from "#models/cassette/replay-server.ts";
import { DEMO_MODEL, demoServer } from "#models/demo/session.ts";

/** @param isQuick without the pauses of people and models. @throws {OrgError} `CASSETTE_INVALID` */
export async function openDemoModel(isQuick: boolean): Promise<ReplayServer> {
  return await demoServer(isQuick ? "instant" : "real");
}

/** Nothing of the human's own settings but what programs are kept in: the demo is the same for everybody. */
export function demoSettings(
  home: string,
  base: string,
  { sandbox }: Pick<Settings, "sandbox">,
): Settings {
  const plain = readSettings({ flags: new Map(), env: {}, defaultHome: home });
  const model = { base, isBaseExplicit: true, model: DEMO_MODEL, contextTokens: 32_768 };
  return { ...plain, ...model, sandbox };
}
