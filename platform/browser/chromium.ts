/** Starts Chromium in the sandbox: no way out but the egress proxy, no port, steered over a pipe. */
import { existsSync, realpathSync } from "node:fs";
import { basename, dirname } from "node:path";
import { OrgError, reasonOf } from "#core/errors.ts";
import { BRIDGE_PORT } from "../net/egress/bridge-process.ts";
import type { EgressOptions } from "../net/egress/proxy.ts";
import { POLICIES, type ReadOnlyBind, type SandboxPolicy } from "../sandbox/policy.ts";
import { runSandboxed } from "../sandbox/run.ts";
import { CdpConnection, type CdpOptions } from "./cdp.ts";

/** Where systems put it, Debian first. Not `/usr/bin/chromium`: that is a script which reads the user's settings. */
const CANDIDATE_PATHS: readonly string[] = [
  "/usr/lib/chromium/chromium",
  "/usr/lib64/chromium-browser/chromium-browser",
  "/usr/lib/chromium-browser/chromium-browser",
  "/usr/lib64/chromium/chromium",
];
/** Where one that does not lie in `/usr` is shown. */
const OWN_FOLDER = "/opt/browser";
/** Size of the pages in pixels. */
export const VIEWPORT: { readonly width: number; readonly height: number } = {
  width: 1024,
  height: 768,
};
const START_MS = 60_000;
const MAX_OUTPUT = 400;

/**
 * The program of Chromium.
 *
 * @param path where a person named one.
 * @returns its real path; undefined where there is none.
 */
export function findChromium(path?: string): string | undefined {
  const found =
    path === undefined ? CANDIDATE_PATHS.find((candidate) => existsSync(candidate)) : path;
  return found !== undefined && existsSync(found) ? realpathSync(found) : undefined;
}

/** @throws {OrgError} `BROWSER_MISSING` */
export function requireChromium(path?: string): string {
  const found = findChromium(path);
  if (found !== undefined) return found;
  throw new OrgError("There is no Chromium that the browser tool could use", {
    code: "BROWSER_MISSING",
    why:
      path === undefined
        ? `None of ${CANDIDATE_PATHS.join(", ")} exists.`
        : `"${path}" does not exist.`,
    remedies: [
      "org browser install",
      "sudo apt-get install --no-install-recommends chromium",
      'path = "/path/to/chrome"   # below [browser] in org.config',
    ],
    unchanged: "Nothing was opened.",
  });
}

/**
 * What it is started with. The sandbox has no other way out than the proxy; that Chromium does not even try is a second
 * wall, and saves the time of trying.
 */
export const CHROMIUM_FLAGS: readonly string[] = [
  ...["--headless", "--remote-debugging-pipe", "--disable-gpu", "--mute-audio"],
  // Its own folder for shared memory has 1 MiB here, and files in /tmp are counted.
  ...["--disable-dev-shm-usage", "--user-data-dir=/tmp/profile", "--password-store=basic"],
  `--window-size=${VIEWPORT.width},${VIEWPORT.height}`,
  ...["--hide-scrollbars", "--force-color-profile=srgb", "--no-first-run"],
  ...["--no-default-browser-check", "--disable-extensions", "--disable-default-apps"],
  // Loopback included: the proxy judges every name and every address.
  ...[`--proxy-server=http://127.0.0.1:${BRIDGE_PORT}`, "--proxy-bypass-list=<-loopback>"],
  "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
  ...["--disable-quic", "--dns-prefetch-disable", "--no-pings"],
  ...["--webrtc-ip-handling-policy=disable_non_proxied_udp", "--force-webrtc-ip-handling-policy"],
  // What it asks its makers for by itself.
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
  ...["--disable-breakpad", "--disable-crash-reporter", "--disable-domain-reliability"],
  ...["--metrics-recording-only", "--disable-client-side-phishing-detection"],
  "--disable-features=AutofillServerCommunication,InterestFeedContentSuggestions,MediaRouter,OptimizationHints,Translate,HttpsUpgrades,PrivateAggregationApi",
];

export interface ChromiumOptions {
  /** Real path of the program. */
  readonly program: string;
  /** What it may reach, and the callbacks. */
  readonly egress: Omit<EgressOptions, "hosts">;
  readonly onEvent: CdpOptions["onEvent"];
  /** More flags. @default none */
  readonly flags?: readonly string[] | undefined;
}

/** A browser that runs. Disposing ends every process of it. */
export class Chromium implements AsyncDisposable {
  readonly connection: CdpConnection;
  readonly #stop = new AbortController();
  #input: ReadableStreamDefaultController<Uint8Array> | undefined;
  #problem: string | undefined;
  #run: Promise<void> = Promise.resolve();

  private constructor({ onEvent }: ChromiumOptions) {
    this.connection = new CdpConnection({
      onEvent,
      write: (bytes) => this.#write(bytes),
      onBroken: (why) => this.#end(why),
    });
  }

  /**
   * Starts it and waits until it answers.
   *
   * @throws {OrgError} `BROWSER_FAILED` when it does not, `SANDBOX_UNAVAILABLE` without the sandbox that it needs.
   */
  static async start(options: ChromiumOptions, signal: AbortSignal): Promise<Chromium> {
    const browser = new Chromium(options);
    browser.#run = browser.#runProgram(options);
    const limit = AbortSignal.any([signal, AbortSignal.timeout(START_MS)]);
    const end = (): void => browser.#end("it did not answer in time");
    limit.addEventListener("abort", end);
    try {
      await browser.connection.send("Browser.getVersion");
      return browser;
    } catch (error) {
      await browser[Symbol.asyncDispose]();
      signal.throwIfAborted();
      throw browser.#unstarted instanceof OrgError
        ? browser.#unstarted
        : startFailed(browser.#problem ?? reasonOf(error));
    } finally {
      limit.removeEventListener("abort", end);
    }
  }

  #unstarted: unknown;

  /** Why it ended, one clause; undefined while it runs. */
  get problem(): string | undefined {
    return this.#problem;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end("it was closed");
    await this.#run;
  }

  async #runProgram({ program, egress, flags = [] }: ChromiumOptions): Promise<void> {
    const stdin = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#input = controller;
      },
    });
    let output = "";
    try {
      const { binds, path } = programMount(program);
      // Its pipe has the numbers 3 and 4; a sandbox passes on nothing but the three streams.
      const script = 'exec "$@" 3<&0 4>&1 </dev/null >/dev/null';
      const command = ["sh", "-c", script, "browser", path, ...CHROMIUM_FLAGS, ...flags];
      const { exit, killed } = await runSandboxed(
        [...command, "about:blank"],
        { ...browserPolicy(), readOnly: [...fonts(), ...binds] },
        {
          ...{ signal: this.#stop.signal, stdin, keepsOutput: false, egress },
          onOutput: (stream, text) => {
            if (stream === "stdout") this.connection.take(text);
            else output = `${output}${text}`.slice(-MAX_OUTPUT);
          },
        },
      );
      this.#end(`it ended (${killed ?? `exit code ${exit}`})${output && `, and wrote: ${output}`}`);
    } catch (error) {
      this.#unstarted = error;
      this.#end(reasonOf(error));
    }
  }

  #write(bytes: Uint8Array): void {
    try {
      this.#input?.enqueue(bytes);
    } catch {
      // It was killed, and its pipe is closed before its exit status arrives.
      this.#end("it ended");
    }
  }

  #end(why: string): void {
    this.#problem ??= why;
    this.connection.end(this.#problem);
    this.#stop.abort();
  }
}

function browserPolicy(): SandboxPolicy {
  return { ...POLICIES.browser, network: { hosts: [] } };
}

function fonts(): readonly ReadOnlyBind[] {
  return existsSync("/etc/fonts") ? [{ from: "/etc/fonts", to: "/etc/fonts" }] : [];
}

/** The folders of the host to mount, and the path of the program inside. */
function programMount(program: string): {
  readonly binds: readonly ReadOnlyBind[];
  readonly path: string;
} {
  if (program.startsWith("/usr/")) return { binds: [], path: program };
  return {
    binds: [{ from: dirname(program), to: OWN_FOLDER }],
    path: `${OWN_FOLDER}/${basename(program)}`,
  };
}

function startFailed(why: string): OrgError {
  return new OrgError("The browser did not start", {
    code: "BROWSER_FAILED",
    why,
    remedies: ["org doctor", "org browser install"],
    unchanged: "Nothing was opened.",
  });
}
