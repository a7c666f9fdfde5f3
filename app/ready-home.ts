/** What a process does before it opens anything: reads the settings, chooses the sandbox, and looks whether the home is whole. */
import { existsSync } from "node:fs";
import { homePaths } from "#home/home-paths.ts";
import type { Settings, SettingsSources } from "#home/settings/settings.ts";

/** Where the settings of a process come from. */
export interface SettingsRequest extends Pick<SettingsSources, "flags" | "env"> {
  /** The name of the command. */
  readonly command: string;
  /** The home where none is named, in which our own programs lie. */
  readonly root: string;
}

export interface FoundSettings extends Pick<SettingsSources, "flags" | "env"> {
  readonly settings: Settings;
}

/**
 * Reads the settings, and has the process use the sandbox that they name.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` where the kernel has no Landlock, and what reading the settings throws.
 */
export async function findSettings(request: SettingsRequest): Promise<FoundSettings> {
  const { root } = request;
  const sources = await sourcesOf(request);
  const { readSettings } = await import("#home/settings/settings.ts");
  const settings = readSettings({ ...sources, defaultHome: root });
  if (settings.sandbox !== "bubblewrap") await useTier(settings, root);
  return { settings, ...sources };
}

/** One command has a contract of its own with the environment. */
async function sourcesOf({
  command,
  flags,
  env,
}: SettingsRequest): Promise<Pick<SettingsSources, "flags" | "env">> {
  if (command !== "exec") return { flags, env };
  const { execSources } = await import("#home/settings/exec-settings.ts");
  return execSources(flags, env);
}

async function useTier(settings: Settings, root: string): Promise<void> {
  const { chooseHost, hostOfContainers } = await import("#platform/sandbox/host.ts");
  if (settings.sandbox === "container") {
    const { containerHostOf } = await import("#home/settings/container-settings.ts");
    chooseHost(hostOfContainers(containerHostOf(settings, root)));
    return;
  }
  const { landlockHost } = await import("#platform/sandbox/landlock/host.ts");
  chooseHost(landlockHost());
}

/**
 * A process that was killed while it restored a backup has left a home of two times: nothing begins in one. A copy out
 * of a database that was cut off has left a part: only what can finish it goes on.
 *
 * @returns what a person should know of what was finished; empty: nothing was.
 */
export async function readyHome(home: string, command: string): Promise<string> {
  const paths = homePaths(home);
  const notice = existsSync(paths.restorePlan) ? await finishedRestore(home) : "";
  if (command !== "db") {
    const { demandWholeHome } = await import("#home/unfinished-copy.ts");
    demandWholeHome(paths);
  }
  return notice;
}

async function finishedRestore(home: string): Promise<string> {
  const { finishInterruptedRestore } = await import("./backup.ts");
  return await finishInterruptedRestore(home);
}
