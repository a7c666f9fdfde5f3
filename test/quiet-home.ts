/** A home in which nothing was said for an hour, and that may work by itself. */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { AUTONOMY_ROLE } from "#ops/processes/home-processes.ts";
import { type ProcessIdentity, readServices } from "#platform/process-record.ts";
import { type OrgProcess, type TestHome, testHome } from "./org-process.ts";
import { until } from "./until.ts";

const HOUR_MS = 3_600_000;

/** What the user said last. */
export const SAID = "We deploy the shop on Fridays with the script deploy.sh.";

export async function quietHome(config = ""): Promise<TestHome> {
  const home = await testHome();
  await Bun.write(
    `${home.path}/org.config`,
    `[observer]\npromotion = "off"\n[autonomy]\nenabled = true\n${config}`,
  );
  await mkdir(dirname(home.paths.journal), { recursive: true });
  await using journal = await openSqliteJournal(home.paths.journal, {
    now: () => Date.now() - HOUR_MS,
  });
  const line = { type: "message", id: "msg_1", from: "user", text: SAID } as const;
  await journal.append("r1", { key: "1", event: { ...line, to: ["agent"], mode: "group" } });
  return home;
}

/** `org serve` of a home; resolves when it listens. */
export async function served(home: TestHome, url: string): Promise<OrgProcess> {
  const process = home.start(["serve", "--port", "0"], { url });
  await process.stderr.line((text) => text.includes("serves on"));
  return process;
}

/** The process of the burst that runs. */
export async function burstProcess(home: TestHome): Promise<ProcessIdentity> {
  return await until("a process of a burst", async () =>
    (await readServices(home.path)).find(({ role }) => role === AUTONOMY_ROLE),
  );
}
