import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { until } from "#test/until.ts";
import { readProcessInfo } from "../process-info.ts";
import { BEGIN_SCRIPT } from "./arguments.ts";
import { Descriptors } from "./descriptors.ts";
import { findHost } from "./host.ts";
import { endOrphans } from "./orphans.ts";

/** A bubblewrap that has started its init, and lets it wait as long as `hold` is not written to. */
async function settingUp(descriptors: Descriptors) {
  const { bwrap } = findHost();
  for (let stream = 0; stream < 3; stream += 1) descriptors.addContent("");
  const [status, hold] = [descriptors.addPipe(), descriptors.addStartPipe()];
  const options = [
    ...["--unshare-user", "--unshare-pid", "--ro-bind", "/", "/"],
    ...["--info-fd", String(status.number), "--userns-block-fd", String(hold.number)],
  ];
  const list = descriptors.addContent(`${options.join("\0")}\0`);
  const words = [bwrap, "--args", String(list), "--", "sh", "-c", BEGIN_SCRIPT, "begin", "true"];
  const monitor = Bun.spawn(words, { stdio: descriptors.stdio, cwd: "/" });
  descriptors.started();
  const init = await until("bubblewrap to start its init", async () => {
    const children = readFileSync(`/proc/${monitor.pid}/task/${monitor.pid}/children`, "utf8");
    return children === "" ? undefined : Number(children);
  });
  return { bwrap, monitor, init };
}

test("an init whose bubblewrap was killed is ended, one whose bubblewrap lives is not", async () => {
  using first = new Descriptors();
  using second = new Descriptors();
  const [killed, alive] = [await settingUp(first), await settingUp(second)];
  killed.monitor.kill("SIGKILL");
  await killed.monitor.exited;
  expect(await readProcessInfo(killed.init)).toBeDefined();

  await endOrphans(killed.bwrap);
  await until(
    "the init to be gone",
    async () => (await readProcessInfo(killed.init)) === undefined,
  );
  expect(await readProcessInfo(alive.init)).toBeDefined();

  process.kill(alive.init, "SIGKILL");
  alive.monitor.kill("SIGKILL");
  await alive.monitor.exited;
});
