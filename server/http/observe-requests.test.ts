import { expect, test } from "bun:test";
import { Hono } from "hono";
import { observeRequests, type RequestReport } from "./observe-requests.ts";
import { behindGateway } from "./open-port.ts";
import type { RequestEnv } from "./request-env.ts";

test("a request is known by its pattern, never by the path that was sent", async () => {
  const seen: Omit<RequestReport, "ms">[] = [];
  const app = new Hono<RequestEnv>();
  app.use(observeRequests(({ ms: _, ...rest }) => seen.push(rest)));
  behindGateway(app);
  app.get("/v1/tools/:name", (context) => context.text("yes"));
  const refusal = { status: 403, code: "ORIGIN", message: "other pages may not ask" } as const;
  const ask = (path: string, refused: RequestEnv["Bindings"] = {}) =>
    app.request(`http://localhost${path}`, { headers: { "x-request-id": "r" } }, refused);
  await ask("/v1/tools/secret-name");
  await ask("/elsewhere/secret-name");
  await ask("/v1/tools/secret-name", { refusal });
  expect(seen).toEqual([
    { method: "GET", route: "/v1/tools/:name", status: 200, requestId: "r" },
    { method: "GET", route: "other", status: 404, requestId: "r" },
    { method: "GET", route: "/v1/tools/:name", status: 403, requestId: "r" },
  ]);
});
