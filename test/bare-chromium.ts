/** Chromium without our sandbox, as a program of its own would start it: what ours is compared with. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { CdpConnection } from "#platform/browser/cdp.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";

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
    child.kill("SIGKILL");
    await child.exited;
    await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}
