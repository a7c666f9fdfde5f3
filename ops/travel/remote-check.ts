/** What `org doctor` says of the Git remote by which tools and personas travel. */
import type { Check, Finding } from "#core/check.ts";
import { OrgError } from "#core/errors.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import type { DatabaseSettings } from "#home/settings/database-settings.ts";
import { loadText } from "#platform/files.ts";
import type { RemoteState } from "../release/follow-main.ts";
import type { seeMain } from "./main-remote.ts";

/** @param see looks at the remote: `seeMain`. */
export function remoteCheck(home: string, database: DatabaseSettings, see: typeof seeMain): Check {
  return {
    name: "tools remote",
    run: async () => {
      try {
        const seen = await see(home, database);
        return seen === undefined ? NONE : await judge(seen, home, database.remote?.url ?? "");
      } catch (error) {
        if (!(error instanceof OrgError)) throw error;
        const { message, why = "", remedies, code } = error;
        return { state: "fault", detail: `${message} [${code}]: ${why}`, remedies };
      }
    },
  };
}

const NONE: Finding = {
  state: "ok",
  detail: "none is named, so each node keeps its own tools: [database] remote",
  remedies: [],
};

async function judge(
  { there, here, steps }: RemoteState,
  home: string,
  url: string,
): Promise<Finding> {
  const key = `this node signs with ${(await ownKey(home)) ?? "a key that is not made yet"}`;
  if (steps.length > 0) {
    const behind = `${steps.length} signed ${steps.length === 1 ? "change is" : "changes are"} not here`;
    return { state: "warning", detail: `${url}: ${behind}; ${key}`, remedies: ["org tools pull"] };
  }
  if (there !== here) {
    const what = there === undefined ? "it has no main" : "main here is ahead of it";
    return { state: "warning", detail: `${url}: ${what}; ${key}`, remedies: ["org tools push"] };
  }
  return { state: "ok", detail: `${url}: main ${here.slice(0, 12)} as here; ${key}`, remedies: [] };
}

async function ownKey(home: string): Promise<string | undefined> {
  const text = await loadText(promotionPaths(home).signers).catch(() => "");
  return text.trim().split("\n").at(-1)?.replace(/^\S+ /, "") || undefined;
}
