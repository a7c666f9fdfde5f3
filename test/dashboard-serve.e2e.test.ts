/** The dashboard of a real `org serve`, and the link of a real `org ui`. */
import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { CandidateRepository } from "./candidate-repository.ts";
import { hiddenFields, TestVisitor } from "./dashboard.ts";
import { OrgProcess, testHome } from "./org-process.ts";
import { say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";
import { until } from "./until.ts";

test("org ui signs in once, a line is answered in the page, and sign-out ends it at once", async () => {
  await using model = scriptedServer(() => say("Hello from the model."));
  await using home = await testHome();
  expect((await home.run(["ui"])).stderr).toContain("Nothing serves this home");
  const server = home.start(["serve", "--port", "0"], { url: model.url });
  const line = await server.stderr.line((text) => text.includes("serves on"));
  const url = /http:\S+/.exec(line)?.[0] ?? "";
  const { stdout, exitCode: exit } = await home.run(["ui"]);
  expect(exit).toBe(0);
  const link = new URL(stdout.trim());
  expect(link.origin).toBe(url);
  const visitor = new TestVisitor(url);
  const fields = { link: link.searchParams.get("link") ?? "" };
  expect((await visitor.post("/ui/sign-in", fields)).status).toBe(303);
  expect((await new TestVisitor(url).post("/ui/sign-in", fields)).status).toBe(401);
  const made = await visitor.submit("/ui/rooms", {});
  const path = made.headers.get("location") ?? "";
  await visitor.submit(`${path}/say`, { text: "Hello?", mode: "", line: "line-0001" });
  await until("the answer", async () =>
    (await visitor.page(path)).includes("Hello from the model."),
  );
  expect(await visitor.page(`${path}/files`)).toContain("Workspace");
  const ended = await home.run(["ui", "sign-out", "--json"]);
  expect(ended.stdout).toBe('{"ended":1}\n');
  expect((await visitor.get(path)).headers.get("location")).toStartWith("/ui/sign-in");
  server.signal("SIGTERM");
  expect((await server.ended).exitCode).toBe(143);
});

test("a token signs in to what its scope allows, and ends its session when it is revoked", async () => {
  await using model = scriptedServer(() => say("Ok."));
  await using home = await testHome();
  const server = home.start(["serve", "--port", "0"], { url: model.url });
  const line = await server.stderr.line((text) => text.includes("serves on"));
  const url = /http:\S+/.exec(line)?.[0] ?? "";
  const made = await home.run(["token", "create", "--name", "phone", "--scope", "read", "--json"]);
  const { id, token } = JSON.parse(made.stdout);
  const visitor = new TestVisitor(url);
  expect((await visitor.post("/ui/sign-in", { token })).status).toBe(303);
  expect((await visitor.get("/ui/rooms")).status).toBe(200);
  expect((await visitor.submit("/ui/rooms", {})).status).toBe(403);
  await home.run(["token", "revoke", id]);
  expect((await visitor.get("/ui/rooms")).status).toBe(303);
  server.signal("SIGTERM");
  expect((await server.ended).exitCode).toBe(143);
});

test("a candidate is judged, approved and rolled back from its pages, each by a process of its own", async () => {
  using home = new CandidateRepository();
  home.branch("more").commit("feat: more", { "core/more.ts": "export const MORE = 1;\n" });
  home.git("checkout", "--quiet", "main");
  await using server = new OrgProcess(["serve", "--port", "0"], home.checkout, {});
  const line = await server.stderr.line((text) => text.includes("serves on"));
  const visitor = new TestVisitor(/http:\S+/.exec(line)?.[0] ?? "");
  await using asked = new OrgProcess(["ui"], home.checkout, {});
  const link = new URL(await asked.stdout.line((text) => text.startsWith("http")));
  await visitor.post("/ui/sign-in", { link: link.searchParams.get("link") ?? "" });
  const overview = await visitor.page("/ui");
  expect(overview).not.toContain("could not be looked at");
  for (const [, path = ""] of overview.matchAll(/<li><a href="([^"]+)"/g)) {
    expect([path, (await visitor.get(path)).status]).toEqual([path, 200]);
  }
  // What serves here was not made of main: a promotion has nothing to restart.
  await rm(join(home.checkout, ".org/run/generation-current.json"));
  const main = home.id("main");
  const decide = async (question: string, to: string): Promise<void> => {
    const fields = hiddenFields(await visitor.page(question));
    const answer = await visitor.post(to, fields);
    expect([to, answer.status, answer.headers.get("location")]).toEqual([to, 303, "/ui/gate"]);
  };
  const isQuiet = async () => !(await visitor.page("/ui/gate")).includes('role="note"');
  const page = "/ui/gate/candidates/more";
  await decide(`${page}/promote`, `${page}/promote`);
  // Not a short text: the secret of the session stands in every page, and may contain any.
  const held = '<span class="badge busy">hold</span>';
  await until("the gate to hold it", async () => (await visitor.page(page)).includes(held));
  await until("it to be over", isQuiet);
  expect(home.id("main")).toBe(main);
  const failure = async () =>
    /id="failed">([\s\S]*?)<\/p>/.exec(await visitor.page("/ui/gate"))?.[1];
  const first = await failure();
  expect(first).toContain("is held for a human");
  await decide(`${page}/promote`, `${page}/promote`);
  await until("it to be merged", async () => {
    if (home.id("main") !== main) return true;
    const now = await failure();
    if (now !== undefined && now !== first) throw new Error(`It was not merged: ${now}`);
    return false;
  });
  expect(home.git("show", "main:core/more.ts")).toBe("export const MORE = 1;\n");
  await until("it to be over", isQuiet);
  const lineage = await visitor.page("/ui/gate/lineage");
  expect(lineage).toContain("✔ holds");
  const question = /href="(\/ui\/gate\/lineage\/rollback\?[^"]+)"/.exec(lineage)?.[1] ?? "";
  const merged = home.id("main");
  await decide(question, "/ui/gate/lineage/rollback");
  await until("it to be rolled back", async () => home.id("main") !== merged);
  await until("it to be over", isQuiet);
  expect(home.git("ls-tree", "--name-only", "main", "core/")).toBe("");
});
