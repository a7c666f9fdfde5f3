import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import type { BrowserTrial } from "#platform/browser/check.ts";
import type { Output } from "#ui/output.ts";
import { actionNamed } from "./action.ts";
import type { FileAction } from "./browser-files.ts";

/** What the command needs of the machine. */
export interface BrowserCommandOptions {
  readonly output: Output;
  /** Options of the command line by their names. */
  readonly flags: ReadonlyMap<string, string>;
  /** What org.config says of the browser; absent: nothing. */
  readonly settings: { readonly path?: string | undefined } | undefined;
  /** @returns the real path of Chromium. */
  readonly find: (path?: string) => string | undefined;
  readonly attempt: (program: string) => Promise<BrowserTrial>;
  readonly isRoot: boolean;
  /** Fetches Debian's package. @throws {OrgError} `PROCESS_FAILED` */
  readonly installPackage: () => Promise<void>;
  /** What is done about files in quarantine. */
  readonly files: (action: FileAction, id: string | undefined) => Promise<number>;
}

const INSTALL = "apt-get install --no-install-recommends chromium";

/**
 * `org browser install|status|files|release|drop`.
 *
 * @returns the exit code.
 * @throws {OrgError} `USAGE`, `BROWSER_MISSING`, `BROWSER_FAILED`, `SANDBOX_UNAVAILABLE`, `PROCESS_FAILED`
 */
export async function runBrowser(
  [named = "status", id]: readonly string[],
  options: BrowserCommandOptions,
): Promise<number> {
  const action = actionNamed("browser", ["install", "status", "files", "release", "drop"], named);
  if (action !== "install" && action !== "status") return await options.files(action, id);
  const { output, flags, settings } = options;
  const path = flags.get("path") ?? settings?.path;
  if (action === "install" && options.find(path) === undefined) await fetchPackage(path, options);
  const program = options.find(path);
  if (program === undefined) throw missing(path);
  const { product, keepsPagesApart } = await options.attempt(program);
  const apart = keepsPagesApart
    ? "each page in its own sandbox"
    : "its pages not isolated from each other";
  output.write(`${program}: ${product} runs in the sandbox, ${apart}.\n`);
  if (settings !== undefined && settings.path === path) {
    output.write("Personas can use it: org.config has [browser].\n");
    return EXIT.done;
  }
  const lines =
    path === undefined ? ["[browser]"] : ["[browser]", `path = ${JSON.stringify(path)}`];
  output.write(`To let personas use it, put this into org.config:\n\n${lines.join("\n")}\n`);
  return action === "status" ? EXIT.failed : EXIT.done;
}

async function fetchPackage(
  path: string | undefined,
  { flags, isRoot, installPackage, output }: BrowserCommandOptions,
): Promise<void> {
  // A path that does not exist is a mistake, and no package puts anything there.
  if (path !== undefined || !(isRoot && flags.has("yes"))) throw missing(path);
  output.write("Fetching Debian's package of Chromium …\n");
  await installPackage();
}

function missing(path: string | undefined): OrgError {
  return new OrgError("There is no Chromium that the browser tool could use", {
    code: "BROWSER_MISSING",
    why: path === undefined ? "It is in none of the usual places." : `"${path}" does not exist.`,
    remedies: [
      `sudo ${INSTALL}`,
      "sudo org browser install --yes",
      "org browser install --path FILE",
    ],
    unchanged: "Nothing was installed.",
  });
}
