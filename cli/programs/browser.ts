import { geteuid } from "node:process";
import { homePaths } from "#home/home-paths.ts";
import { Quarantine } from "#home/quarantine.ts";
import { tryChromium } from "#platform/browser/check.ts";
import { findChromium } from "#platform/browser/chromium.ts";
import { runProgram } from "#platform/programs/run-program.ts";
import { openWorkspace } from "#platform/workspace.ts";
import { runBrowser } from "../browser-command.ts";
import { runBrowserFiles } from "../browser-files.ts";
import type { CommandContext } from "../context.ts";

const APT_MS = 900_000;
/** What Debian's packager needs to find its programs, and asks nothing with. */
const APT_ENVIRONMENT = {
  PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
  DEBIAN_FRONTEND: "noninteractive",
  LANG: "C.UTF-8",
};

/** `org browser`. @returns the exit code. */
export async function browser(context: CommandContext): Promise<number> {
  const { line, output, signal, settings } = context;
  const paths = homePaths(settings.home);
  const apt = async (...args: readonly string[]) =>
    await runProgram(
      { command: ["apt-get", ...args], cwd: "/", environment: APT_ENVIRONMENT },
      { signal, timeoutMs: APT_MS },
    );
  return await runBrowser(line.operands, {
    ...{ output, flags: line.options, settings: settings.browser },
    find: findChromium,
    attempt: (program) => tryChromium(program, signal),
    isRoot: geteuid?.() === 0,
    files: async (action, id) =>
      await runBrowserFiles(action, id, {
        ...{ output, json: line.options.has("json") },
        quarantine: new Quarantine(paths.quarantine),
        workspace: () => openWorkspace(paths.workspace),
      }),
    installPackage: async () => {
      await apt("update");
      await apt("install", "-y", "--no-install-recommends", "chromium");
    },
  });
}
