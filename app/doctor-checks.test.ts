import { expect, test } from "bun:test";
import type { Check } from "#core/check.ts";
import { readSettings, type Settings } from "#home/settings/settings.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { doctorChecks } from "./doctor-checks.ts";

const { signal } = new AbortController();
const screen: Check = {
  name: "screen",
  run: async () => ({ state: "ok", detail: "80 columns", remedies: [] }),
};
const MACHINE = [
  ...["bun", "git", "tmux", "python3", "checkout", "signing", "disk", "home", "processes"],
  ...["ports", "supervisor"],
];
const SERVER = { servers: [], node: "one" };
const CONTAINER = { socket: "/nowhere/engine.sock" };

/** The checks of a home, beside a server that has one model, with one slot. */
async function checksOf(home: string, more: Partial<Settings> = {}): Promise<readonly Check[]> {
  const settings = readSettings({ flags: new Map(), env: {}, defaultHome: home });
  const main = {
    endpoint: "http://127.0.0.1:1",
    factsOf: async (model: string) => ({ slots: model === "m" ? 1 : undefined }),
    listModels: async () => ["m"],
  };
  return await doctorChecks(
    Object({ settings: { ...settings, ...more }, providers: async () => ({ main }) }),
    screen,
  );
}

async function runCheck(checks: readonly Check[], name: string) {
  return await checks.find((check) => check.name === name)?.run(signal);
}

test("the doctor looks at the machine, the screen, the sandbox, the models, and at what is set", async () => {
  await using home = await temporaryFolder("doctor-checks");
  const named = async (more?: Partial<Settings>) =>
    (await checksOf(home.path, more)).map(({ name }) => name);
  const [before, behind] = [
    [...MACHINE, "screen", "sandbox"],
    ["browser", "provider", "slots"],
  ];
  const engine = ["engine", "embeddings"];
  expect(await named()).toEqual([...before, ...behind, ...engine]);
  const all = { container: Object(CONTAINER), database: SERVER };
  const more = [...before, "containers", ...behind, "database"];
  expect(await named(all)).toEqual([...more, ...engine]);
  const database = { ...SERVER, remote: { url: "/r", signers: [] } };
  expect(await named({ ...all, database })).toEqual([...more, "tools remote", ...engine]);
});

test("the doctor counts the personas beside the slots that the server tells, or that are set", async () => {
  await using home = await temporaryFolder("doctor-checks");
  const slots = async (more: Partial<Settings>) =>
    (await runCheck(await checksOf(home.path, more), "slots"))?.detail;
  expect(await slots({ model: "m" })).toBe(
    "3 personas and 1 slot on http://127.0.0.1:1: when another persona speaks, the server reads again what their prompts do not share",
  );
  expect(await slots({})).toBe(
    "it is not known how many prompts http://127.0.0.1:1 keeps in its cache",
  );
  const models = { "m*": { slots: 4 } };
  const personaProviders = { toolsmith: "other" };
  expect(await slots({ model: "m", models, personaProviders })).toBe(
    "2 personas and 4 slots on http://127.0.0.1:1",
  );
});

test("the doctor looks for the engine in the folder of the settings, and for ports of both generations", async () => {
  await using home = await temporaryFolder("doctor-checks");
  const checks = await checksOf(home.path, { container: Object(CONTAINER) });
  expect((await runCheck(checks, "containers"))?.detail).toContain("/nowhere/engine.sock");
  expect((await runCheck(checks, "bun"))?.detail).toBe(Bun.version);
  expect((await runCheck(checks, "checkout"))?.detail).toStartWith(`${home.path} is not`);
  expect(await runCheck(checks, "engine")).toMatchObject({ state: "ok" });
  expect((await runCheck(checks, "provider"))?.state).toBe("ok");
});
