import { expect, test } from "bun:test";
import { askGeneration } from "./ask.ts";

test("asks with the key of the record, and tells status and data as they came", async () => {
  await using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const said = request.method === "POST" ? await request.json() : "nothing";
      const key = request.headers.get("authorization");
      const path = new URL(request.url).pathname;
      if (path === "/words") return new Response("no JSON", { status: 503 });
      return Response.json({ path, key, said });
    },
  });
  const at = { port: server.port ?? 0 };
  const withinMs = 5000;
  expect(await askGeneration({ ...at, key: "k" }, { path: "/a", withinMs })).toEqual({
    status: 200,
    data: { path: "/a", key: "Bearer k", said: "nothing" },
  });
  expect(await askGeneration(at, { path: "/b", body: { x: 1 }, withinMs })).toMatchObject({
    data: { path: "/b", key: null, said: { x: 1 } },
  });
  expect(await askGeneration(at, { path: "/words", withinMs })).toEqual({
    status: 503,
    data: undefined,
  });
});

test("where no process listens there is no answer", async () => {
  const asked = askGeneration({ port: 1 }, { path: "/", withinMs: 1000 });
  const why = await asked.then(() => "an answer", String);
  expect(why).not.toBe("an answer");
});
