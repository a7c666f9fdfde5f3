/** Chromium without our sandbox, as a program of its own would start it: what ours is compared with. */
import { join } from "node:path";
import { CdpConnection } from "#platform/browser/cdp.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { until } from "./until.ts";

/** Opens a page, and waits until it has the given title. */
export async function openBare(
  program: string,
  flags: readonly string[],
  page: { readonly url: string; readonly title: string },
): Promise<void> {
  await using folder = await temporaryFolder("chromium");
  const profile = join(folder.path, "profile");
  const always = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--remote-debugging-pipe",
    `--user-data-dir=${profile}`,
  ];
  const script = 'exec "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1';
  const child = Bun.spawn(["sh", "-c", script, "x", program, ...always, ...flags, "about:blank"], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { PATH: "/usr/bin:/bin", HOME: folder.path },
    // A group of its own, by which all of its processes are ended.
    detached: true,
  });
  try {
    const cdp = new CdpConnection({
      write: (bytes) => {
        child.stdin.write(bytes);
        child.stdin.flush();
      },
      onEvent: () => undefined,
      onBroken: () => undefined,
    });
    void (async () => {
      const decoder = new TextDecoder();
      for await (const bytes of child.stdout) cdp.take(decoder.decode(bytes, { stream: true }));
      cdp.end("it ended");
    })();
    await cdp.send("Target.createTarget", { url: page.url });
    for (;;) {
      const { targetInfos } = Object(await cdp.send("Target.getTargets"));
      if (targetInfos.some(({ title }: { title: string }) => title === page.title)) break;
      await Bun.sleep(50);
    }
    await cdp.send("Browser.close").catch(() => undefined);
  } finally {
    // The processes that it has started write into the folder for a while after it is gone.
    signalGroup(child.pid, "SIGKILL");
    await child.exited;
    await until("its processes to end", async () => !signalGroup(child.pid, 0));
  }
}

/** @returns whether there is a process in the group. */
function signalGroup(id: number, signal: "SIGKILL" | 0): boolean {
  try {
    return process.kill(-id, signal);
  } catch {
    return false;
  }
}
