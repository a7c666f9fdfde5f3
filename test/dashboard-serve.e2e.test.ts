/** The dashboard of a real `org serve`, and the link of a real `org ui`. */
import { expect, test } from "bun:test";
import { TestVisitor } from "./dashboard.ts";
import { testHome } from "./org-process.ts";
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
