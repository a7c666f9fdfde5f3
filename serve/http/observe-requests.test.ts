import { expect, test } from "bun:test";
import { Hono } from "hono";
import { door } from "./door.ts";
import { observeRequests, type RequestSeen } from "./observe-requests.ts";

test("a request is known by its pattern, never by the path that somebody sent", async () => {
  const seen: Omit<RequestSeen, "ms">[] = [];
  const app = new Hono();
  app.use(observeRequests(({ ms: _, ...rest }) => seen.push(rest)));
  app.use(door());
  app.get("/v1/tools/:name", (context) => context.text("yes"));
  const ask = (path: string, headers: Record<string, string> = {}) =>
    app.request(`http://localhost${path}`, { headers: { host: "localhost", ...headers } });
  await ask("/v1/tools/secret-name");
  await ask("/elsewhere/secret-name");
  await ask("/v1/tools/secret-name", { origin: "http://example.com" });
  expect(seen).toEqual([
    { method: "GET", route: "/v1/tools/:name", status: 200 },
    { method: "GET", route: "other", status: 404 },
    { method: "GET", route: "/v1/tools/:name", status: 403 },
  ]);
});
