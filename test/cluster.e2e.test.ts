/** ops/cluster/cluster.sh: a synchronous standby, and nodes in network namespaces that are cut off for real. */
import { afterAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { geteuid } from "node:process";

const SCRIPT = `${import.meta.dir}/../ops/cluster/cluster.sh`;
const parent = mkdtempSync(join(tmpdir(), "org-cluster-"));
// The server of the database has a user of its own.
chmodSync(parent, 0o711);
const folder = join(parent, "cluster");

interface Ran {
  readonly exitCode: number;
  readonly text: string;
}

async function cluster(...words: readonly string[]): Promise<Ran> {
  const env = { ...Bun.env, ORG_CLUSTER: folder };
  const { stdout, stderr, exited } = Bun.spawn([SCRIPT, ...words], { env, stderr: "pipe" });
  const texts = await Promise.all([new Response(stdout).text(), new Response(stderr).text()]);
  return { exitCode: await exited, text: texts.join("") };
}

/** Containers may not make a network, not even for root. */
const canMakeNetworks =
  geteuid?.() === 0 && Bun.spawnSync(["unshare", "--net", "ip", "link"]).exitCode === 0;

afterAll(async () => {
  if (canMakeNetworks) await cluster("down");
  rmSync(parent, { recursive: true });
});

test.if(canMakeNetworks)(
  "a node that is cut off is told so and comes back, and a fail-over loses no job",
  async () => {
    expect(await cluster("up")).toMatchObject({
      exitCode: 0,
      text: expect.stringContaining("standby: sync"),
    });
    expect(await cluster("up")).toMatchObject({ exitCode: 75 });
    expect((await cluster("run", "a", "goal", "help")).exitCode).toBe(0);
    const before = (await cluster("run", "b", "jobs")).text;
    expect(before).toContain("goal: help");
    await cluster("cut", "b");
    expect(await cluster("run", "b", "db")).toMatchObject({
      exitCode: 69,
      text: expect.stringContaining("DATABASE_UNREACHABLE"),
    });
    await cluster("mend", "b");
    await cluster("kill", "a");
    expect((await cluster("fail-over")).text).toContain("node a does not run");
    expect((await cluster("run", "b", "jobs")).text).toBe(before);
  },
  120_000,
);

test("what is not a node or an action is refused, and changes nothing", async () => {
  expect(await cluster("cut", "x")).toMatchObject({
    exitCode: 64,
    text: expect.stringContaining('"x" is not a node: a b c'),
  });
  expect(await cluster("heal")).toMatchObject({ exitCode: 64 });
});
