/** What `org ui` asks for: a link that signs in once, and the end of all sessions. */
import { z } from "zod";
import type { Routes } from "../api/routes.ts";
import type { Sessions } from "./sessions.ts";

const nothing: z.ZodType<object> = z.strictObject({});

export function linkRoutes(routes: Routes, sessions: Sessions): void {
  routes.add(
    {
      ...{ method: "post", path: "/v1/dashboard/links", scope: "admin", body: nothing },
      summary: "Makes a link that signs a browser in to the dashboard, once, within two minutes",
      answers: { 200: { description: "{path}: behind the address of this port." } },
    },
    (context) => context.json({ path: `/ui/sign-in?link=${sessions.createLink()}` }),
  );
  routes.add(
    {
      ...{ method: "post", path: "/v1/dashboard/sign-out", scope: "admin", body: nothing },
      summary: "Ends every session of the dashboard, and every link that was not used",
      answers: { 200: { description: "{ended}: how many sessions." } },
    },
    (context) => context.json({ ended: sessions.endAll() }),
  );
}
